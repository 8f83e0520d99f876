"""Retention against a real server and a real index: nothing too early, and no orphan."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from quiet_desk import BRIDGE, QuietDesk, quiet_desk
from redis.asyncio import Redis

from copydesk_index import janitor as janitor_module
from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_index.janitor import Janitor
from copydesk_index.memory import EVERY_S, MemoryWatch
from copydesk_shared import keys
from copydesk_shared.search_schema import search_document
from copydesk_shared.streams import EVENTS, EVENTS_KEPT_MS

DAY = timedelta(days=1)
ALWAYS = timedelta(0)
Clean = Callable[..., Awaitable[None]]


@pytest.fixture
async def desk(redis: "Redis") -> AsyncIterator[QuietDesk]:
    async with quiet_desk(redis) as desk:
        yield desk


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EmbeddedIndexEngine]:
    engine = EmbeddedIndexEngine(tmp_path)
    await engine.open()
    yield engine
    await engine.close()


@pytest.fixture
def clean(redis: "Redis", engine: EmbeddedIndexEngine) -> Clean:
    async def clean(*, keep_raw: timedelta = 30 * DAY, keep_articles: timedelta = ALWAYS) -> None:
        await Janitor(
            redis=redis,
            engine=engine,
            writing=asyncio.Lock(),
            keep_raw=keep_raw,
            keep_articles=keep_articles,
            registry=CollectorRegistry(),
        ).round()

    return clean


async def published(desk: QuietDesk, engine: EmbeddedIndexEngine, *names: str) -> list[str]:
    """Articles that store and engine hold, all posted and last changed now."""
    ids = [(await desk.post(name, f"{BRIDGE} Take {name}.")).article_id for name in names]
    await desk.enrich()
    articles = [await desk.readable(article_id) for article_id in ids]
    await engine.write([search_document(article) for article in articles if article], [])
    return ids


async def aged(desk: QuietDesk, article_id: str, days: int) -> None:
    """As if the article had last changed so many days ago."""
    at = (await desk.now() - days * DAY).timestamp() * 1000
    await desk.redis.zadd(keys.CHANGED, {article_id: int(at)})


async def raw(redis: "Redis", article_id: str) -> bool:
    return bool(await redis.hexists(keys.article(article_id), "raw"))


async def test_raw_copies_are_dropped_by_age(
    desk: QuietDesk, engine: EmbeddedIndexEngine, redis: "Redis", clean: Clean
) -> None:
    old, young = await published(desk, engine, "1", "2")
    await aged(desk, old, 31)
    await aged(desk, young, 29)
    await clean()
    assert [await raw(redis, old), await raw(redis, young)] == [False, True]
    assert await desk.readable(old) is not None


async def test_an_article_that_waits_keeps_everything(
    desk: QuietDesk, redis: "Redis", clean: Clean
) -> None:
    held = await desk.post("1", embargoed_until=await desk.now() + 300 * DAY)
    await desk.enrich()
    queued = await desk.post("2")
    for article_id in (held.article_id, queued.article_id):
        await aged(desk, article_id, 200)
    await clean(keep_articles=90 * DAY)
    assert [await raw(redis, held.article_id), await raw(redis, queued.article_id)] == [True, True]
    assert await redis.zcard(keys.DUE) == 1


async def test_pages_of_raw_copies_all_have_their_turn(
    desk: QuietDesk,
    engine: EmbeddedIndexEngine,
    redis: "Redis",
    clean: Clean,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(janitor_module, "PAGE", 2)
    ids = await published(desk, engine, *"12345")
    for days, article_id in enumerate(ids, 31):
        await aged(desk, article_id, days)
    await clean()
    assert not any([await raw(redis, article_id) for article_id in ids])
    await aged(desk, ids[0], 40)
    await redis.hset(keys.article(ids[0]), "raw", "again")
    await clean()
    assert await raw(redis, ids[0])  # no round looks again at what it has been through


async def test_old_articles_leave_no_orphan_in_engine_or_store(
    desk: QuietDesk, engine: EmbeddedIndexEngine, redis: "Redis", clean: Clean
) -> None:
    await desk.post("1", f"{BRIDGE} First take.", url="https://example.org/first")
    await desk.post("1", f"{BRIDGE} Next take.", url="https://example.org/second")
    old, young = await published(desk, engine, "1", "2")
    await desk.post("2", f"{BRIDGE} Third take.", url="https://example.org/first")
    await desk.enrich()
    await aged(desk, old, 91)
    await clean(keep_articles=90 * DAY)
    assert await engine.versions([old, young]) == {young: 1}
    left = {key async for key in redis.scan_iter(f"{keys.TAG}:*")}
    assert not [key for key in left if old.encode() in key]
    aliases = [await redis.get(key) for key in left if key.startswith(keys.ALIAS_PREFIX.encode())]
    assert set(aliases) == {young.encode()}
    members: Any = await redis.zrange(keys.CHANGED, 0, -1)
    assert members == [young.encode()]
    beside = {key async for key in redis.scan_iter("copydesk:[!{]*")}
    assert not [key for key in beside if old.encode() in key]
    assert [key for key in beside if young.encode() in key]


async def test_a_forgotten_article_can_be_posted_anew(
    desk: QuietDesk, engine: EmbeddedIndexEngine, clean: Clean
) -> None:
    (old,) = await published(desk, engine, "1")
    await aged(desk, old, 91)
    await clean(keep_articles=90 * DAY)
    again = await desk.post("1")
    assert (again.duplicate, again.version) == (False, 1)


async def test_a_tombstone_is_forgotten_too(
    desk: QuietDesk, engine: EmbeddedIndexEngine, redis: "Redis", clean: Clean
) -> None:
    (gone,) = await published(desk, engine, "1")
    await desk.withdraw(gone)
    await aged(desk, gone, 91)
    await clean(keep_articles=90 * DAY)
    assert not await redis.exists(keys.article(gone))
    assert await engine.versions([gone]) == {}


async def test_articles_are_kept_for_ever_by_default(
    desk: QuietDesk, engine: EmbeddedIndexEngine, clean: Clean
) -> None:
    (old,) = await published(desk, engine, "1")
    await aged(desk, old, 9999)
    await clean()
    assert await desk.readable(old) is not None


async def test_pages_of_old_articles_are_all_forgotten(
    desk: QuietDesk,
    engine: EmbeddedIndexEngine,
    redis: "Redis",
    clean: Clean,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(janitor_module, "PAGE", 2)
    held = await desk.post("0", embargoed_until=await desk.now() + 300 * DAY)
    await desk.enrich()
    ids = [held.article_id, *await published(desk, engine, *"12345")]
    for article_id in ids:
        await aged(desk, article_id, 91)
    await clean(keep_articles=90 * DAY)
    members: Any = await redis.zrange(keys.CHANGED, 0, -1)
    assert members == [held.article_id.encode()]
    assert await engine.versions(ids) == {}


async def test_events_of_a_week_ago_are_dropped(
    desk: QuietDesk, redis: "Redis", clean: Clean
) -> None:
    now_ms = int((await desk.now()).timestamp() * 1000)
    await redis.xadd(EVENTS.name, {"__data__": "old"}, id=f"{now_ms - EVENTS_KEPT_MS - 1000}-0")
    await redis.xadd(EVENTS.name, {"__data__": "new"}, id=f"{now_ms - 1000}-0")
    await clean()
    assert await redis.xlen(EVENTS.name) == 1


async def test_the_forecast_follows_the_server(redis: "Redis") -> None:
    registry = CollectorRegistry()
    minutes = iter(range(10_000))
    watch = MemoryWatch(redis, registry=registry, clock=lambda: next(minutes) * EVERY_S)

    def days() -> float:
        found = registry.get_sample_value("copydesk_days_to_full")
        assert found is not None
        return found

    assert math.isnan(days())
    await redis.config_set("maxmemory", str(2**30))
    try:
        for number in range(12):
            await redis.set(f"more:{number}", b"x" * 200_000)
            await watch.sample()
    finally:
        await redis.config_set("maxmemory", "0")
    assert 0 < days() < 10
