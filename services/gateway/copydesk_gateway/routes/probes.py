"""Probes and metrics."""

from http import HTTPStatus

from fastapi import APIRouter, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from copydesk_gateway.answers import Readiness
from copydesk_gateway.desk import AtDesk, Desk
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.probes import json_bytes, readiness, redis_check

router = APIRouter(tags=["operations"])


@router.get("/health/live", summary="Alive: the process turns")
async def live() -> Readiness:
    return Readiness(status="alive", checks={})


@router.get(
    "/health/ready",
    summary="Ready: Redis and the search engine answer",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Something is away; `checks` says what."}},
)
async def ready(desk: AtDesk) -> Response:
    status, body = await readiness(
        {"redis": redis_check(desk.redis), "engine": lambda: _engine_failure(desk)}
    )
    return Response(json_bytes(body), status_code=status, media_type="application/json")


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
async def metrics(desk: AtDesk) -> Response:
    return Response(
        generate_latest(desk.metrics.registry),
        status_code=HTTPStatus.OK,
        media_type=CONTENT_TYPE_PLAIN_0_0_4,
    )


async def _engine_failure(desk: Desk) -> str | None:
    try:
        return None if await desk.engine.healthy() else "unhealthy"
    except DependencyDownError as exc:
        return exc.message
