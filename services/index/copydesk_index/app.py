"""The index service, wired."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from faststream.asgi import AsgiFastStream
from faststream.redis.prometheus import RedisPrometheusMiddleware
from prometheus_client import CollectorRegistry
from redis.exceptions import RedisError

from copydesk_index.completion import Completion
from copydesk_index.due import DueArticles, watch_due
from copydesk_index.engines.port import IndexEngine
from copydesk_index.handlers import Indexer
from copydesk_index.janitor import Janitor, keep_house
from copydesk_index.memory import MemoryWatch
from copydesk_index.settings import Settings
from copydesk_index.sweep import Sweep
from copydesk_shared.broker import connect, stream_broker
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.delivery import Stage
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.logging import configure_logging
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.probes import redis_check
from copydesk_shared.stage_app import running, stage_app
from copydesk_shared.store import ArticleStore
from copydesk_shared.streams import ENRICHED

log: structlog.stdlib.BoundLogger = structlog.get_logger()

OPEN_RETRY_S = 1.0


def create_app(settings: Settings | None = None) -> AsgiFastStream:
    """Wire the service; with no settings given, they are read from the environment."""
    settings = settings or Settings()
    configure_logging("index", environment=settings.environment, level=settings.log_level)
    registry = CollectorRegistry()
    metrics = DeliveryMetrics(registry)
    redis = connect(settings.redis_url)
    broker = stream_broker(
        settings.redis_url, middlewares=[RedisPrometheusMiddleware(registry=registry)]
    )
    store = ArticleStore(redis)
    engine = search_engine(settings)
    writing = asyncio.Lock()
    indexer = Indexer(
        store=store,
        engine=engine,
        completion=Completion(redis),
        writing=writing,
        metrics=metrics,
    )
    sweep = Sweep(redis=redis, store=store, engine=engine, writing=writing, registry=registry)
    stage = Stage("index", redis=redis, broker=broker, settings=settings, metrics=metrics)
    stage.read(ENRICHED, indexer.handle, batch=settings.index_batch, together=True)
    due = DueArticles(redis, registry=registry)
    janitor = Janitor(
        redis=redis,
        engine=engine,
        writing=writing,
        keep_raw=settings.keep_raw,
        keep_articles=settings.keep_articles,
        registry=registry,
    )
    memory = MemoryWatch(redis, registry=registry)
    active = asyncio.Event()

    async def work() -> None:
        await _open(engine)
        active.set()
        log.info("index_active", engine=type(engine).__name__)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stage.run())
            tasks.create_task(_end_when_displaced(engine))
            tasks.create_task(sweep_for_ever(sweep, settings, paused=lambda: stage.paused))
            tasks.create_task(keep_house(janitor, paused=lambda: stage.paused))
            tasks.create_task(memory.run())

    async def reading() -> str | None:
        return await stage.reading() if active.is_set() else None

    async def engine_answers() -> str | None:
        if active.is_set():
            return None if await engine.healthy() else "the search engine does not answer"
        return "waiting for the search engine" if settings.search_url else None

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with running(work()), running(watch_due(due)):
            yield
        await engine.close()
        await redis.aclose()

    return stage_app(
        "index",
        broker,
        description="Keeps the search engine equal to the article store.",
        checks={"redis": redis_check(redis), "stream": reading, "engine": engine_answers},
        role=lambda: stage.role if active.is_set() else "standby",
        registry=registry,
        lifespan=lifespan,
    )


def search_engine(settings: Settings) -> IndexEngine:
    """Meilisearch when an address is set, else tantivy. Imports only the one in use."""
    if settings.search_url:
        from copydesk_index.engines.meilisearch import MeilisearchIndexEngine  # noqa: PLC0415

        return MeilisearchIndexEngine(
            settings.search_url,
            key=settings.search_key.get_secret_value() if settings.search_key else None,
            index=settings.search_index,
        )
    from copydesk_index.engines.embedded import EmbeddedIndexEngine  # noqa: PLC0415  # optional extra

    return EmbeddedIndexEngine(settings.search_dir)


async def _open(engine: IndexEngine) -> None:
    while True:
        try:
            await engine.open()
        except DependencyDownError as exc:
            log.warning("waiting_for_engine", error=exc.message)
            await asyncio.sleep(OPEN_RETRY_S)
        else:
            return


async def _end_when_displaced(engine: IndexEngine) -> None:
    """Fail when another replica writes: what this one holds is soon reclaimed by that one."""
    await engine.displaced()
    raise RuntimeError("another replica has taken the writer's place")


async def sweep_for_ever(sweep: Sweep, settings: Settings, *, paused: Callable[[], bool]) -> None:
    """All of it once, then what changed lately.

    A dependency that was away only delays, but then all of it is due again: an engine may come back
    without its data. So it is, at once, when the engine is known to have begun empty. While index
    is paused, the sweep leaves the engine alone too.
    """
    window = None
    while True:
        try:
            if not paused():
                await sweep.round(window=window)
        except (DependencyDownError, RedisError, OSError) as exc:
            log.warning("sweep_delayed", error=str(exc))
            window = None
        else:
            window = None if paused() else settings.sweep_window
        heed_cancellation()
        if await sweep.emptied(within=settings.sweep_every):
            window = None
