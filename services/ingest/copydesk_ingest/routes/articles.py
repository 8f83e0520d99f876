"""Taking articles: post one, post many, put one in its place, withdraw one."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from copydesk_ingest.body import read_body
from copydesk_ingest.formats.checks import Place
from copydesk_ingest.formats.query import refuse_unknown
from copydesk_ingest.identity import MAX_EXTERNAL_ID, SOURCE
from copydesk_ingest.intake import Intake
from copydesk_ingest.metrics import IngestMetrics
from copydesk_ingest.posting import Posting, posting, trace_of
from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.routes.answers import count, counted, multiple, single
from copydesk_ingest.routes.direct import DirectRoute
from copydesk_ingest.routes.documents import (
    ArticleAnswer,
    BatchAnswer,
    article_body,
    batch_body,
    refusals,
)

_ARTICLE_ID = re.compile(r"[0-9a-f-]{36}")
_ACCEPTED = {"model": ArticleAnswer, "description": "Stored and queued: it will not be lost."}
_UNCHANGED = {"model": ArticleAnswer, "description": "Nothing new; the first submission's ids."}


def articles_router(
    intake: Intake, metrics: IngestMetrics, *, max_body_bytes: int, batch_max_bytes: int
) -> APIRouter:
    router = APIRouter(tags=["articles"], route_class=DirectRoute)

    async def accept(article: Posting) -> Response:
        with metrics.seconds.time():
            accepted = await intake.article(article)
        count(metrics, [accepted])
        return single(accepted)

    @router.post(
        "/v1/articles",
        status_code=HTTPStatus.ACCEPTED,
        responses={202: _ACCEPTED, 200: _UNCHANGED, **refusals(400, 413, 415, 422, 503)},
        openapi_extra=article_body(placed=False),
    )
    async def post_article(request: Request) -> Response:
        """Post one article."""
        with counted(metrics):
            body = await read_body(request, limit=max_body_bytes)
            return await accept(posting(request, body))

    @router.put(
        "/v1/sources/{source}/articles/{external_id:path}",
        status_code=HTTPStatus.ACCEPTED,
        responses={202: _ACCEPTED, 200: _UNCHANGED, **refusals(400, 413, 415, 422, 503)},
        openapi_extra=article_body(placed=True),
    )
    async def put_article(
        request: Request,
        source: Annotated[str, Path(description="Who publishes.")],
        external_id: Annotated[str, Path(description="The publisher's own id; may hold slashes.")],
    ) -> Response:
        """Put one article in its place: new, or a new version of what is there."""
        with counted(metrics):
            place = _place(source, external_id)
            body = await read_body(request, limit=max_body_bytes)
            return await accept(posting(request, body, place=place))

    @router.post(
        "/v1/articles:batch",
        status_code=HTTPStatus.MULTI_STATUS,
        responses={207: {"model": BatchAnswer}, **refusals(400, 413, 415, 422, 503)},
        openapi_extra=batch_body(),
    )
    async def post_batch(request: Request) -> Response:
        """Post many articles; each gets its own answer, in order. A bad one harms no other."""
        with counted(metrics):
            body = await read_body(request, limit=batch_max_bytes)
            with metrics.seconds.time():
                items = await intake.batch(posting(request, body))
            count(metrics, items)
            return multiple(items)

    @router.delete(
        "/v1/articles/{article_id}",
        status_code=HTTPStatus.ACCEPTED,
        responses={202: _ACCEPTED, 200: _UNCHANGED, **refusals(404, 503)},
    )
    async def withdraw_article(request: Request, article_id: str) -> Response:
        """Withdraw an article: it leaves search and pages at once, and its text the store."""
        with counted(metrics):
            refuse_unknown(request.query_params.multi_items(), known=())
            if not _ARTICLE_ID.fullmatch(article_id):
                raise RefusedError(
                    "not_found", "There is no such article.", status=HTTPStatus.NOT_FOUND
                )
            with metrics.seconds.time():
                accepted = await intake.withdrawal(article_id, trace=trace_of(request))
            count(metrics, [accepted])
            return single(accepted)

    return router


def _place(source: str, external_id: str) -> Place:
    external_id = external_id.strip()
    named = 0 < len(external_id) <= MAX_EXTERNAL_ID and "\x00" not in external_id
    if not named or not SOURCE.fullmatch(source):
        raise RefusedError(
            "invalid_parameter",
            "Check the address: source is 1 to 100 of A-Z a-z 0-9 . _ -, external_id 1 to 512.",
            status=HTTPStatus.BAD_REQUEST,
        )
    return Place(source, external_id)
