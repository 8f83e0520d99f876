"""The shell of a service that reads streams: FastStream with probes, metrics and AsyncAPI."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus

import structlog
from faststream.asgi import AsgiFastStream, AsgiResponse, get
from faststream.redis import RedisBroker
from faststream.specification import AsyncAPI
from prometheus_client import CollectorRegistry, make_asgi_app

from copydesk_shared.probes import Check, json_bytes, readiness

log: structlog.stdlib.BoundLogger = structlog.get_logger()

JSON = {"Content-Type": "application/json"}

Lifespan = Callable[[], AbstractAsyncContextManager[None]]


def stage_app(
    name: str,
    broker: RedisBroker,
    *,
    description: str,
    checks: Mapping[str, Check],
    role: Callable[[], str],
    registry: CollectorRegistry,
    lifespan: Lifespan,
) -> AsgiFastStream:
    """An ASGI app: `/health/live`, `/health/ready`, `/metrics`, and AsyncAPI (JSON) at `/docs`.

    `role` is what readiness answers when every check passes: `ready`, `waiting`, `paused` or
    `standby`.
    """

    @get
    async def live(_scope: object) -> AsgiResponse:
        return AsgiResponse(json_bytes({"status": "alive"}), headers=JSON)

    @get
    async def ready(_scope: object) -> AsgiResponse:
        status, body = await readiness(checks, role=role())
        return AsgiResponse(json_bytes(body), status_code=HTTPStatus(status).value, headers=JSON)

    app = AsgiFastStream(
        broker,
        logger=None,
        lifespan=lifespan,
        specification=AsyncAPI(title=f"Copydesk {name}", version="1", description=description),
        asgi_routes=[
            ("/health/live", live),
            ("/health/ready", ready),
            ("/metrics", make_asgi_app(registry)),
        ],
    )

    @get
    async def asyncapi(_scope: object) -> AsgiResponse:
        document = app.schema.to_specification().to_jsonable()
        return AsgiResponse(json_bytes(document), headers=JSON)

    # Not FastStream's own page: it runs scripts of another host, and beside it lies a route by
    # which anybody may publish.
    app.mount("/docs", asyncapi)
    return app


@asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator[None]:
    """Run `work` beside the app; when it fails for good, so does the process.

    A service whose work is dead but whose probes answer would be worse than one that is restarted.
    """
    task = asyncio.ensure_future(work)

    def stop_on_failure(done: "asyncio.Future[None]") -> None:
        if not done.cancelled() and (error := done.exception()):
            log.critical("work_failed", exc_info=error)
            signal.raise_signal(signal.SIGTERM)

    task.add_done_callback(stop_on_failure)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
