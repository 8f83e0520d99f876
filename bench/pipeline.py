"""How fast articles go through the whole pipeline on this machine.

For each entity backend: a batch of articles from post to the last receipt (articles a second), then
single posts one after another (seconds from post to searchable). Times on a shared machine vary;
compare rows of one run, not runs of two machines. Run it with `make bench`.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx2
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from copydesk.plan import StackConfig
from copydesk.stack import Stack
from copydesk_shared.receipts import read_many

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from made_up import article

BATCH = int(os.environ.get("COPYDESK_BENCH_ARTICLES", "300"))
SINGLES = 30


async def batch_rate(client: httpx2.AsyncClient, redis: "Redis") -> float:
    body = "\n".join(json.dumps(article(number)) for number in range(BATCH))
    started = time.perf_counter()
    answer = await client.post(
        "/v1/articles:batch", content=body, headers={"Content-Type": "application/x-ndjson"}
    )
    submissions = [item["submission_id"] for item in answer.json()["items"]]
    while not all(r and r.outcome.final for r in await read_many(redis, submissions)):  # noqa: ASYNC110  # another process ends them
        await asyncio.sleep(0.02)
    return BATCH / (time.perf_counter() - started)


async def single_latencies(client: httpx2.AsyncClient) -> list[float]:
    seconds = []
    for number in range(BATCH, BATCH + SINGLES):
        started = time.perf_counter()
        answer = await client.post("/v1/articles", json=article(number))
        path = f"/v1/submissions/{answer.json()['submission_id']}"
        await client.get(path, params={"wait": "indexed", "timeout": 30})
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)


async def measure(entities: str) -> tuple[float, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COPYDESK_ENTITIES": entities}
        config = StackConfig(data_dir=Path(folder), environment=environment)
        async with Stack(config) as stack:
            urls = stack.run.urls
            redis = Redis.from_url(urls["redis"])
            async with httpx2.AsyncClient(base_url=urls["ingest"], timeout=60) as client:
                rate = await batch_rate(client, redis)
                latencies = await single_latencies(client)
            await redis.aclose()
    return rate, latencies


def main() -> None:
    table = Table(
        "entities", "articles/s", "post to searchable p50", "p95", title=f"{BATCH} articles"
    )
    for entities in sys.argv[1:] or ("none", "spacy"):
        rate, latencies = asyncio.run(measure(entities))
        p95 = latencies[int(len(latencies) * 0.95)]
        table.add_row(
            entities, f"{rate:.1f}", f"{statistics.median(latencies):.3f} s", f"{p95:.3f} s"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
