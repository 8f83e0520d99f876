"""The people, organisations, places, events and works in the news."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from starlette.requests import Request

from copydesk_gateway.answers import ProblemAnswer
from copydesk_gateway.caching import REVALIDATE, entity_tag, not_modified, unchanged
from copydesk_gateway.desk import AtDesk
from copydesk_gateway.entity_profile import known, profile
from copydesk_gateway.reading_answers import (
    CompanionEntry,
    DayEntry,
    EntitiesAnswer,
    EntityAnswer,
    article_card,
    entity_entry,
)
from copydesk_gateway.reading_params import EntitiesParams, EntityParams
from copydesk_gateway.web import address

router = APIRouter(tags=["entities"])

_WRONG: dict[int | str, dict[str, object]] = {
    400: {"model": ProblemAnswer, "description": "A parameter is wrong or unknown."},
    503: {"model": ProblemAnswer, "description": "The store is down; see Retry-After."},
}


@router.get("/v1/entities", summary="Names that begin so", responses=_WRONG)
async def entities(
    desk: AtDesk, query: Annotated[EntitiesParams, Query()], response: Response
) -> EntitiesAnswer:
    """Entities whose name or alias begins with the prefix, then those in which a word does.

    Of each the most in the news come first.
    """
    found = await desk.directory.starting_with(query.prefix, limit=query.limit, kind=query.type)
    response.headers["Cache-Control"] = REVALIDATE
    return EntitiesAnswer(entities=[entity_entry(card) for card in found])


@router.get(
    "/v1/entities/{entity_id}",
    summary="An entity in the news",
    response_model=EntityAnswer,
    responses={
        304: {"description": "The reader has it already."},
        308: {"description": "Merged into another, which Location names."},
        404: {"model": ProblemAnswer, "description": "`entity_not_found`: not in recent news."},
        **_WRONG,
    },
)
async def entity(
    entity_id: str, request: Request, desk: AtDesk, query: Annotated[EntityParams, Query()]
) -> Response:
    """Its names, how often it was in the news each day, beside whom, and the newest articles."""
    card = await known(desk.directory, entity_id)
    if card.merged_into:
        return _moved(request, card.merged_into)
    shown = await profile(
        card,
        desk.directory,
        desk.store,
        articles=query.limit,
        days=query.days,
        until=datetime.now(UTC).date(),
    )
    body = EntityAnswer(
        **entity_entry(card).model_dump(),
        days=[DayEntry(day=counted.day, articles=counted.articles) for counted in shown.days],
        companions=[
            CompanionEntry(**entity_entry(beside.card).model_dump(), together=beside.articles)
            for beside in shown.companions
        ],
        newest=[article_card(article) for article in shown.articles],
    ).model_dump_json()
    headers = {"ETag": entity_tag(body), "Cache-Control": REVALIDATE}
    if not_modified(request.headers, headers["ETag"]):
        return unchanged(headers)
    return Response(body, media_type="application/json", headers=headers)


def _moved(request: Request, entity_id: str) -> Response:
    path = f"/v1/entities/{quote(entity_id, safe=':')}"
    location = address(path, request.query_params.multi_items())
    return Response(
        status_code=HTTPStatus.PERMANENT_REDIRECT,
        headers={"Location": location, "Cache-Control": REVALIDATE},
    )
