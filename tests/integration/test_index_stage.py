"""The index service as it runs: real server, real tantivy, all but the network port."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from redis.asyncio import Redis

from copydesk_index import sweep as sweep_module
from copydesk_index.app import create_app, sweep_for_ever
from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_index.settings import Settings
from copydesk_index.sweep import Sweep
from copydesk_shared import keys
from copydesk_shared.compression import compress
from copydesk_shared.contracts.article import (
    Article,
    EntityType,
    Extraction,
    Language,
    Pipeline,
    Precision,
    Provenance,
    Published,
)
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.contracts.submission import Op
from copydesk_shared.entities import EntityDirectory
from copydesk_shared.entity_evidence import EntityEvidence
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.related import card_key, related_key, term_key
from copydesk_shared.search_schema import search_document
from copydesk_shared.store import ArticleStore
from copydesk_shared.streams import ENRICHED, EVENTS
from copydesk_shared.testing.patience import eventually
from copydesk_shared.testing.valkey import free_port, valkey_server
from copydesk_shared.told import Told

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def an_article(article_id: str, *, version: int = 1, title: str = "Bridge closed") -> Article:
    return Article(
        article_id=article_id,
        version=version,
        source="gazette",
        title=title,
        summary="The bridge is closed.",
        paragraphs=("The bridge is closed.",),
        body="The bridge is closed.",
        language=Language(code="en", confidence=0.9),
        published=Published(value=NOW, precision=Precision.DAY, provenance=Provenance.PUBLISHER),
        word_count=4,
        reading_minutes=1,
        extraction=Extraction(method="text", quality=1.0),
        pipeline=Pipeline(version="1"),
    )


async def enriched(redis: "Redis", article: Article, *, announce: bool = True) -> None:
    """What the enrich commit leaves behind."""
    article_id, version = article.article_id, article.version
    await redis.hset(
        keys.article(article_id),
        mapping={
            "version": version,
            "state": "live",
            "enriched_version": version,
            "enriched": compress(article.model_dump_json()),
            "submission_id": f"0-{article_id}-{version}",
        },
    )
    # A minute ago: the sweep leaves alone what may still be on its way.
    await changed(redis, article_id, ago=timedelta(minutes=1))
    await redis.hset(
        keys.receipt(f"0-{article_id}-{version}"),
        mapping={"article_id": article_id, "version": version, "outcome": "enriched"},
    )
    if announce:
        await announced(redis, article_id, version, Op.PUBLISH)


async def changed(redis: "Redis", *article_ids: str, ago: timedelta) -> None:
    moment = datetime.now(UTC) - ago
    await redis.zadd(keys.CHANGED, dict.fromkeys(article_ids, moment.timestamp() * 1000))


async def withdrawn(redis: "Redis", article_id: str, *, version: int) -> None:
    await redis.hset(keys.article(article_id), mapping={"version": version, "state": "withdrawn"})
    await redis.hdel(keys.article(article_id), "enriched", "enriched_version")
    await redis.hset(
        keys.receipt(f"0-{article_id}-{version}"),
        mapping={"article_id": article_id, "version": version, "outcome": "accepted"},
    )
    await announced(redis, article_id, version, Op.WITHDRAW)


async def announced(redis: "Redis", article_id: str, version: int, op: Op) -> None:
    event = ArticleEnriched(
        submission_id=f"0-{article_id}-{version}",
        article_id=article_id,
        version=version,
        op=op,
        received_at=NOW,
    )
    await redis.xadd(ENRICHED.name, {"__data__": event.model_dump_json()})


@asynccontextmanager
async def index_service(redis_url: str, search_dir: Path, **overrides: Any) -> AsyncIterator[None]:
    settings = Settings(
        redis_url=SecretStr(redis_url),
        search_dir=search_dir,
        reclaim_after=timedelta(milliseconds=200),
        **overrides,
    )
    app = create_app(settings)
    async with app.start_lifespan_context():
        yield


async def outcome(redis: "Redis", article_id: str, version: int) -> str:
    found: Any = await redis.hget(keys.receipt(f"0-{article_id}-{version}"), "outcome")
    return (found or b"").decode()


async def ended(redis: "Redis", *expected: tuple[str, int, str]) -> None:
    async def all_ended() -> bool:
        return [
            await outcome(redis, article_id, version) for article_id, version, _ in expected
        ] == [result for _, _, result in expected]

    await eventually(all_ended, within=10)


async def held(search_dir: Path, *article_ids: str) -> Mapping[str, int]:
    engine = EmbeddedIndexEngine(search_dir)
    await asyncio.wait_for(engine.open(), 5)
    try:
        return await engine.versions(article_ids)
    finally:
        await engine.close()


async def events(redis: "Redis") -> list[tuple[str, int]]:
    rows: Any = await redis.xrange(EVENTS.name)
    found = [json.loads(fields[b"__data__"]) for _, fields in rows]
    return [(event["event"], event["version"]) for event in found]


async def test_articles_from_before_the_first_start_are_indexed(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    await enriched(redis, an_article("a"))
    await enriched(redis, an_article("b"))
    async with index_service(redis_url, tmp_path):
        await ended(redis, ("a", 1, "indexed"), ("b", 1, "indexed"))
    assert await held(tmp_path, "a", "b", "c") == {"a": 1, "b": 1}
    assert await redis.xlen(ENRICHED.name) == 0


async def test_correction_replaces_and_the_overtaken_version_is_superseded(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    await enriched(redis, an_article("a", version=1))
    await enriched(redis, an_article("a", version=2))
    async with index_service(redis_url, tmp_path):
        await ended(redis, ("a", 1, "superseded"), ("a", 2, "indexed"))
        assert await events(redis) == [("article_indexed", 2)]
    assert await held(tmp_path, "a") == {"a": 2}


async def test_withdrawal_takes_the_article_out(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    async with index_service(redis_url, tmp_path):
        await enriched(redis, an_article("a"))
        await ended(redis, ("a", 1, "indexed"))
        told = [Told("person:tess-oakley", EntityType.PERSON, "Tess Oakley", "", ("Tess Oakley",))]
        await EntityEvidence(redis).record(
            "a", version=1, published_s=int(NOW.timestamp()), rules="1", told=told
        )
        await withdrawn(redis, "a", version=2)
        await ended(redis, ("a", 2, "withdrawn"))
        assert await events(redis) == [("article_indexed", 1), ("article_withdrawn", 2)]
    assert await held(tmp_path, "a") == {}
    assert await EntityDirectory(redis).entity("person:tess-oakley") is None


async def test_withdrawal_takes_the_article_out_of_the_related_graph(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    for article_id in ("a", "b"):
        await redis.hset(
            card_key(article_id),
            mapping={"version": 1, "language": "en", "terms": '{"bridge":0.5}', "title": "Bridge"},
        )
    await redis.zadd(term_key("en", "bridge"), {"a|0.5000": 1, "b|0.5000": 1})
    await redis.hset(related_key("a"), "b", "{}")
    await withdrawn(redis, "a", version=2)
    async with index_service(redis_url, tmp_path):
        await ended(redis, ("a", 2, "withdrawn"))
    assert await redis.exists(card_key("a"), related_key("a")) == 0
    assert await redis.exists(card_key("b")) == 1
    assert await redis.zrange(term_key("en", "bridge"), 0, -1) == [b"b|0.5000"]


async def test_withdrawal_that_overtakes_the_publication_wins(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    await enriched(redis, an_article("a"))
    await withdrawn(redis, "a", version=2)
    async with index_service(redis_url, tmp_path):
        await ended(redis, ("a", 1, "superseded"), ("a", 2, "withdrawn"))
    assert await held(tmp_path, "a") == {}


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EmbeddedIndexEngine]:
    engine = EmbeddedIndexEngine(tmp_path)
    await engine.open()
    yield engine
    await engine.close()


def a_sweep(redis: "Redis", engine: EmbeddedIndexEngine) -> Sweep:
    return Sweep(
        redis=redis,
        store=ArticleStore(redis),
        engine=engine,
        writing=asyncio.Lock(),
        registry=CollectorRegistry(),
    )


async def test_sweep_mends_what_is_lost_stale_or_resurrected(
    redis: "Redis", engine: EmbeddedIndexEngine
) -> None:
    stale, resurrected, right = an_article("stale"), an_article("resurrected"), an_article("right")
    await engine.write([search_document(a) for a in (stale, resurrected, right)], [])
    await enriched(redis, an_article("lost"))
    await enriched(redis, an_article("stale", version=2))
    await enriched(redis, resurrected)
    await withdrawn(redis, "resurrected", version=2)
    await enriched(redis, right)
    sweep = a_sweep(redis, engine)
    assert await sweep.round(window=None) == 3
    ids = ["lost", "stale", "resurrected", "right"]
    assert await engine.versions(ids) == {"lost": 1, "stale": 2, "right": 1}
    assert await sweep.round(window=None) == 0


async def test_sweep_looks_no_further_back_than_its_window_and_its_sample(
    redis: "Redis", engine: EmbeddedIndexEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_module, "SAMPLE", 0)
    await enriched(redis, an_article("old"))
    await changed(redis, "old", ago=timedelta(hours=1))
    sweep = a_sweep(redis, engine)
    assert await sweep.round(window=timedelta(minutes=30)) == 0
    assert await sweep.round(window=timedelta(hours=2)) == 1


async def test_sweep_looks_at_everything_when_a_sample_shows_a_loss(
    redis: "Redis", engine: EmbeddedIndexEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_module, "SAMPLE", 2)
    ids = [f"old{number}" for number in range(20)]
    for article_id in ids:
        await enriched(redis, an_article(article_id))
    await changed(redis, *ids, ago=timedelta(hours=2))
    assert await a_sweep(redis, engine).round(window=timedelta(hours=1)) == len(ids)
    assert len(await engine.versions(ids)) == len(ids)


async def test_sweep_leaves_alone_what_is_on_its_way_but_not_what_search_had_confirmed(
    redis: "Redis", engine: EmbeddedIndexEngine
) -> None:
    await enriched(redis, an_article("on its way"))
    await enriched(redis, an_article("lost"))
    await redis.hset(keys.article("lost"), "indexed_version", "1")
    await changed(redis, "on its way", "lost", ago=timedelta(0))
    assert await a_sweep(redis, engine).round(window=None) == 1
    assert await engine.versions(["on its way", "lost"]) == {"lost": 1}


async def test_sweep_passes_over_nothing_when_others_change_meanwhile(
    redis: "Redis", engine: EmbeddedIndexEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_module, "PAGE", 2)
    ids = ["a", "b", "c", "d", "e"]
    for ms, article_id in enumerate(ids, start=1000):
        await enriched(redis, an_article(article_id))
        await redis.zadd(keys.CHANGED, {article_id: ms})
    sweep = a_sweep(redis, engine)
    versions = engine.versions

    async def versions_as_the_page_changes(page: Sequence[str]) -> Mapping[str, int]:
        held = await versions(page)
        await redis.zadd(keys.CHANGED, dict.fromkeys(page, 2000))
        return held

    monkeypatch.setattr(engine, "versions", versions_as_the_page_changes)
    assert await sweep.round(window=None) == len(ids)


async def test_unreadable_article_does_not_stop_the_sweep(
    redis: "Redis", engine: EmbeddedIndexEngine
) -> None:
    for article_id in ("a", "b", "c"):
        await enriched(redis, an_article(article_id))
    await redis.hset(keys.article("b"), "enriched", b"of another world")
    assert await a_sweep(redis, engine).round(window=None) == 2
    assert await engine.versions(["a", "b", "c"]) == {"a": 1, "c": 1}


async def test_sweep_looks_at_everything_again_after_an_outage() -> None:
    windows: list[timedelta | None] = []

    class EngineAwayOnce(Sweep):
        def __init__(self) -> None:
            pass

        async def round(self, *, window: timedelta | None) -> int:
            windows.append(window)
            if len(windows) == 2:
                raise DependencyDownError("search_down", "no answer")
            return 0

        async def emptied(self, *, within: timedelta) -> bool:
            await asyncio.sleep(within.total_seconds())
            return False

    settings = Settings(sweep_every=timedelta(milliseconds=1), sweep_window=timedelta(hours=1))
    task = asyncio.create_task(sweep_for_ever(EngineAwayOnce(), settings, paused=lambda: False))
    await eventually(lambda: len(windows) >= 4)
    task.cancel()
    assert windows[:4] == [None, timedelta(hours=1), None, timedelta(hours=1)]


async def test_standby_reads_nothing_until_the_active_one_is_gone(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    active = EmbeddedIndexEngine(tmp_path)
    await active.open()
    async with index_service(redis_url, tmp_path):
        await enriched(redis, an_article("a"))
        with pytest.raises(AssertionError):
            await eventually(lambda: redis.xinfo_groups(ENRICHED.name), within=0.7)
        await active.close()
        await ended(redis, ("a", 1, "indexed"))


async def test_service_that_starts_before_redis_waits_for_it_and_can_be_stopped_without_it(
    tmp_path: Path,
) -> None:
    port = free_port()
    async with index_service(f"redis://127.0.0.1:{port}/0", tmp_path / "search"):
        with valkey_server(tmp_path / "redis", port=port) as url:
            redis = Redis.from_url(url)
            await enriched(redis, an_article("a"))
            await ended(redis, ("a", 1, "indexed"))
            await redis.aclose()
