"""`GET /v1/search`."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from copydesk_gateway.answers import ProblemAnswer, SearchAnswer, search_answer
from copydesk_gateway.caching import REVALIDATE, entity_tag, generation, not_modified
from copydesk_gateway.cursor import InvalidCursorError
from copydesk_gateway.desk import AtDesk
from copydesk_gateway.params import Asked, PageParams, SearchParams, asked
from copydesk_shared.problems import Problem

router = APIRouter(tags=["search"])


@router.get(
    "/v1/search",
    summary="Search articles",
    response_model=SearchAnswer,
    responses={
        304: {"description": "Nothing was indexed or withdrawn since the reader asked."},
        400: {"model": ProblemAnswer, "description": "A parameter is unknown or wrong."},
        503: {"model": ProblemAnswer, "description": "The engine is down; see Retry-After."},
    },
)
async def search(
    params: Annotated[SearchParams, Query()], request: Request, desk: AtDesk, response: Response
) -> SearchAnswer | Response:
    """Find articles by words with tolerance for typos, phrases, exclusions and filters.

    By date, pages stay whole while news arrives; by relevance, the first 1,000 hits can be paged.
    Counts of a facet that is filtered by ignore its own filter.
    """
    # Read before searching: what changes meanwhile makes another tag.
    tag = entity_tag(await generation(desk.redis), params.model_dump_json())
    headers = {"ETag": tag, "Cache-Control": REVALIDATE}
    if not_modified(request.headers, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    question = asked_or_problem(
        params,
        limit=params.limit,
        facets=params.facets,
    )
    found = await desk.searcher.search(question.request, highlight=params.highlight)
    response.headers.update(headers)
    return search_answer(question, found)


def asked_or_problem(params: PageParams, *, limit: int, facets: list[str]) -> Asked:
    try:
        return asked(params, limit=limit, facets=facets)
    except InvalidCursorError as exc:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "invalid_cursor",
            "The cursor is damaged or belongs to another search; start again without it.",
            errors=[{"parameter": "cursor", "message": "invalid"}],
        ) from exc
