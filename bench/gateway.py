"""What the gateway adds to a search: its answer over HTTP beside the bare call of the engine.

The same queries in turns, over articles made here: the engine alone; `GET /v1/search` of 20 hits;
the same with highlights. The client runs in the same process, and is one of a few lines; what it
and an empty answer cost (`/health/live`) is measured too, and taken off. Nothing is compressed.
Run it with `python bench/gateway.py`.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from redis.asyncio import Redis

from copydesk_gateway.engines.embedded import EmbeddedSearchEngine
from copydesk_gateway.query import SearchRequest
from copydesk_gateway.query_text import parse
from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_shared.search_schema import SearchDocument
from copydesk_shared.testing.meilisearch.documents import NOON_S, a_document
from copydesk_shared.testing.valkey import valkey_server

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from newsroom import publish
from raw_http import Connection
from search_oracle import VOCABULARY
from serving import a_gateway

WORDS = 450


def document(number: int, pick: random.Random) -> SearchDocument:
    made = [f"{pick.choice(VOCABULARY)}{pick.choice(('', 's', 'ed', 'ing'))}" for _ in range(WORDS)]
    return a_document(
        f"a{number}",
        title=" ".join(made[:9]),
        summary=" ".join(made[:40]),
        body=" ".join(made),
        published_s=NOON_S + number,
    )


async def times(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Milliseconds on the clock, and of this process' work, which a loaded machine changes less."""
    clock, work_done = time.perf_counter(), time.process_time()
    await work()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - work_done) * 1000


async def main(articles: int, rounds: int) -> None:
    pick = random.Random(7)  # noqa: S311  # repeatable, not secret
    documents = [document(number, pick) for number in range(articles)]
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        redis = Redis.from_url(url)
        await publish(redis, [each.id for each in documents])
        await redis.aclose()
        writer = EmbeddedIndexEngine(Path(folder) / "search")
        await writer.open()
        for start in range(0, articles, 1000):
            await writer.write(documents[start : start + 1000], ())
        await writer.close()
        engine = EmbeddedSearchEngine(Path(folder) / "search")
        spent: dict[str, list[tuple[float, float]]] = {
            name: [] for name in ("nothing", "engine", "search", "marked")
        }
        async with a_gateway(url, Path(folder) / "search") as served:
            client = Connection(str(served.base_url))
            for _ in range(rounds):
                text = " ".join(pick.sample(VOCABULARY, 3))
                request = SearchRequest(parse(text, now=datetime.now(UTC)).query, limit=20)
                path = f"/v1/search?q={quote(text)}"
                spent["nothing"].append(await times(partial(client.send, "GET", "/health/live")))
                spent["engine"].append(await times(partial(engine.search, request)))
                spent["search"].append(await times(partial(client.send, "GET", path)))
                spent["marked"].append(
                    await times(partial(client.send, "GET", f"{path}&highlight=true"))
                )
            await client.close()
        await engine.close()
    print(f"{articles} articles, {rounds} searches, milliseconds p50")
    for column, unit in enumerate(("clock", "work")):
        p50 = {
            name: statistics.median(each[column] for each in ms[rounds // 10 :])
            for name, ms in spent.items()
        }
        base = p50["engine"] + p50["nothing"]
        print(f"{unit}: engine alone {p50['engine']:.2f}, an empty answer {p50['nothing']:.2f}")
        for name, what in (("search", "20 hits"), ("marked", "20 hits, highlighted")):
            print(f"  {what:<22}{p50[name]:6.2f}   overhead {p50[name] - base:6.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    asyncio.run(main(arguments.articles, arguments.rounds))
