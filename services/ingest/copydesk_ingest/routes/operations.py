"""Probes and metrics, for those who run the service."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import PlainTextResponse, Response

from copydesk_ingest.routes.answers import JSON
from copydesk_shared.probes import Check, json_bytes, readiness


def operations_router(
    registry: CollectorRegistry, checks: Mapping[str, Check], *, role: Callable[[], str]
) -> APIRouter:
    """`role` is what readiness answers when every check passes: `ready`, or `paused`."""
    router = APIRouter(tags=["operations"])

    @router.get("/health/live")
    async def live() -> Response:
        """The process turns."""
        return Response(json_bytes({"status": "alive"}), media_type=JSON)

    @router.get("/health/ready", responses={503: {"description": "Not ready, with the reasons"}})
    async def ready() -> Response:
        """Articles can be accepted, or an operator has paused that."""
        status, body = await readiness(checks, role=role())
        return Response(json_bytes(body), status_code=status, media_type=JSON)

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Prometheus' text format."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
