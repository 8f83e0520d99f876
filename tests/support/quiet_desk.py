"""Ingest and enrich in one process, step by step: nothing happens that a test does not ask for."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from copydesk_enrich.boilerplate import Boilerplate
from copydesk_enrich.commit import Commit
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.handlers import Enricher
from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.registry import EntityRegistry
from copydesk_enrich.relations import Relations
from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_enrich.worker import Worker
from copydesk_index.due import Done, DueArticles
from copydesk_ingest.accept import Accepter, prepare
from copydesk_ingest.accepted import Accepted
from copydesk_ingest.draft import Draft
from copydesk_ingest.group_commit import GroupCommit
from copydesk_ingest.metrics import IngestMetrics
from copydesk_ingest.pressure import Room
from copydesk_ingest.store_watch import StoreWatch
from copydesk_shared import receipts
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.receipt import Receipt
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry
from copydesk_shared.delivery.entry import Delivered, parse
from copydesk_shared.durability import Durability
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.store import ArticleStore
from copydesk_shared.streams import RAW
from copydesk_shared.testing.patience import eventually

BRIDGE = (
    "Harbour bridge closed after cracks found in main cable\n\n"
    "Engineers closed the harbour bridge on Monday after cracks appeared in a main cable."
)


class _InProcess:
    """The worker without its child process."""

    def __init__(self) -> None:
        self._pipeline = Pipeline(Settings(entities=EntityEngine.NONE))

    async def enrich(
        self, submitted: ArticleSubmitted, *, known_lines: Collection[str] = ()
    ) -> Article:
        return self._pipeline.enrich(submitted, known_lines=known_lines)


class _RawConsumer:
    """All that the handler asks of its consumer."""

    name = "me"
    stream = RAW


class QuietDesk:
    """Accepts, enriches and does what is due, each when told."""

    def __init__(self, redis: "Redis", accepter: Accepter) -> None:
        self.redis = redis
        self.store = ArticleStore(redis)
        self.due = DueArticles(redis, registry=CollectorRegistry())
        self._accepter = accepter
        self._enricher = Enricher(
            store=self.store,
            worker=cast("Worker", _InProcess()),
            registry=EntityRegistry(redis, table=gazetteer()),
            boilerplate=Boilerplate(redis, seen_in=5),
            relations=Relations(redis),
            commit=Commit(redis, versions_kept=5),
            metrics=DeliveryMetrics(CollectorRegistry()),
        )

    async def now(self) -> datetime:
        """The time by the server's clock, the only one that counts."""
        seconds, micros = await self.redis.time()
        return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)

    async def post(self, external_id: str = "1", content: str = BRIDGE, **fields: Any) -> Accepted:
        given = {"content_type": "text/plain", "external_id": external_id, **fields}
        draft = Draft(source="wire", content=content, **given)
        return await self._accepter.accept(
            prepare(draft, received_at=datetime.now(UTC), trace=None)
        )

    async def withdraw(self, article_id: str) -> Accepted:
        return await self._accepter.withdraw(article_id, at=datetime.now(UTC), trace=None)

    async def enrich(self) -> int:
        """Enrich all that waits; the number of raw entries."""
        with suppress(ResponseError):  # the group is there from the second call on
            await self.redis.xgroup_create(RAW.name, RAW.group, id="0", mkstream=True)
        answer: Any = await self.redis.xreadgroup(RAW.group, "me", {RAW.name: ">"})
        entries: list[Entry[ArticleSubmitted]] = [
            parse(Delivered.of(entry_id, fields, deliveries=1), RAW)
            for _, rows in answer or ()
            for entry_id, fields in rows
        ]
        await self._enricher.handle(entries, cast("Consumer[ArticleSubmitted]", _RawConsumer()))
        return len(entries)

    async def do_due(self, *, within: float = 5) -> list[Done]:
        """Wait until something is due, and do it."""
        done: list[Done] = []

        async def something() -> bool:
            done.extend(await self.due.round())
            return bool(done)

        await eventually(something, within=within)
        return done

    async def receipt(self, accepted: Accepted) -> Receipt:
        found = await receipts.read(self.redis, accepted.submission_id)
        assert found is not None
        return found

    async def readable(self, article_id: str) -> Article | None:
        found = await self.store.article(article_id)
        assert found is not None
        return found[1]


@asynccontextmanager
async def quiet_desk(redis: "Redis") -> AsyncIterator[QuietDesk]:
    commits = GroupCommit(redis, timeout=timedelta(seconds=5), queue_limit=1000)
    accepter = Accepter(
        redis,
        commits,
        room=Room(backlog_limit=1000, memory_limit_share=0.8),
        watch=StoreWatch(
            redis, durability=Durability.EVERYSEC, metrics=IngestMetrics(CollectorRegistry())
        ),
    )
    serving = asyncio.create_task(commits.run())
    try:
        yield QuietDesk(redis, accepter)
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
