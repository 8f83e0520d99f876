"""Search: `/v1/search` by GET and POST, and as NDJSON; facets; histogram."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.responses import StreamingResponse

from copydesk_gateway.answers import (
    FacetAnswer,
    HistogramAnswer,
    ProblemAnswer,
    SearchAnswer,
    facet_values,
    histogram_answer,
    search_answer,
    warnings,
)
from copydesk_gateway.caching import REVALIDATE, entity_tag, generation, not_modified, unchanged
from copydesk_gateway.countable import countable
from copydesk_gateway.cursor import InvalidCursorError
from copydesk_gateway.desk import AtDesk, Desk
from copydesk_gateway.engines.port import Hit
from copydesk_gateway.hits import HIT_FIELDS, search_hit
from copydesk_gateway.metrics import Stopwatch
from copydesk_gateway.params import (
    Asked,
    ExportParams,
    FacetParams,
    HistogramParams,
    NoParams,
    PageParams,
    SearchBody,
    SearchParams,
    asked,
    narrowed,
)
from copydesk_gateway.query import Sort
from copydesk_gateway.routes.tagged import PASSING, UNCHANGED, TaggedRoute
from copydesk_gateway.web import address
from copydesk_shared.problems import Problem
from copydesk_shared.search_schema import FACETS

router = APIRouter(tags=["search"])
tagged = APIRouter(tags=["search"], route_class=TaggedRoute)

MAX_BODY_BYTES: Final = 65_536
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ProblemAnswer, "description": "A parameter is unknown or wrong."},
    503: {"model": ProblemAnswer, "description": "The engine is down; see Retry-After."},
}
_SCHEMA: Final = SearchBody.model_json_schema(ref_template="#/components/schemas/{model}")
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            # What it refers to is in the document already, by the answers.
            "application/json": {"schema": {k: v for k, v in _SCHEMA.items() if k != "$defs"}}
        },
    }
}
NDJSON: Final = "application/x-ndjson"
WARNINGS: Final = "Copydesk-Warnings"
"""The header that lists the codes of warnings where the body holds hits and nothing else."""


@router.get(
    "/v1/search",
    summary="Search articles",
    response_model=SearchAnswer,
    responses=REFUSALS | UNCHANGED,
)
async def search(
    params: Annotated[SearchParams, Query()], desk: AtDesk, request: Request
) -> Response:
    """Find articles by words with tolerance for typos, phrases, alternatives and filters.

    By date, pages stay whole while news arrives; by relevance, the first 1,000 hits can be paged.
    Counts of a facet that is filtered by ignore its own filter.
    """
    # Read before searching: what changes meanwhile makes another tag.
    tag = entity_tag(await generation(desk.redis), params.model_dump_json())
    if not_modified(request.headers, tag):
        return unchanged({"ETag": tag, "Cache-Control": REVALIDATE})
    question = _question(params)
    answer = await _answer(params, question, desk)
    response = _json(answer, fields=_shown(params))
    response.headers["Link"] = _links(request, question, answer.next_cursor)
    if answer.degraded is None:
        response.headers["ETag"] = tag
    return response


@router.post(
    "/v1/search",
    summary="Search articles with a long query",
    response_model=SearchAnswer,
    responses=REFUSALS | {413: {"model": ProblemAnswer, "description": "Over 64 KiB."}},
    openapi_extra=BODY,
)
async def search_by_body(
    _: Annotated[NoParams, Query()], desk: AtDesk, request: Request
) -> Response:
    """The same search with its parameters in a JSON object, and up to 8,000 characters of `q`."""
    params = await _body(request)
    answer = await _answer(params, _question(params), desk)
    return _json(answer, fields=_shown(params))


@router.get(
    "/v1/search.ndjson",
    summary="Export all that a search finds",
    response_class=StreamingResponse,
    responses=REFUSALS | {200: {"content": {NDJSON: {}}, "description": "One hit a line."}},
)
async def export(params: Annotated[ExportParams, Query()], desk: AtDesk) -> StreamingResponse:
    """Every article found, in order of date, one JSON object a line, however many they are.

    The header `Copydesk-Warnings` lists the codes of warnings. If the search engine goes away on
    the way, the connection breaks off instead of ending.
    """
    question = narrowed(params, sort=params.sort, collapse=params.collapse)
    found = await desk.searcher.export(question.request)
    headers = {"Cache-Control": REVALIDATE}
    if codes := dict.fromkeys(each.code for each in (*question.warnings, *found.warnings)):
        headers[WARNINGS] = ", ".join(codes)
    first = await anext(found.pages)
    return StreamingResponse(
        _lines(first, found.pages, fields=params.fields), media_type=NDJSON, headers=headers
    )


@tagged.get(
    "/v1/facets/{facet}",
    summary="Search inside a facet",
    response_model=FacetAnswer,
    responses=REFUSALS
    | UNCHANGED
    | {404: {"model": ProblemAnswer, "description": "There is no such facet."}},
)
async def facet(
    facet: Annotated[str, Path(description=f"One of {', '.join(FACETS)}.")],
    params: Annotated[FacetParams, Query()],
    desk: AtDesk,
) -> Response:
    """The values of a facet that begin as `prefix`, counted over what the search finds."""
    if facet not in FACETS:
        raise Problem(
            HTTPStatus.NOT_FOUND, "facet_not_found", f"There is no such facet: {', '.join(FACETS)}."
        )
    watch = Stopwatch()
    question = narrowed(params)
    found = await desk.searcher.facet_values(
        question.request, facet, params.prefix, limit=params.limit
    )
    return _json(
        FacetAnswer(
            facet=facet,
            values=facet_values(found.counts),
            warnings=warnings((*question.warnings, *found.warnings)),
            took_ms=round(watch.ms, 2),
        )
    )


@tagged.get(
    "/v1/histogram",
    summary="Count what a search finds by date",
    response_model=HistogramAnswer,
    responses=REFUSALS | UNCHANGED,
)
async def by_date(params: Annotated[HistogramParams, Query()], desk: AtDesk) -> Response:
    """Matches by day, week, month or year of publication (UTC), without gaps.

    Of over 1,000 buckets the newest; `earlier` counts the rest.
    """
    question = narrowed(params)
    request = replace(question.request, limit=0, calendar=True)
    found = await desk.searcher.search(request, highlight=False)
    found = await countable(desk.searcher, found, params.interval)
    answer = _json(histogram_answer(Asked(request, question.warnings), found, params.interval))
    if found.as_of is not None:
        answer.headers["Cache-Control"] = PASSING
    return answer


router.include_router(tagged)


def asked_or_problem(
    params: PageParams, *, limit: int, facets: Sequence[str], calendar: bool = False
) -> Asked:
    try:
        return asked(params, limit=limit, facets=facets, calendar=calendar)
    except InvalidCursorError as exc:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "invalid_cursor",
            "The cursor is damaged or belongs to another search; start again without it.",
            errors=[{"parameter": "cursor", "message": "invalid"}],
        ) from exc


def _question(params: SearchParams) -> Asked:
    question = asked_or_problem(
        params,
        limit=params.limit,
        facets=params.facets,
        calendar=params.histogram is not None,
    )
    if params.page is None or params.page == 1:
        return question
    if question.request.sort is not Sort.RELEVANCE:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "invalid_parameter",
            "Pages have numbers by relevance only; by date, follow `next_cursor`.",
            errors=[{"parameter": "page", "message": "by relevance only; use cursor"}],
        )
    request = replace(question.request, offset=(params.page - 1) * params.limit)
    return replace(question, request=request)


async def _answer(params: SearchParams, question: Asked, desk: Desk) -> SearchAnswer:
    found = await desk.searcher.search(question.request, highlight=params.highlight)
    found = await countable(desk.searcher, found, params.histogram)
    freshness = await desk.freshness.now()
    return search_answer(question, found, freshness=freshness, interval=params.histogram)


async def _body(request: Request) -> SearchBody:
    """The parameters of a body of at most 64 KiB; raises Problem or RequestValidationError."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body_too_large",
                f"A search takes {MAX_BODY_BYTES} bytes at most.",
            )
    try:
        return SearchBody.model_validate_json(bytes(raw))
    except ValidationError as exc:
        errors = exc.errors(include_context=False, include_url=False)
        if any(error["type"] == "json_invalid" for error in errors):
            raise Problem(
                HTTPStatus.BAD_REQUEST, "broken_json", "The body is no JSON object."
            ) from exc
        raise RequestValidationError(
            [{**error, "loc": ("body", *error["loc"])} for error in errors]
        ) from exc


