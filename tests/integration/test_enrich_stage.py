"""The enrich handler against a real server; the worker is a stand-in."""

from datetime import UTC, datetime
from typing import Any, cast

from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from copydesk_enrich.boilerplate import Boilerplate
from copydesk_enrich.commit import Commit
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.handlers import Enricher
from copydesk_enrich.registry import EntityRegistry
from copydesk_enrich.relations import Relations
from copydesk_enrich.worker import Worker
from copydesk_shared import keys
from copydesk_shared.contracts.article import (
    Article,
    Extraction,
    Language,
    Pipeline,
    Precision,
    Provenance,
    Published,
    StepStatus,
)
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry
from copydesk_shared.delivery.entry import Delivered
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.store import ArticleStore
from copydesk_shared.streams import DATA_FIELD, RAW

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "The harbour bridge is closed to lorries until the engineers have mended its cables."


class CopyingWorker:
    """Makes an article of a submission without a model."""

    async def enrich(self, submitted: ArticleSubmitted, **_: object) -> Article:
        return Article(
            article_id=submitted.article_id,
            version=submitted.version,
            source=submitted.source,
            title="Harbour bridge closed to lorries",
            summary=TEXT,
            paragraphs=(TEXT,),
            body=TEXT,
            language=Language(code="en", confidence=0.9),
            published=Published(
                value=NOW, precision=Precision.DAY, provenance=Provenance.PUBLISHER
            ),
            word_count=14,
            reading_minutes=1,
            extraction=Extraction(method="text", quality=1.0),
            pipeline=Pipeline(version="1"),
        )


class StreamOnly:
    """All that the handler asks of its consumer."""

    name = "me"
    stream = RAW


async def delivered(redis: "Redis") -> Entry[ArticleSubmitted]:
    """An accepted article whose raw entry a consumer holds."""
    event = ArticleSubmitted(
        submission_id="0-s1",
        article_id="a1",
        version=1,
        source="gazette",
        content_type="text/plain",
        content=TEXT,
        received_at=NOW,
    )
    data = event.model_dump_json().encode()
    await redis.hset(keys.article("a1"), mapping={"version": 1, "state": "live"})
    entry_id: Any = await redis.xadd(RAW.name, {DATA_FIELD: data})
    await redis.xgroup_create(RAW.name, RAW.group, id="0")
    await redis.xreadgroup(RAW.group, "me", {RAW.name: ">"})
    return Entry(Delivered(entry_id.decode(), data, deliveries=1), event)


async def test_full_server_costs_the_relations_and_not_the_article(redis: "Redis") -> None:
    entry = await delivered(redis)
    store = ArticleStore(redis)
    enricher = Enricher(
        store=store,
        worker=cast("Worker", CopyingWorker()),
        registry=EntityRegistry(redis, table=gazetteer()),
        boilerplate=Boilerplate(redis, seen_in=5),
        relations=Relations(redis),
        commit=Commit(redis, versions_kept=5),
        metrics=DeliveryMetrics(CollectorRegistry()),
    )
    await redis.config_set("maxmemory", "1")
    try:
        await enricher.handle([entry], cast("Consumer[ArticleSubmitted]", StreamOnly()))
    finally:
        await redis.config_set("maxmemory", "0")
    assert await redis.xlen(RAW.name) == 0
    found = await store.article("a1")
    assert found is not None
    assert found[1] is not None
    assert [(step.name, step.status) for step in found[1].pipeline.steps] == [
        ("registry", StepStatus.FAILED),
        ("duplicates", StepStatus.FAILED),
        ("related", StepStatus.FAILED),
    ]
