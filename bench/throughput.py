"""What enrich costs beside its language model: articles a second against the bare model's.

The model alone reads the words that enrich lets it see, one article after another in this process;
then one enrich replica works off a backlog of the same articles, then two replicas do. All of it in
turn, several times over, as the times of a shared machine wander: the medians of the ratios count.

    python bench/throughput.py [--articles FILE] [--count 150] [--rounds 3]

The articles are made up, or come from a file with one JSON object a line that has `title`, `text`.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from copydesk_enrich.entities.spacy_backend import SpacyBackend
from copydesk_enrich.settings import Settings
from copydesk_shared import keys
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.streams import DATA_FIELD, DEAD, ENRICHED, RAW
from copydesk_shared.testing.patience import eventually
from copydesk_shared.testing.valkey import free_port, valkey_server

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from made_up import article

MADE_UP_WORDS = 800
"""The median of real news articles; more than the model is let see."""


@dataclass(frozen=True)
class Rates:
    """Articles a second in one round."""

    bare: float
    one: float
    two: float


def made_up(count: int) -> list[ArticleSubmitted]:
    return [_submission(number, **article(number, words=MADE_UP_WORDS)) for number in range(count)]


def from_file(path: Path, count: int) -> list[ArticleSubmitted]:
    with path.open() as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]
    return [
        _submission(number, title=row["title"], content=row["text"])
        for number, row in enumerate(rows)
    ]


def _submission(number: int, *, title: str, content: str, **_: str) -> ArticleSubmitted:
    return ArticleSubmitted(
        submission_id=f"0-bench-{number}",
        article_id=f"bench-{number}",
        version=1,
        received_at=datetime.now(UTC),
        source="bench",
        content_type="text/plain",
        title=title,
        content=content,
    )


def capped(text: str, words: int) -> list[str]:
    """The paragraphs that hold the first words."""
    texts: list[str] = []
    for paragraph in text.split("\n\n"):
        kept = paragraph.split()[:words]
        words -= len(kept)
        if kept:
            texts.append(" ".join(kept))
    return texts


def bare_rate(model: SpacyBackend, texts: Sequence[Sequence[str]]) -> float:
    started = time.perf_counter()
    for one in texts:
        model.recognise(one)
    return len(texts) / (time.perf_counter() - started)


async def enrich_rate(articles: Sequence[ArticleSubmitted], *, replicas: int) -> float:
    """Start the replicas, hand them the whole backlog in one instant, wait for its end."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = stack.enter_context(
            valkey_server(Path(folder), appendonly="yes", appendfsync="everysec")
        )
        redis = Redis.from_url(url)
        stack.push_async_callback(redis.aclose)
        ports = [await stack.enter_async_context(_replica(url)) for _ in range(replicas)]
        await asyncio.gather(*map(_ready, ports))
        started = time.perf_counter()
        async with redis.pipeline(transaction=True) as pipe:
            for one in articles:
                pipe.hset(keys.article(one.article_id), mapping={"version": 1, "state": "live"})
                pipe.xadd(RAW.name, {DATA_FIELD: one.model_dump_json()})
            await pipe.execute()
        while await redis.xlen(RAW.name):  # noqa: ASYNC110  # another process empties it
            await asyncio.sleep(0.01)
        seconds = time.perf_counter() - started
        ended = await redis.xlen(ENRICHED.name) + await redis.xlen(DEAD.name)
        assert ended == len(articles), ended
        return len(articles) / seconds


@asynccontextmanager
async def _replica(redis_url: str) -> AsyncIterator[int]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "copydesk_enrich"),
        env={**os.environ, "COPYDESK_REDIS_URL": redis_url, "COPYDESK_PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _ready(port: int) -> None:
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def ready() -> bool:
            try:
                return (await client.get("/health/ready")).status_code == 200
            except httpx2.TransportError:
                return False

        await eventually(ready, within=120)


def one_round(model: SpacyBackend, articles: Sequence[ArticleSubmitted], *, words: int) -> Rates:
    texts = [capped(one.content, words) for one in articles]
    return Rates(
        bare=bare_rate(model, texts),
        one=asyncio.run(enrich_rate(articles, replicas=1)),
        two=asyncio.run(enrich_rate(articles, replicas=2)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=Path, help="one JSON object a line")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    articles = (
        from_file(options.articles, options.count) if options.articles else made_up(options.count)
    )
    settings = Settings()
    model = SpacyBackend(settings.entities_model)
    table = Table("round", "bare model", "one replica", "two", "one / bare", "two / one")
    rounds: list[Rates] = []
    for number in range(1, options.rounds + 1):
        rates = one_round(model, articles, words=settings.entities_max_words)
        rounds.append(rates)
        table.add_row(
            str(number),
            *(f"{rate:.1f}/s" for rate in (rates.bare, rates.one, rates.two)),
            f"{rates.one / rates.bare:.2f}",
            f"{rates.two / rates.one:.2f}",
        )
    table.add_row(
        "median",
        *("", "", ""),
        f"{statistics.median(rates.one / rates.bare for rates in rounds):.2f}",
        f"{statistics.median(rates.two / rates.one for rates in rounds):.2f}",
    )
    Console().print(table)


if __name__ == "__main__":
    main()
