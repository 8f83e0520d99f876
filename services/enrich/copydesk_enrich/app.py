"""The enrich service, wired."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faststream.asgi import AsgiFastStream
from faststream.redis.prometheus import RedisPrometheusMiddleware
from prometheus_client import CollectorRegistry

from copydesk_enrich.boilerplate import Boilerplate
from copydesk_enrich.commit import Commit
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.handlers import Enricher
from copydesk_enrich.previews import Previews
from copydesk_enrich.registry import EntityRegistry
from copydesk_enrich.relations import Relations
from copydesk_enrich.settings import Settings
from copydesk_enrich.worker import Worker
from copydesk_shared.broker import connect, stream_broker
from copydesk_shared.delivery import Stage
from copydesk_shared.logging import configure_logging
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.probes import redis_check
from copydesk_shared.stage_app import running, stage_app
from copydesk_shared.store import ArticleStore
from copydesk_shared.streams import ENRICHED, RAW, RAW_BULK

PLACES = 2
"""Articles in work at a time: one in the child, the other with Redis, before and after it."""


def create_app(settings: Settings | None = None) -> AsgiFastStream:
    """Wire the service; with no settings given, they are read from the environment."""
    settings = settings or Settings()
    configure_logging("enrich", environment=settings.environment, level=settings.log_level)
    registry = CollectorRegistry()
    metrics = DeliveryMetrics(registry)
    redis = connect(settings.redis_url)
    broker = stream_broker(
        settings.redis_url, middlewares=[RedisPrometheusMiddleware(registry=registry)]
    )
    worker = Worker(settings)
    enricher = Enricher(
        store=ArticleStore(redis),
        worker=worker,
        registry=EntityRegistry(redis, table=gazetteer()),
        boilerplate=Boilerplate(redis, seen_in=settings.boilerplate_seen_in),
        relations=Relations(
            redis,
            embed=worker.embed if settings.rerank else None,
        ),
        commit=Commit(redis, versions_kept=settings.versions_kept),
        metrics=metrics,
    )
    stage = Stage(
        "enrich", redis=redis, broker=broker, settings=settings, metrics=metrics, places=PLACES
    )
    stage.read(RAW, enricher.handle, batch=settings.enrich_batch)
    stage.read(RAW_BULK, enricher.handle, batch=settings.enrich_batch, urgency=1)
    stage.wait_for(ENRICHED, limit=settings.enriched_limit)
    previews = Previews(redis, enricher, stage)

    async def work() -> None:
        await worker.start()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stage.run())
            tasks.create_task(previews.run())

    async def worker_ready() -> str | None:
        return None if worker.ready else "the worker process is starting"

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with running(work()):
            yield
        await worker.stop()
        await redis.aclose()

    return stage_app(
        "enrich",
        broker,
        description="Turns raw articles into clean, tagged, related ones.",
        checks={"redis": redis_check(redis), "stream": stage.reading, "worker": worker_ready},
        role=lambda: stage.role,
        registry=registry,
        lifespan=lifespan,
    )
