"""A stage that is paused by an operator, or stopped by the stop rule before it buries a queue."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from redis.asyncio import Redis

from copydesk_shared.broker import stream_broker
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry, Stage
from copydesk_shared.errors import PermanentError
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.settings import DeliverySettings
from copydesk_shared.streams import DATA_FIELD, DEAD, RAW, RAW_BULK, Stream
from copydesk_shared.switches import Switches
from copydesk_shared.testing.patience import eventually

SOURCES = ("gazette", "courier", "herald", "chronicle")
WINDOW = 10
FAST = DeliverySettings(
    reclaim_after=timedelta(milliseconds=120), max_deliveries=3, stop_window=WINDOW
)

Raw = Entry[ArticleSubmitted]
Act = Callable[[Raw], Awaitable[None]]


@dataclass
class Desk:
    """Handles entries as told, and remembers which it has finished."""

    redis: "Redis"
    act: Act | None = None
    stream: Stream[ArticleSubmitted] = RAW
    begun: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)

    async def handle(self, entries: Sequence[Raw], _consumer: Consumer[ArticleSubmitted]) -> None:
        for entry in entries:
            self.begun.append(entry.event.article_id)
            if self.act:
                await self.act(entry)
            if await self.redis.xack(self.stream.name, self.stream.group, entry.entry_id):
                await self.redis.xdel(self.stream.name, entry.entry_id)
            self.finished.append(entry.event.article_id)


async def post(
    redis: "Redis", count: int, *, sources: Sequence[str] = SOURCES, stream: str = RAW.name
) -> list[str]:
    ids = [f"a{number}" for number in range(count)]
    for number, article_id in enumerate(ids):
        event = ArticleSubmitted(
            submission_id=f"0-{article_id}",
            article_id=article_id,
            version=1,
            source=sources[number % len(sources)],
            content_type="text/plain",
            content="The bridge is closed.",
            received_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        await redis.xadd(stream, {DATA_FIELD: event.model_dump_json()})
    return ids


@asynccontextmanager
async def running(
    redis_url: str, redis: "Redis", *desks: Desk, settings: DeliverySettings = FAST, batch: int = 4
) -> AsyncIterator[Stage]:
    broker = stream_broker(SecretStr(redis_url))
    registry = CollectorRegistry()
    metrics = DeliveryMetrics(registry)
    stage = Stage("enrich", redis=redis, broker=broker, settings=settings, metrics=metrics)
    for urgency, desk in enumerate(desks):
        stage.read(desk.stream, desk.handle, batch=batch, urgency=urgency)
    await broker.connect()
    task = asyncio.create_task(stage.run())
    try:
        yield stage
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await broker.stop()


async def bad_deploy(_entry: Raw) -> None:
    raise PermanentError("extraction_failed", "ImportError: no module named nonsense")


async def dead(redis: "Redis") -> int:
    return await redis.xlen(DEAD.name)


async def waiting(redis: "Redis", stream: str = RAW.name) -> int:
    return await redis.xlen(stream)


async def charges(redis: "Redis") -> set[int]:
    """The delivery counts of what is pending."""
    rows: Any = await redis.xpending_range(RAW.name, RAW.group, "-", "+", 100)
    return {row["times_delivered"] for row in rows}


async def stopped(stage: Stage) -> bool:
    return (await stage.reading() or "").startswith("stopped:")


async def reads(stage: Stage) -> bool:
    return stage._all_read() and await stage.reading() is None


async def test_stage_stops_before_a_bad_deploy_buries_the_queue(
    redis_url: str, redis: "Redis"
) -> None:
    await post(redis, 40)
    async with running(redis_url, redis, Desk(redis, bad_deploy)) as stage:
        await eventually(lambda: stopped(stage))
        said = await stage.reading()
        assert said == "stopped: 5 of the last 5 articles of 4 sources met unexpected errors"
        await eventually(lambda: _rests(stage))
    assert await dead(redis) == 4
    assert await waiting(redis) == 36
    assert await charges(redis) == {0}


async def test_good_code_finishes_what_a_stopped_stage_left(redis_url: str, redis: "Redis") -> None:
    await post(redis, 20)
    async with running(redis_url, redis, Desk(redis, bad_deploy)) as stage:
        await eventually(lambda: stopped(stage))
        good = Desk(redis)
        # The stop is the bad replica's own.
        async with running(redis_url, redis, good) as other:
            await eventually(lambda: _empty(redis))
            assert await reads(other)
        assert await stopped(stage)
    assert len(good.finished) == 16
    assert await dead(redis) == 4


async def test_surprises_that_would_be_retried_stop_the_stage_too(
    redis_url: str, redis: "Redis"
) -> None:
    async def surprise(_entry: Raw) -> None:
        raise ValueError("a bug")

    await post(redis, 20)
    async with running(redis_url, redis, Desk(redis, surprise)) as stage:
        await eventually(lambda: stopped(stage))
    assert await dead(redis) == 0
    assert await waiting(redis) == 20


async def test_bulk_stops_with_its_stage(redis_url: str, redis: "Redis") -> None:
    await post(redis, 8)
    async with running(
        redis_url, redis, Desk(redis, bad_deploy), bulk := Desk(redis, stream=RAW_BULK)
    ) as stage:
        await eventually(lambda: stopped(stage))
        await post(redis, 8, stream=RAW_BULK.name)
        await eventually(lambda: _rests(stage))
    assert bulk.begun == []
    assert await waiting(redis, RAW_BULK.name) == 8


async def test_articles_without_content_stop_nobody(redis_url: str, redis: "Redis") -> None:
    async def no_content(_entry: Raw) -> None:
        raise PermanentError("no_content", "nothing to read")

    await post(redis, 30)
    async with running(redis_url, redis, Desk(redis, no_content)) as stage:
        await eventually(lambda: _empty(redis))
        assert await reads(stage)
    assert await dead(redis) == 30


async def test_poison_of_two_sources_stops_nobody(redis_url: str, redis: "Redis") -> None:
    await post(redis, 30, sources=SOURCES[:2])
    async with running(redis_url, redis, Desk(redis, bad_deploy)):
        await eventually(lambda: _empty(redis))
    assert await dead(redis) == 30


async def test_articles_count_as_sources_where_the_event_names_none(
    redis_url: str, redis: "Redis"
) -> None:
    await post(redis, 20, sources=[""])
    async with running(redis_url, redis, Desk(redis, bad_deploy)) as stage:
        await eventually(lambda: stopped(stage))
        said = await stage.reading()
        assert said == "stopped: 5 of the last 5 articles of 5 sources met unexpected errors"


async def test_resume_has_a_stopped_stage_go_on_with_a_fresh_window(
    redis_url: str, redis: "Redis"
) -> None:
    mended = False

    async def act(entry: Raw) -> None:
        if not mended:
            await bad_deploy(entry)

    await post(redis, 20)
    async with running(redis_url, redis, Desk(redis, act)) as stage:
        await eventually(lambda: stopped(stage))
        mended = True
        assert not await Switches(redis).resume("enrich")
        await eventually(lambda: _empty(redis))
        await eventually(lambda: reads(stage))
    assert await dead(redis) == 4


async def test_paused_stage_finishes_what_it_holds_and_reads_no_more(
    redis_url: str, redis: "Redis"
) -> None:
    gate = asyncio.Event()

    async def wait(_entry: Raw) -> None:
        await gate.wait()

    switches = Switches(redis)
    ids = await post(redis, 10)
    desk = Desk(redis, wait)
    async with running(redis_url, redis, desk) as stage:
        await eventually(lambda: desk.begun)
        assert await switches.pause("enrich", by="nia")
        await eventually(lambda: stage.paused)
        gate.set()
        await eventually(lambda: desk.finished == ids[:4])
        await eventually(lambda: _rests(stage))
        assert (await stage.reading(), stage.role) == (None, "paused")
        assert await waiting(redis) == 6
        assert await switches.resume("enrich")
        await eventually(lambda: desk.finished == ids)
        assert stage.role == "ready"


async def test_stage_that_starts_paused_reads_nothing(redis_url: str, redis: "Redis") -> None:
    switches = Switches(redis)
    await switches.pause("enrich", by="nia")
    ids = await post(redis, 3)
    desk = Desk(redis)
    async with running(redis_url, redis, desk) as stage:
        await eventually(lambda: stage.role == "paused")
        assert await stage.reading() is None
        assert await waiting(redis) == 3
        await switches.resume("enrich")
        await eventually(lambda: desk.finished == ids)


async def test_paused_stage_takes_nothing_over(redis_url: str, redis: "Redis") -> None:
    switches = Switches(redis)
    await post(redis, 2)
    await redis.xgroup_create(RAW.name, RAW.group, id="0")
    await redis.xreadgroup(RAW.group, "gone", {RAW.name: ">"})
    await switches.pause("enrich", by="nia")
    desk = Desk(redis)
    async with running(redis_url, redis, desk) as stage:
        await eventually(lambda: stage.paused)
        await eventually(lambda: _idle_ms_over(redis, 500))
        assert desk.begun == []
        await switches.resume("enrich")
        await eventually(lambda: len(desk.finished) == 2)


async def test_pause_of_one_stage_is_no_matter_of_another(redis_url: str, redis: "Redis") -> None:
    await Switches(redis).pause("index", by="nia")
    ids = await post(redis, 2)
    desk = Desk(redis)
    async with running(redis_url, redis, desk) as stage:
        await eventually(lambda: desk.finished == ids)
        assert stage.role == "ready"


async def test_switch_remembers_who_paused_first_and_counts_resumes(redis: "Redis") -> None:
    switches = Switches(redis)
    assert await switches.pause("index", by="nia")
    assert not await switches.pause("index", by="tom")
    switch = await switches.of("index")
    assert switch.paused is not None
    assert switch.paused.by == "nia"
    assert [await switches.resume("index"), await switches.resume("index")] == [True, False]
    assert (await switches.of("index")).resumes == 2
    assert (await switches.of("enrich")).resumes == 0


async def _empty(redis: "Redis") -> bool:
    return await waiting(redis) == 0


async def _rests(stage: Stage) -> bool:
    """No reader runs, and none has anything in hand."""
    return not any(
        consumer.reader.reading or consumer.reader.resting for consumer in stage._consumers
    )


async def _idle_ms_over(redis: "Redis", milliseconds: int) -> bool:
    rows: Any = await redis.xpending_range(RAW.name, RAW.group, "-", "+", 10)
    return all(row["time_since_delivered"] > milliseconds for row in rows)