def _shown(params: SearchParams) -> Sequence[str]:
    """The fields that are named, and the highlights where they are asked for beside them."""
    return [*params.fields, "highlights"] if params.fields and params.highlight else params.fields


def _json(answer: BaseModel, *, fields: Sequence[str] = ()) -> Response:
    """The answer, its hits with these fields only, if any are named."""
    hidden = {name for name in HIT_FIELDS if name not in fields and name != "article_id"}
    without: Any = {"hits": {"__all__": hidden}} if fields else None
    # Not by FastAPI, which would take the models apart and validate them anew: 2 ms a page.
    return Response(
        answer.model_dump_json(by_alias=True, exclude=without),
        media_type="application/json",
        headers={"Cache-Control": REVALIDATE},
    )


async def _lines(
    first: Sequence[Hit], following: AsyncIterator[Sequence[Hit]], *, fields: Sequence[str]
) -> AsyncIterator[bytes]:
    kept = {*fields, "article_id"} if fields else set(HIT_FIELDS) - {"score", "highlights"}
    yield _ndjson(first, kept)
    async for page in following:
        yield _ndjson(page, kept)


def _ndjson(hits: Sequence[Hit], kept: set[str]) -> bytes:
    return b"".join(
        search_hit(hit, None).model_dump_json(include=kept).encode() + b"\n" for hit in hits
    )


def _links(request: Request, question: Asked, next_cursor: str | None) -> str:
    """RFC 8288: the first page and the next; before it, where pages have numbers, the previous."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in {"cursor", "page"}
    ]

    def link(relation: str, **more: object) -> str:
        query = [*kept, *((name, str(value)) for name, value in more.items())]
        return f'<{address(request.url.path, query)}>; rel="{relation}"'

    links = [link("first")]
    offset, limit = question.request.offset, question.request.limit
    if offset and offset % limit == 0:
        links.append(link("prev", page=offset // limit))
    if next_cursor:
        links.append(link("next", cursor=next_cursor))
    return ", ".join(links)
