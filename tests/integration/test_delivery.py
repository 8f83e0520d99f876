"""Delivery over a real server: nothing is lost, nothing is handled for ever."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ResponseError

from copydesk_shared import keys, lua, trace
from copydesk_shared.broker import stream_broker
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry, Stage
from copydesk_shared.delivery.reader import Reader
from copydesk_shared.errors import DependencyDownError, PermanentError, TransientError
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.settings import DeliverySettings
from copydesk_shared.streams import DATA_FIELD, DEAD, RAW, RAW_BULK, Stream
from copydesk_shared.testing.patience import eventually

FAST = DeliverySettings(reclaim_after=timedelta(milliseconds=120), max_deliveries=3)
Raw = Entry[ArticleSubmitted]


def submitted(article_id: str) -> ArticleSubmitted:
    return ArticleSubmitted(
        submission_id=f"0-{article_id}",
        article_id=article_id,
        version=1,
        source="gazette",
        content_type="text/plain",
        content="The bridge is closed.",
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


@dataclass
class Desk:
    """Handles entries as told, and remembers them."""

    redis: "Redis"
    stream: Stream[ArticleSubmitted] = RAW
    act: Callable[[Raw], Awaitable[None]] | None = None
    seen: list[str] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)

    async def handle(self, entries: Sequence[Raw], _consumer: Consumer[ArticleSubmitted]) -> None:
        self.batches.append([entry.event.article_id for entry in entries])
        for entry in entries:
            self.seen.append(entry.event.article_id)
            if self.act:
                await self.act(entry)
            await self.finish(entry)

    async def finish(self, entry: Raw) -> None:
        if await self.redis.xack(self.stream.name, self.stream.group, entry.entry_id):
            await self.redis.xdel(self.stream.name, entry.entry_id)


async def post(redis: "Redis", *article_ids: str, stream: str = RAW.name) -> None:
    for article_id in article_ids:
        await redis.xadd(stream, {DATA_FIELD: submitted(article_id).model_dump_json()})


@asynccontextmanager
async def running(
    redis_url: str, redis: "Redis", *desks: Desk, batch: int = 8, places: int = 1
) -> AsyncIterator[Stage]:
    broker = stream_broker(SecretStr(redis_url))
    stage = Stage(
        "enrich",
        redis=redis,
        broker=broker,
        settings=FAST,
        metrics=DeliveryMetrics(CollectorRegistry()),
        places=places,
    )
    for urgency, desk in enumerate(desks):
        stage.read(desk.stream, desk.handle, batch=batch, urgency=urgency)
    await broker.connect()
    task = asyncio.create_task(stage.run())
    try:
        await eventually(
            lambda: not task.done() and all(reader.reading for reader in readers(stage))
        )
        yield stage
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await broker.stop()


def readers(stage: Stage) -> list[Reader]:
    return [consumer.reader for consumer in stage._consumers]


async def reads(stage: Stage) -> bool:
    return await stage.reading() is None


async def dead(redis: "Redis") -> list[dict[bytes, bytes]]:
    rows: Any = await redis.xrange(DEAD.name)
    return [fields for _, fields in rows]


async def test_entries_from_before_the_first_start_are_delivered(
    redis_url: str, redis: "Redis"
) -> None:
    await post(redis, "a", "b")
    desk = Desk(redis)
    async with running(redis_url, redis, desk):
        await eventually(lambda: desk.seen == ["a", "b"])
    assert await redis.xlen(RAW.name) == 0


async def test_entries_posted_between_a_stop_and_a_restart_are_delivered(
    redis_url: str, redis: "Redis"
) -> None:
    desk = Desk(redis)
    async with running(redis_url, redis, desk):
        await post(redis, "a")
        await eventually(lambda: desk.seen == ["a"])
    await post(redis, "b")
    async with running(redis_url, redis, desk):
        await eventually(lambda: desk.seen == ["a", "b"])


async def test_permanent_failure_is_dead_lettered_at_once_with_the_original(
    redis_url: str, redis: "Redis"
) -> None:
    async def refuse(entry: Raw) -> None:
        if entry.event.article_id == "bad":
            raise PermanentError("no_content", "nothing to read")

    desk = Desk(redis, act=refuse)
    await post(redis, "a", "bad", "b")
    async with running(redis_url, redis, desk):
        await eventually(lambda: desk.seen == ["a", "bad", "b"])
        (letter,) = await eventually(lambda: dead(redis))
    assert b'"code":"no_content"' in letter[b"__data__"]
    assert letter[b"original"] == submitted("bad").model_dump_json().encode()
    assert await redis.xlen(RAW.name) == 0


async def test_transient_failure_is_retried_until_it_works(redis_url: str, redis: "Redis") -> None:
    failures = 2

    async def fail_twice(entry: Raw) -> None:
        nonlocal failures
        if entry.event.article_id == "flaky" and failures:
            failures -= 1
            raise TransientError("busy", "try later")

    desk = Desk(redis, act=fail_twice)
    await post(redis, "a", "flaky", "b")
    async with running(redis_url, redis, desk):
        await eventually(lambda: desk.seen.count("flaky") == 3)
        await eventually(lambda: _empty(redis))
    assert desk.seen[:3] == ["a", "flaky", "b"]
    assert await dead(redis) == []


async def test_endless_failure_ends_in_the_dead_stream_after_the_limit(
    redis_url: str, redis: "Redis"
) -> None:
    async def fail(_entry: Raw) -> None:
        raise ValueError("bug")

    desk = Desk(redis, act=fail)
    await post(redis, "a")
    async with running(redis_url, redis, desk):
        (letter,) = await eventually(lambda: dead(redis))
    assert desk.seen == ["a", "a", "a"]
    assert b'"code":"unexpected"' in letter[b"__data__"]
    assert b"ValueError: bug" in letter[b"__data__"]


async def test_entry_that_is_no_event_is_dead_lettered_and_its_neighbours_pass(
    redis_url: str, redis: "Redis"
) -> None:
    await post(redis, "a")
    await redis.xadd(RAW.name, {DATA_FIELD: b"\xff not json"})
    await redis.xadd(RAW.name, {"other": "field"})
    await post(redis, "b")
    desk = Desk(redis)
    async with running(redis_url, redis, desk):
        await eventually(lambda: desk.seen == ["a", "b"])
        letters = await dead(redis)
    assert [b'"invalid_event"' in letter[b"__data__"] for letter in letters] == [True, True]
    assert letters[0][b"original"] == b"\xff not json"


async def test_entries_of_a_dead_consumer_are_taken_over(redis_url: str, redis: "Redis") -> None:
    await post(redis, "a", "b", "c")
    await redis.xgroup_create(RAW.name, RAW.group, id="0")
    await redis.xreadgroup(RAW.group, "gone", {RAW.name: ">"}, count=3)
    desk = Desk(redis)
    async with running(redis_url, redis, desk):
        await eventually(lambda: sorted(desk.seen) == ["a", "b", "c"])
        await eventually(lambda: _empty(redis))
    assert await dead(redis) == []


async def test_entry_that_kills_every_reader_is_dead_lettered_at_the_limit(
    redis_url: str, redis: "Redis"
) -> None:
    await post(redis, "killer")
    await redis.xgroup_create(RAW.name, RAW.group, id="0")
    await redis.xreadgroup(RAW.group, "first", {RAW.name: ">"})
    pending: Any = await redis.xrange(RAW.name)
    ((entry_id, _),) = pending
    for _ in range(FAST.max_deliveries - 1):
        await redis.xclaim(RAW.name, RAW.group, "next", 0, [entry_id])
    desk = Desk(redis)
    async with running(redis_url, redis, desk):
        (letter,) = await eventually(lambda: dead(redis))
    assert b'"code":"delivery_limit"' in letter[b"__data__"]
    assert desk.seen == []


async def test_long_work_is_not_reclaimed_by_another_replica(
    redis_url: str, redis: "Redis"
) -> None:
    gate = asyncio.Event()

    async def wait(_entry: Raw) -> None:
        await gate.wait()

    slow, idle = Desk(redis, act=wait), Desk(redis)
    await post(redis, "a", "b")
    async with running(redis_url, redis, slow):
        await eventually(lambda: slow.seen == ["a"])
        async with running(redis_url, redis, idle):
            # Longer than every replica's patience: only the heartbeat keeps "a" and "b" in place.
            with pytest.raises(AssertionError):
                await eventually(lambda: idle.seen, within=FAST.reclaim_after.total_seconds() * 5)
            gate.set()
            await eventually(lambda: slow.seen == ["a", "b"])
    assert idle.seen == []


async def test_single_posts_overtake_bulk(redis_url: str, redis: "Redis") -> None:
    order: list[str] = []

    async def note(entry: Raw) -> None:
        order.append(entry.event.article_id)
        if entry.event.article_id == "bulk-1":
            await post(redis, "single")
            await asyncio.sleep(0.2)  # the single post's way through the server

    await post(redis, *(f"bulk-{n}" for n in range(6)), stream=RAW_BULK.name)
    async with running(
        redis_url, redis, Desk(redis, act=note), Desk(redis, RAW_BULK, act=note), batch=6
    ):
        await eventually(lambda: len(order) == 7)
    assert order[:3] == ["bulk-0", "bulk-1", "single"]


async def test_flushed_server_is_read_again(redis_url: str, redis: "Redis") -> None:
    desk = Desk(redis)
    async with running(redis_url, redis, desk):
        await post(redis, "a")
        await eventually(lambda: desk.seen == ["a"])
        await redis.flushall()
        await post(redis, "b")
        await eventually(lambda: desk.seen == ["a", "b"], within=10)


async def test_every_replica_reads_again_after_a_flush(redis_url: str, redis: "Redis") -> None:
    # The group is made anew by the first to notice, so that the other never meets its absence.
    async with (
        running(redis_url, redis, Desk(redis)) as one,
        running(redis_url, redis, Desk(redis)) as other,
    ):
        before = [reader._subscriber for reader in (*readers(one), *readers(other))]
        await redis.flushall()
        await eventually(lambda: not any(each.running for each in before), within=10)
        await eventually(lambda: reads(one), within=10)
        await eventually(lambda: reads(other), within=10)
        assert all(reader.reading for reader in (*readers(one), *readers(other)))


async def test_server_that_takes_no_writes_is_asked_seldom_and_read_again(
    redis_url: str, redis: "Redis"
) -> None:
    desk = Desk(redis)
    async with running(redis_url, redis, desk) as stage:
        await redis.replicaof("127.0.0.1", "1")
        try:
            assert await eventually(stage.reading) == "not reading"
            await eventually(lambda: all(not reader._subscriber for reader in readers(stage)))
            await redis.config_resetstat()
            await eventually(lambda: _refused_calls(redis, "xgroup|create"))
            assert await _refused_calls(redis, "xreadgroup") == 0
        finally:
            await redis.replicaof("NO", "ONE")
        await post(redis, "a")
        await eventually(lambda: desk.seen == ["a"])


async def _refused_calls(redis: "Redis", command: str) -> int:
    stats: Any = await redis.info("commandstats")
    return int(stats.get(f"cmdstat_{command}", {}).get("rejected_calls", 0))


@pytest.mark.parametrize(
    "outage",
    [
        DependencyDownError("search_down", "no answer"),
        RedisConnectionError("reset"),
        OutOfMemoryError("command not allowed"),
        ResponseError("MISCONF Errors writing to the AOF file"),
    ],
)
async def test_outage_is_waited_for_and_charged_to_nobody(
    redis_url: str, redis: "Redis", outage: Exception
) -> None:
    failures = FAST.max_deliveries

    async def fail(_entry: Raw) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise outage

    desk = Desk(redis, act=fail)
    async with running(redis_url, redis, desk) as stage:
        await eventually(lambda: reads(stage))
        await post(redis, "a", "b")
        assert await eventually(stage.reading) == f"waiting: {outage}"
        assert (await _pending(redis))[0]["times_delivered"] == 0
        await eventually(lambda: _empty(redis))
        await eventually(lambda: reads(stage))
    assert desk.seen == ["a", "a", "a", "a", "b"]
    assert await dead(redis) == []


async def test_replicas_that_are_stopped_in_an_outage_do_not_exhaust_the_entry(
    redis_url: str, redis: "Redis"
) -> None:
    async def fail(_entry: Raw) -> None:
        raise DependencyDownError("search_down", "no answer")

    await post(redis, "a")
    for _ in range(FAST.max_deliveries + 1):
        desk = Desk(redis, act=fail)
        async with running(redis_url, redis, desk) as stage:
            await eventually(stage.reading)
            # As kill -9 leaves it: not finished, not failed, and its replica gone.
            for reader in readers(stage):
                for task in reader._subscriber.tasks:
                    task.cancel()
    desk = Desk(redis)
    async with running(redis_url, redis, desk):
        await eventually(lambda: desk.seen == ["a"])
    assert await dead(redis) == []


async def test_stage_stops_even_when_a_library_swallows_its_cancellation(
    redis_url: str, redis: "Redis"
) -> None:
    async def swallow() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    async with running(redis_url, redis, Desk(redis)) as stage:
        task = asyncio.create_task(stage._every(timedelta(0), swallow))
        await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=1)
        assert done == {task}
        assert task.cancelled()


async def test_entry_that_was_deleted_by_hand_does_not_stay_pending(
    redis_url: str, redis: "Redis"
) -> None:
    await post(redis, "young", "old")
    await redis.xgroup_create(RAW.name, RAW.group, id="0")
    await redis.xreadgroup(RAW.group, "gone", {RAW.name: ">"})
    rows: Any = await redis.xrange(RAW.name)
    (young, _), (old, _) = rows
    for _ in range(FAST.max_deliveries):
        await redis.xclaim(RAW.name, RAW.group, "gone", 0, [old])
    await redis.xdel(RAW.name, young, old)
    async with running(redis_url, redis, Desk(redis)):
        await eventually(lambda: _nothing_pending(redis))


async def test_error_that_json_cannot_hold_is_written_down_all_the_same(
    redis_url: str, redis: "Redis"
) -> None:
    async def refuse(_entry: Raw) -> None:
        raise PermanentError("no_content", "\ud800")

    await post(redis, "a")
    async with running(redis_url, redis, Desk(redis, act=refuse)):
        (letter,) = await eventually(lambda: dead(redis))
    assert b'"code":"no_content"' in letter[b"__data__"]


async def test_consumers_that_went_silent_are_forgotten_when_nothing_is_pending(
    redis: "Redis",
) -> None:
    await post(redis, "a", "b")
    await redis.xgroup_create(RAW.name, RAW.group, id="0")
    await redis.xreadgroup(RAW.group, "busy", {RAW.name: ">"}, count=1)
    await redis.xgroup_createconsumer(RAW.name, RAW.group, "idle")
    reap = lua.script(redis, "reap")
    assert await reap(keys=[RAW.name], args=[RAW.group, "idle"]) == 1
    assert await reap(keys=[RAW.name], args=[RAW.group, "busy"]) == 0
    (left,) = await redis.xinfo_consumers(RAW.name, RAW.group)
    assert (left["name"], left["pending"]) == (b"busy", 1)


async def _pending(redis: "Redis") -> list[dict[str, Any]]:
    rows: Any = await redis.xpending_range(RAW.name, RAW.group, "-", "+", 10)
    return list(rows)


async def _nothing_pending(redis: "Redis") -> bool:
    return await _pending(redis) == []


async def _empty(redis: "Redis") -> bool:
    return await redis.xlen(RAW.name) == 0


async def test_failed_tries_and_take_overs_are_in_the_trace(redis_url: str, redis: "Redis") -> None:
    async def fail_once(entry: Raw) -> None:
        if entry.delivered.deliveries == 1:
            raise TransientError("timed_out", "too slow")

    await post(redis, "a")
    async with running(redis_url, redis, Desk(redis, act=fail_once)):
        await eventually(lambda: redis.llen(keys.trace("a")), within=5)

        async def told() -> bool:
            return [event.event for event in await trace.read(redis, "a")] == [
                "deferred",
                "reclaimed",
            ]

        await eventually(told, within=5)
    deferred, reclaimed = await trace.read(redis, "a")
    assert (deferred.code, deferred.deliveries, deferred.stage) == ("timed_out", 1, "enrich")
    assert (reclaimed.deliveries, reclaimed.submission_id) == (2, "0-a")
    assert reclaimed.consumer == deferred.consumer


async def test_a_stage_with_two_places_begins_the_next_while_one_is_in_work(
    redis_url: str, redis: "Redis"
) -> None:
    both = asyncio.Barrier(2)

    async def meet(_: Raw) -> None:
        await both.wait()

    desk = Desk(redis, act=meet)
    await post(redis, *"abcdef")
    async with running(redis_url, redis, desk, places=2):
        await eventually(lambda: len(desk.seen) == 6)
        await eventually(lambda: not both.n_waiting)
        assert desk.seen == list("abcdef")
    assert await redis.xlen(RAW.name) == 0


async def test_what_has_failed_twice_is_tried_again_alone(redis_url: str, redis: "Redis") -> None:
    at_work: set[str] = set()
    beside: list[set[str]] = []

    async def work(entry: Raw) -> None:
        name = entry.event.article_id
        at_work.add(name)
        if name == "poison" and entry.delivered.deliveries > 2:
            beside.append(set(at_work))
        await asyncio.sleep(0.01)
        if name == "poison" and entry.delivered.deliveries > 2:
            beside.append(set(at_work))
        at_work.discard(name)
        if name == "poison":
            raise TransientError("busy", "try later")

    desk = Desk(redis, act=work)
    async with running(redis_url, redis, desk, places=2):
        await post(redis, "poison")
        while not await dead(redis):
            await post(redis, "a", "b")
            await asyncio.sleep(0.01)
    assert beside == [{"poison"}, {"poison"}]
