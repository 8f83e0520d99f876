"""Whatever overtakes whatever: the newest version ends in store, search, events and receipts."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from interleaving import Gate, GatedEngine, GatedRedis, Scheduler
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from copydesk_enrich.boilerplate import Boilerplate
from copydesk_enrich.commit import Commit
from copydesk_enrich.handlers import Enricher
from copydesk_enrich.registry import EntityRegistry
from copydesk_enrich.relations import Relations
from copydesk_enrich.worker import Worker
from copydesk_index import sweep as sweep_module
from copydesk_index.completion import Completion
from copydesk_index.handlers import Indexer
from copydesk_index.sweep import Sweep
from copydesk_ingest.accept import Accepter, prepare
from copydesk_ingest.accepted import Accepted
from copydesk_ingest.draft import Draft
from copydesk_ingest.group_commit import GroupCommit
from copydesk_ingest.metrics import IngestMetrics
from copydesk_ingest.pressure import Room
from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.store_watch import StoreWatch
from copydesk_shared import lua, receipts, trace
from copydesk_shared.contracts.article import (
    Article,
    Extraction,
    Language,
    Pipeline,
    Precision,
    Provenance,
    Published,
)
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry
from copydesk_shared.delivery.dead_letters import DeadLetters
from copydesk_shared.delivery.entry import Delivered, parse
from copydesk_shared.durability import Durability
from copydesk_shared.errors import PermanentError
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.store import ArticleStore, State
from copydesk_shared.streams import ENRICHED, EVENTS, RAW, Stream

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ARTICLES = ("ferry", "crane")
POISON = "poison"
STEALS = 0.25
MOST_STEPS = 20_000


@dataclass(frozen=True)
class Action:
    """A post or a withdrawal; `modified` counts minutes, `repeated` asks again for a lost reply."""

    article: str
    text: str | None
    modified: int | None
    repeated: bool


ACTIONS = st.lists(
    st.builds(
        Action,
        st.sampled_from(ARTICLES),
        st.sampled_from(["one", "two", "three", POISON, None]),
        st.sampled_from([None, None, 1, 2, 3]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@dataclass
class World:
    """What the actors share, and what the publishers were told."""

    redis: "Redis"
    rng: Random
    publishing: int = 0
    numbers: "count[int]" = field(default_factory=count)
    engine: dict[str, int] = field(default_factory=dict)
    told: list[tuple[Action, Accepted]] = field(default_factory=list)

    async def at_rest(self) -> bool:
        waiting = await self.redis.xlen(RAW.name) + await self.redis.xlen(ENRICHED.name)
        return self.publishing == 0 and waiting == 0


class AtOnce:
    """Calls scripts one by one, where ingest groups those that wait."""

    async def call(self, script: Any, *, keys: Sequence[str], args: Sequence[Any]) -> Any:
        return await script(keys=keys, args=args)


class Copyist:
    """Makes an article of a submission, but for poison."""

    async def enrich(self, submitted: ArticleSubmitted, **_: object) -> Article:
        if submitted.content == POISON:
            raise PermanentError("no_content", "poison")
        return Article(
            article_id=submitted.article_id,
            version=submitted.version,
            source=submitted.source,
            title=submitted.content,
            summary="",
            paragraphs=(submitted.content,),
            body=submitted.content,
            language=Language(code="en", confidence=1),
            published=Published(value=NOON, precision=Precision.DAY, provenance=Provenance.TEXT),
            word_count=1,
            reading_minutes=1,
            extraction=Extraction(method="text", quality=1),
            pipeline=Pipeline(version="1"),
        )


class NoRelations:
    async def find(self, article: Article, **__: Any) -> Article:
        return article

    async def forget(self, *_: Any, **__: Any) -> None:
        pass


class NoRegistry:
    async def settle(self, article: Article, **_: Any) -> Article:
        return article

    async def forget(self, *_: Any, **__: Any) -> None:
        pass


class Replica:
    """A consumer of one stream that takes fresh entries, or those that another is slow with."""

    def __init__(self, world: World, stream: Stream[Any], gate: Gate) -> None:
        self.stream = stream
        self.name = name = f"{stream.group}-{next(world.numbers)}"
        self._world = world
        self.redis = GatedRedis(world.redis, gate)
        self._held = lua.script(self.redis, "held")
        self._dead_letters = DeadLetters(self.redis, stage=stream.group, consumer=name)

    async def take(self, most: int) -> list[Entry[Any]]:
        redis, stream = self._world.redis, self.stream
        if self._world.rng.random() < STEALS:
            page: Any = await redis.xpending_range(stream.name, stream.group, "-", "+", most)
            others = [row for row in page if row["consumer"].decode() != self.name]
            times = {row["message_id"]: row["times_delivered"] + 1 for row in others}
            rows: Any = times and await redis.xclaim(
                stream.name, stream.group, self.name, 0, list(times)
            )
            delivered = [Delivered.of(i, f, deliveries=times[i]) for i, f in rows or () if f]
        else:
            answer: Any = await redis.xreadgroup(
                stream.group, self.name, {stream.name: ">"}, count=most
            )
            found = answer[0][1] if answer else []
            delivered = [Delivered.of(i, f, deliveries=1) for i, f in found]
        return [parse(one, stream) for one in delivered]

    async def still_held(self, entries: Sequence[Entry[Any]]) -> list[Entry[Any]]:
        ids = [entry.entry_id for entry in entries]
        held = await self._held(keys=[self.stream.name], args=[self.stream.group, self.name, *ids])
        return [entry for entry in entries if entry.entry_id.encode() in held]

    async def fail(self, entry: Entry[Any], error: Exception) -> None:
        await self._dead_letters.bury(
            entry.delivered,
            error,
            code="no_content",
            stream=self.stream.name,
            group=self.stream.group,
        )


async def publisher(world: World, gate: Gate, actions: Sequence[Action]) -> None:
    redis = GatedRedis(world.redis, gate)
    accepter = Accepter(
        redis,
        cast("GroupCommit", AtOnce()),
        room=Room(backlog_limit=1000, memory_limit_share=0.8),
        watch=StoreWatch(
            redis, durability=Durability.EVERYSEC, metrics=IngestMetrics(CollectorRegistry())
        ),
    )
    for number, action in enumerate(actions):
        draft = Draft(
            source="wire",
            external_id=action.article,
            content_type="text/plain",
            content=action.text or "",
            modified=action.modified and NOON + timedelta(minutes=action.modified),
        )
        at = NOON + timedelta(hours=1, seconds=number)
        prepared = prepare(draft, received_at=at, trace=None)
        try:
            if action.text is None:
                told = await accepter.withdraw(prepared.identity.article_id, at=at, trace=None)
            else:
                told = await accepter.accept(prepared)
        except RefusedError:
            continue
        if not told.duplicate:
            world.told.append((action, told))
            if action.repeated and action.text is not None:
                assert await accepter.accept(prepared) == told
    world.publishing -= 1


async def enrich(world: World, gate: Gate) -> None:
    replica = Replica(world, RAW, gate)
    enricher = Enricher(
        store=ArticleStore(replica.redis),
        worker=cast("Worker", Copyist()),
        registry=cast("EntityRegistry", NoRegistry()),
        boilerplate=Boilerplate(replica.redis, seen_in=0),
        relations=cast("Relations", NoRelations()),
        commit=Commit(replica.redis, versions_kept=2),
        metrics=DeliveryMetrics(CollectorRegistry()),
    )
    while not await world.at_rest():
        for entry in await replica.take(1):
            try:
                await enricher.handle([entry], cast("Consumer[ArticleSubmitted]", replica))
            except PermanentError as exc:
                await replica.fail(entry, exc)
        await gate()


async def index(world: World, gate: Gate) -> None:
    replica = Replica(world, ENRICHED, gate)
    store, engine = ArticleStore(replica.redis), GatedEngine(world.engine, gate)
    writing = asyncio.Lock()
    registry = CollectorRegistry()
    indexer = Indexer(
        store=store,
        engine=engine,
        completion=Completion(replica.redis),
        writing=writing,
        metrics=DeliveryMetrics(registry),
    )
    sweep = Sweep(
        redis=replica.redis, store=store, engine=engine, writing=writing, registry=registry
    )
    while not await world.at_rest():
        if entries := await replica.take(3):
            await indexer.handle(entries, cast("Consumer[Any]", replica))
        elif world.rng.random() < 0.05:
            await sweep.round(window=None)
        await gate()


async def played(redis_url: str, scripts: Sequence[Sequence[Action]], seed: int) -> None:
    """Play one example to its end, sweep, and look at everything."""
    redis = Redis.from_url(redis_url)
    await redis.flushall()
    for stream in (RAW, ENRICHED):
        await redis.xgroup_create(stream.name, stream.group, id="0", mkstream=True)
    world = World(redis, Random(seed), publishing=len(scripts))  # noqa: S311  # a schedule
    scheduler = Scheduler(world.rng, most=MOST_STEPS)
    for actions in scripts:
        scheduler.start(partial(_published, world, actions))
    for life in (enrich, enrich, enrich, index, index):
        scheduler.start(partial(life, world), mortal=True)
    try:
        await scheduler.run()
        await swept(world)
        for article in ARTICLES:
            versions = [(a, told) for a, told in world.told if a.article == article]
            if versions:
                await look(world, versions)
    finally:
        await redis.aclose()


async def _published(world: World, actions: Sequence[Action], gate: Gate) -> None:
    await publisher(world, gate, actions)


async def swept(world: World) -> None:
    store, engine = ArticleStore(world.redis), GatedEngine(world.engine)
    sweep = Sweep(
        redis=world.redis,
        store=store,
        engine=engine,
        writing=asyncio.Lock(),
        registry=CollectorRegistry(),
    )
    await sweep.round(window=None)


async def look(world: World, told: Sequence[tuple[Action, Accepted]]) -> None:
    """Store, engine, events, receipts, history and trace of one article, after all has ended."""
    redis = world.redis
    accepted = {t.version: (action, t) for action, t in told if not t.superseded}
    assert sorted(accepted) == list(range(1, len(accepted) + 1)), "every version once"
    newest, (action, last) = max(accepted.items())
    article_id = last.article_id

    history = await ArticleStore(redis).history(article_id)
    assert history is not None
    standing, versions = history
    assert standing.version == newest
    numbers = [kept.article.version for kept in versions]
    withdrawals = [v for v, (a, _) in accepted.items() if a.text is None]
    assert numbers == sorted(set(numbers))
    assert not numbers or numbers[0] > max(withdrawals, default=0), "withdrawn for good"
    for kept in versions:
        assert kept.article.title == accepted[kept.article.version][0].text
    if action.text is None:
        assert (standing.state, numbers) == (State.WITHDRAWN, [])
    elif action.text == POISON:
        assert standing.state is State.DEAD
    else:
        assert (standing.state, standing.enriched_version) == (State.LIVE, newest)
        assert numbers[-1] == newest
    shown = numbers[-1] if numbers else 0
    assert world.engine.get(article_id, 0) == shown, "search is as the store"

    rows: Any = await redis.xrange(EVENTS.name)
    events = [json.loads(fields[b"__data__"]) for _, fields in rows]
    seen = [(e["version"], e["event"]) for e in events if e["article_id"] == article_id]
    assert seen == sorted(set(seen)), "events never go back"
    if action.text != POISON:
        kind = "article_withdrawn" if action.text is None else "article_indexed"
        assert seen[-1] == (newest, kind)

    found = await receipts.read_many(redis, [told.submission_id for _, told in told])
    outcomes = [receipt and receipt.outcome for receipt in found]
    for (what, answer), outcome in zip(told, outcomes, strict=True):
        ends = {None: Outcome.WITHDRAWN, POISON: Outcome.DEAD}
        end = ends.get(what.text, Outcome.INDEXED)
        if answer.superseded:
            assert outcome is Outcome.SUPERSEDED
        elif answer.version == newest:
            assert outcome is end
        else:
            assert outcome in {end, Outcome.SUPERSEDED}
        if outcome in {Outcome.INDEXED, Outcome.WITHDRAWN}:
            assert answer.version in dict(seen), "it was the newest that search had"
    life = await trace.read(redis, article_id)
    ended = {e.submission_id for e in life if e.event in set(Outcome) - {"accepted", "enriched"}}
    assert ended == {answer.submission_id for _, answer in told}


@settings(
    max_examples=300,
    deadline=None,
    # Shrinking plays hundreds of examples more, and a schedule does not shrink.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(scripts=st.lists(ACTIONS, min_size=1, max_size=2), seed=st.integers(0, 2**32))
def test_any_interleaving_ends_with_the_newest_version_everywhere(
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    scripts: list[list[Action]],
    seed: int,
) -> None:
    # The last sweep comes at once here, when minutes would have passed since the last commit.
    monkeypatch.setattr(sweep_module, "IN_FLIGHT_MS", 0)
    asyncio.run(played(redis_url, scripts, seed))
