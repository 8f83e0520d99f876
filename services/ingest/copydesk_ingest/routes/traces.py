"""Traces: what happened to an article on its way, for whoever published or runs it."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_ingest.faults import store_fault
from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.routes.answers import problem
from copydesk_ingest.routes.documents import refusals
from copydesk_shared import trace
from copydesk_shared.contracts.trace import TraceEvent
from copydesk_shared.errors import CopydeskError

MAX_ID = 100


class TraceAnswer(BaseModel):
    """At most the last 200 events, oldest first."""

    article_id: str
    events: list[TraceEvent]


class NoParams(BaseModel):
    model_config = ConfigDict(extra="forbid")


def traces_router(redis: "Redis", *, timeout: timedelta) -> APIRouter:
    router = APIRouter(tags=["articles"])

    @router.get("/v1/articles/{article_id}/trace", responses=refusals(400, 404, 503))
    async def get_trace(article_id: str, _: Annotated[NoParams, Query()]) -> TraceAnswer:
        """An article's way through the stages; 404 when nothing happened to it for 30 days."""
        try:
            return TraceAnswer(article_id=article_id, events=await _events(article_id))
        except CopydeskError as exc:
            raise problem(exc) from exc

    async def _events(article_id: str) -> list[TraceEvent]:
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                events = await trace.read(redis, article_id) if len(article_id) <= MAX_ID else []
        except (RedisError, OSError) as exc:  # TimeoutError is an OSError
            raise store_fault(exc) from exc
        if not events:
            raise RefusedError(
                "not_found", "Nothing is known of such an article.", status=HTTPStatus.NOT_FOUND
            )
        return events

    return router
