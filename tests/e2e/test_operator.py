"""What an operator can rely on: a bad deploy harms little and is undone; stages can be paused."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from local_pipeline import Pipeline, running_pipeline
from redis.asyncio import Redis
from wire import ndjson, wire_articles

from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.streams import DEAD, RAW_BULK
from copydesk_shared.testing.patience import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

COUNT = 80
SOURCES = 5
WINDOW = 50
GOOD = {"COPYDESK_ENTITIES": "none", "COPYDESK_RECLAIM_AFTER": "1"}
BAD = GOOD | {
    "COPYDESK_PIPELINE": "bad_deploy:BrokenPipeline",
    "PYTHONPATH": str(Path(__file__).parents[1] / "support"),
}
TEXT = b"The harbour bridge is closed to lorries until its cables are mended."


async def copydesk(running: Pipeline, *arguments: str) -> str:
    """What the command says, once it has ended well."""
    command = str(Path(sys.executable).with_name("copydesk"))
    process = await asyncio.create_subprocess_exec(
        command,
        *arguments,
        "--data-dir",
        str(running.data_dir),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def readiness(running: Pipeline, part: str) -> tuple[int, Mapping[str, Any]]:
    async with httpx2.AsyncClient(base_url=running.url(part), timeout=10) as client:
        answer = await client.get("/health/ready")
        return answer.status_code, answer.json()


async def lengths(running: Pipeline) -> tuple[int, int]:
    """Letters in the dead stream, entries that wait in the bulk stream."""
    redis = Redis.from_url(running.url("redis"))
    try:
        return await redis.xlen(DEAD.name), await redis.xlen(RAW_BULK.name)
    finally:
        await redis.aclose()


async def test_bad_deploy_stops_enrich_and_everything_is_found_in_the_end(tmp_path: Path) -> None:
    articles = [
        article | {"source": f"paper-{number % SOURCES}"}
        for number, article in enumerate(wire_articles(COUNT))
    ]
    with running_pipeline(tmp_path, **BAD) as bad:

        async def stopped() -> bool:
            status, body = await readiness(bad, "enrich-1")
            return status == 503 and "stopped: " in body["checks"].get("stream", "")

        answer = await bad.post("/v1/articles:batch", ndjson(articles), "application/x-ndjson")
        submissions = [item["submission_id"] for item in answer.json()["items"]]
        await eventually(stopped, within=60)
        dead, waiting = await lengths(bad)
        assert dead < WINDOW
        assert dead + waiting == COUNT
    with running_pipeline(tmp_path, **GOOD) as good:

        async def queue_is_done() -> bool:
            return (await lengths(good))[1] == 0

        await eventually(queue_is_done, within=90)
        assert (await lengths(good))[0] == dead
        said = await copydesk(good, "dead", "replay", "--code", "extraction_failed", "--yes")
        assert f"{dead} replayed" in said
        outcomes = await good.outcomes(submissions, within=90)
    assert outcomes == [Outcome.INDEXED] * COUNT


async def test_paused_stages_hold_articles_and_resumed_ones_let_them_through(
    plain_pipeline: Pipeline,
) -> None:
    async def is_(part: str, role: str) -> bool:
        return await readiness(plain_pipeline, part) == (200, {"status": role, "checks": {}})

    async def paused() -> bool:
        return await is_("enrich-1", "paused") and await is_("index-1", "paused")

    await copydesk(plain_pipeline, "pause", "enrich")
    await copydesk(plain_pipeline, "pause", "index")
    await eventually(paused)
    answer = await plain_pipeline.post("/v1/articles", TEXT, "text/plain")
    submission = answer.json()["submission_id"]
    assert "enrich is paused" in await copydesk(plain_pipeline, "lag")
    (receipt,) = await plain_pipeline.receipts([submission])
    assert receipt.outcome is Outcome.ACCEPTED

    await copydesk(plain_pipeline, "resume", "enrich")

    async def enriched() -> bool:
        (receipt,) = await plain_pipeline.receipts([submission])
        return receipt.outcome is Outcome.ENRICHED

    await eventually(enriched, within=15)
    await copydesk(plain_pipeline, "resume", "index")
    assert await plain_pipeline.outcomes([submission], within=15) == [Outcome.INDEXED]


async def test_paused_ingest_takes_nothing_until_it_is_resumed(plain_pipeline: Pipeline) -> None:
    async def answers(status: int) -> bool:
        answer = await plain_pipeline.post("/v1/articles", TEXT + b" Again.", "text/plain")
        return answer.status_code == status

    await copydesk(plain_pipeline, "pause", "ingest")

    async def refused() -> bool:
        return await answers(503)

    await eventually(refused)
    await copydesk(plain_pipeline, "resume", "ingest")

    async def taken() -> bool:
        return await answers(202) or await answers(200)

    await eventually(taken)
