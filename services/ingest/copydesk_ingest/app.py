"""The ingest service: everything is wired here, and only here is the environment read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from copydesk_ingest.accept import Accepter
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.gate import Gate
from copydesk_ingest.group_commit import GroupCommit
from copydesk_ingest.intake import Intake
from copydesk_ingest.metrics import IngestMetrics
from copydesk_ingest.pressure import Room
from copydesk_ingest.preview import Previewer
from copydesk_ingest.routes.articles import articles_router
from copydesk_ingest.routes.operations import operations_router
from copydesk_ingest.routes.previews import previews_router
from copydesk_ingest.routes.submissions import submissions_router
from copydesk_ingest.routes.traces import traces_router
from copydesk_ingest.settings import Settings
from copydesk_ingest.store_watch import StoreWatch
from copydesk_ingest.waiting import ReceiptWatcher
from copydesk_shared.broker import connect
from copydesk_shared.durability import Durability
from copydesk_shared.probes import Check, redis_check
from copydesk_shared.problems import install_problems
from copydesk_shared.reference_page import install_reference


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    redis = connect(settings.redis_url)
    registry = CollectorRegistry()
    metrics = IngestMetrics(registry)
    watch = StoreWatch(redis, durability=settings.durability, metrics=metrics)
    commits = GroupCommit(
        redis,
        timeout=settings.accept_timeout,
        queue_limit=settings.accept_queue,
        fsync=settings.durability is Durability.FSYNC,
    )
    watcher = ReceiptWatcher(redis, timeout=settings.accept_timeout)
    gate = Gate(redis)
    intake = Intake(
        Accepter(redis, commits, room=_room(settings), watch=watch),
        gate,
        limits=_limits(settings),
        batch_max_items=settings.batch_max_items,
    )
    previewer = Previewer(
        redis,
        room=_room(settings),
        watch=watch,
        timeout=settings.preview_timeout,
        waiting_max=settings.previews_waiting,
    )
    servants: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        servants.extend(
            [
                asyncio.create_task(commits.run(), name="group_commit"),
                asyncio.create_task(watcher.run(), name="receipt_watcher"),
                asyncio.create_task(watch.run(), name="store_watch"),
                asyncio.create_task(gate.run(), name="gate"),
            ]
        )
        try:
            yield
        finally:
            for servant in servants:
                servant.cancel()
            await asyncio.gather(*servants, return_exceptions=True)
            servants.clear()
            await redis.aclose()

    app = FastAPI(
        title="Copydesk ingest",
        description="Takes raw articles, gives each a receipt, and never loses one it accepted.",
        version=version("copydesk-ingest"),
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    install_problems(app)
    app.include_router(
        articles_router(
            intake,
            metrics,
            max_body_bytes=settings.max_body_bytes,
            batch_max_bytes=settings.batch_max_bytes,
        )
    )
    app.include_router(
        previews_router(intake, previewer, metrics, max_body_bytes=settings.max_body_bytes)
    )
    app.include_router(submissions_router(watcher, wait_max=settings.wait_max))
    app.include_router(traces_router(redis, timeout=settings.accept_timeout))
    app.include_router(
        operations_router(
            registry,
            {
                "redis": redis_check(redis),
                "durability": watch.check,
                "servants": _alive(servants),
            },
            role=lambda: gate.role,
        )
    )
    install_reference(app)
    return app


def _room(settings: Settings) -> Room:
    return Room(
        backlog_limit=settings.backlog_limit, memory_limit_share=settings.memory_limit_share
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        max_bytes=settings.max_body_bytes,
        min_chars=settings.min_chars,
        html_max_depth=settings.html_max_depth,
        html_max_tags=settings.html_max_tags,
        json_max_depth=settings.json_max_depth,
        embargo_max=settings.embargo_max,
    )


def _alive(servants: list[asyncio.Task[None]]) -> Check:
    """None of the tasks that serve the requests has ended."""

    async def check() -> str | None:
        ended = [servant.get_name() for servant in servants if servant.done()]
        return f"ended: {', '.join(ended)}" if ended else None

    return check
