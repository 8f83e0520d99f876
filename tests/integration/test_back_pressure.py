"""Back-pressure between the stages: none fills the next one's queue without end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from redis.asyncio import Redis

from copydesk_index.app import create_app
from copydesk_index.settings import Settings
from copydesk_shared.broker import stream_broker
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.contracts.submission import ArticleSubmitted, Op
from copydesk_shared.delivery import Consumer, Entry, Stage
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.settings import DeliverySettings
from copydesk_shared.streams import DATA_FIELD, ENRICHED, RAW
from copydesk_shared.testing.meilisearch.thread import loopback_meilisearch
from copydesk_shared.testing.patience import eventually

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LIMIT = 20
BATCH = 4
ARTICLES = 60


async def post(redis: "Redis", count: int) -> None:
    for number in range(count):
        event = ArticleSubmitted(
            submission_id=f"0-{number}",
            article_id=str(number),
            version=1,
            source="gazette",
            content_type="text/plain",
            content="The bridge is closed.",
            received_at=NOW,
        )
        await redis.xadd(RAW.name, {DATA_FIELD: event.model_dump_json()})


async def announce(redis: "Redis", first: int, count: int) -> None:
    for number in range(first, first + count):
        event = ArticleEnriched(
            submission_id=f"0-{number}",
            article_id=str(number),
            version=1,
            op=Op.PUBLISH,
            received_at=NOW,
        )
        await redis.xadd(ENRICHED.name, {DATA_FIELD: event.model_dump_json()})


@asynccontextmanager
async def a_stage_that_fills(redis_url: str, redis: "Redis") -> AsyncIterator[Stage]:
    """A stage that moves raw entries on, slowly enough for its watch to look in between."""

    async def handle(
        entries: Sequence[Entry[ArticleSubmitted]], consumer: Consumer[ArticleSubmitted]
    ) -> None:
        for entry in entries:
            await asyncio.sleep(0.05)
            await redis.xack(RAW.name, RAW.group, entry.entry_id)
            await redis.xdel(RAW.name, entry.entry_id)
            await redis.xadd(ENRICHED.name, {DATA_FIELD: b"{}"})

    broker = stream_broker(SecretStr(redis_url))
    stage = Stage(
        "enrich",
        redis=redis,
        broker=broker,
        settings=DeliverySettings(reclaim_after=timedelta(seconds=1)),
        metrics=DeliveryMetrics(CollectorRegistry()),
    )
    stage.read(RAW, handle, batch=BATCH)
    stage.wait_for(ENRICHED, limit=LIMIT)
    await broker.connect()
    task = asyncio.create_task(stage.run())
    try:
        yield stage
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await broker.stop()


async def test_enrich_waits_while_much_waits_for_index_and_goes_on_when_it_has_drained(
    redis_url: str, redis: "Redis"
) -> None:
    await post(redis, ARTICLES)
    async with a_stage_that_fills(redis_url, redis) as stage:
        await eventually(lambda: stage.role == "waiting", within=10)
        filled, left = await eventually(lambda: _at_rest(redis))
        assert await stage.reading() is None
        # A second between two looks, and the batch in hand.
        assert LIMIT < filled <= LIMIT + 20 + BATCH
        assert left == ARTICLES - filled > 0

        await redis.xtrim(ENRICHED.name, maxlen=LIMIT * 9 // 10, approximate=False)
        await redis.config_resetstat()
        await eventually(lambda: _looked(redis, times=2))
        assert stage.role == "waiting"
        assert await redis.xlen(RAW.name) == left

        await redis.xtrim(ENRICHED.name, maxlen=0, approximate=False)
        await eventually(lambda: stage.role == "ready")
        await eventually(lambda: _fewer_than(redis, left))


async def _at_rest(redis: "Redis") -> tuple[int, int]:
    """How many entries each stream holds, once nothing is in hand and none is between the two."""
    before = await redis.xlen(ENRICHED.name)
    summary: Any = await redis.xpending(RAW.name, RAW.group)
    left = await redis.xlen(RAW.name)
    after = await redis.xlen(ENRICHED.name)
    assert (int(summary["pending"]), before, before + left) == (0, after, ARTICLES)
    return before, left


async def _looked(redis: "Redis", *, times: int) -> bool:
    stats: Any = await redis.info("commandstats")
    return int(stats.get("cmdstat_hmget", {}).get("calls", 0)) >= 2 * times


async def _fewer_than(redis: "Redis", left: int) -> bool:
    return await redis.xlen(RAW.name) < left


async def test_index_reads_no_more_than_it_holds_while_the_engine_is_down(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    with loopback_meilisearch() as engine:
        settings = Settings(
            redis_url=SecretStr(redis_url),
            search_url=engine.url,
            search_dir=tmp_path,
            reclaim_after=timedelta(milliseconds=300),
            index_batch=BATCH,
        )
        app = create_app(settings)
        async with app.start_lifespan_context():
            await announce(redis, 0, 1)
            await eventually(lambda: _length(redis, 0))
            engine.knobs.down = True
            await announce(redis, 1, BATCH)
            held = await eventually(lambda: _held(redis))
            await announce(redis, 100, 10 * BATCH)
            # Long enough for reclaimers to have had their turn several times.
            await eventually(lambda: _idle_since(redis, 1.0), within=10)
            assert await _held(redis) == held <= BATCH
            assert await redis.xlen(ENRICHED.name) == 11 * BATCH

            engine.knobs.down = False
            await eventually(lambda: _length(redis, 0), within=20)


async def _length(redis: "Redis", entries: int) -> bool:
    return await redis.xlen(ENRICHED.name) == entries


async def _held(redis: "Redis") -> int:
    summary: Any = await redis.xpending(ENRICHED.name, ENRICHED.group)
    return int(summary["pending"])


async def _idle_since(redis: "Redis", seconds: float) -> bool:
    """Whether the newest entry is so old by the server's clock."""
    rows: Any = await redis.xrevrange(ENRICHED.name, count=1)
    now, _ = await redis.time()
    return bool(now - int(rows[0][0].split(b"-")[0]) / 1000 >= seconds)
