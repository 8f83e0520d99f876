"""How good and how dear related articles are: same-story precision, latency, memory.

    python evals/related.py [--queries 600] [--articles 6000]

Stories: for each of a seeded sample of headlines, the share of the ten best that tell the same
story (P@10; a reference TF-IDF on this set reached .783, a sentence model .855). Wire: the graph
fed article by article in a Valkey of its own, each looked up as it arrives, as enrich does.
"""

import argparse
import asyncio
import csv
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis

from copydesk_enrich.graph import RelatedGraph
from copydesk_enrich.related import card_of, rank
from copydesk_enrich.terms import Term, terms_of
from copydesk_shared import keys
from copydesk_shared.contracts.article import (
    Article,
    Extraction,
    Language,
    Pipeline,
    Precision,
    Provenance,
    Published,
)
from copydesk_shared.testing.valkey import valkey_server

DATA = Path(__file__).parents[1] / "../shared/data"
SEED = 7


def an_article(number: int, *, title: str, body: str, source: str, at: datetime) -> Article:
    return Article(
        article_id=f"00000000-0000-5000-8000-{number:012d}",
        version=1,
        source=source,
        title=title,
        summary="",
        paragraphs=(body,),
        body=body,
        language=Language(code="en", confidence=1.0),
        published=Published(value=at, precision=Precision.DAY, provenance=Provenance.PUBLISHER),
        word_count=0,
        reading_minutes=1,
        extraction=Extraction(method="none", quality=1.0),
        pipeline=Pipeline(version="eval"),
    )


def stories() -> Iterator[tuple[Article, str]]:
    with (DATA / "stories/headlines.csv").open(encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            at = datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC)
            source = row["publisher"] or "none"
            yield (
                an_article(number, title=row["headline"], body="", source=source, at=at),
                row["story_id"],
            )


def wire(limit: int) -> Iterator[tuple[Article, str]]:
    undated = datetime(2020, 8, 1, tzinfo=UTC)
    with gzip.open(DATA / "wire/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in zip(range(limit), lines, strict=False):
            row = json.loads(line)
            try:
                at = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
            except ValueError:
                at = undated
            article = an_article(
                number, title=row["title"], body=row["text"], source=row["source"], at=at
            )
            yield article, row["topic"]


def terms(article: Article) -> tuple[Term, ...]:
    return terms_of(article.title, article.body, language=article.language.code)


def story_precision(queries: int) -> tuple[float, float]:
    """P@10 over all headlines, and the milliseconds that ranking all of them takes."""
    labelled = list(stories())
    cards = [card_of(article, terms(article)) for article, _ in labelled]
    story = {card.article_id: label for card, (_, label) in zip(cards, labelled, strict=True)}
    sample = random.Random(SEED).sample(cards, queries)  # noqa: S311  # a seed, not a secret
    started = time.perf_counter()
    hits = [
        sum(
            story[other.article_id] == story[card.article_id] for _, other in rank(card, cards)[:10]
        )
        for card in sample
    ]
    return sum(hits) / (10 * queries), 1000 * (time.perf_counter() - started) / queries


def percentiles(ms: list[float]) -> str:
    return f"{statistics.median(ms):.2f} / {statistics.quantiles(ms, n=20)[-1]:.2f}"


async def wire_run(redis: "Redis", articles: int) -> dict[str, str]:
    """Feed the wire in order; how long each step takes and what is found."""
    graph = RelatedGraph(redis)
    topics: dict[str, str] = {}
    spent: dict[str, list[float]] = {"terms": [], "relate": [], "remember": []}
    found: Counter[int] = Counter()
    same_topic = links = 0
    before = (await redis.info("memory"))["used_memory"]
    stubs = 0
    for article, topic in wire(articles):
        topics[article.article_id] = topic
        clock = [time.perf_counter()]
        words = terms(article)
        clock.append(time.perf_counter())
        related = await graph.relate(article, words)
        clock.append(time.perf_counter())
        await graph.remember(article, words)
        clock.append(time.perf_counter())
        for name, start, end in zip(spent, clock, clock[1:], strict=False):
            spent[name].append(1000 * (end - start))
        found[len(related)] += 1
        links += len(related)
        same_topic += sum(topics[link.article_id or ""] == topic for link in related)
        key = keys.article(article.article_id)
        await redis.hset(key, mapping={"version": 1, "state": "live"})
        stubs += await redis.memory_usage(key) or 0
    used = (await redis.info("memory"))["used_memory"] - before - stubs
    rows = {f"{name} ms p50 / p95": percentiles(ms) for name, ms in spent.items()}
    rows["redis bytes an article"] = f"{used / articles:.0f}"
    rows["links an article"] = f"{links / articles:.2f}"
    rows["articles with none"] = f"{found[0] / articles:.1%}"
    rows["links of the same topic"] = f"{same_topic / max(links, 1):.1%}"
    return rows


async def main(queries: int, articles: int) -> None:
    precision, ms = story_precision(queries)
    table = {
        f"stories: P@10 of {queries} headlines": f"{precision:.3f}",
        "stories: ms to rank all": f"{ms:.1f}",
    }
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        async with Redis.from_url(url) as redis:
            for name, value in (await wire_run(redis, articles)).items():
                table[f"wire: {name}"] = value
    width = max(map(len, table))
    for name, value in table.items():
        print(f"{name:<{width}}  {value}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--articles", type=int, default=6000)
    arguments = parser.parse_args()
    if not DATA.exists():
        print(f"related: skipped, no data sets at {DATA}")
        sys.exit(0)
    asyncio.run(main(arguments.queries, arguments.articles))
