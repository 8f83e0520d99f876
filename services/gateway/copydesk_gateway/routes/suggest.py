"""`GET /v1/suggest`: what a reader may be about to type; also as browsers take it."""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from copydesk_gateway import dates
from copydesk_gateway.answers import ProblemAnswer
from copydesk_gateway.caching import REVALIDATE
from copydesk_gateway.desk import AtDesk, AtSite
from copydesk_gateway.pages.links import entity_url
from copydesk_gateway.reading_answers import HeadlineEntry, SuggestAnswer, entity_entry
from copydesk_gateway.reading_params import SuggestParams
from copydesk_gateway.routes.tagged import PASSING, UNCHANGED, TaggedRoute
from copydesk_gateway.suggestions import Suggestions
from copydesk_gateway.web import address

OPEN_SEARCH: Final = "application/x-suggestions+json"

router = APIRouter(tags=["search"], route_class=TaggedRoute)


@router.get(
    "/v1/suggest",
    summary="Names and headlines as you type",
    responses={
        **UNCHANGED,
        400: {"model": ProblemAnswer, "description": "A parameter is unknown or wrong."},
        503: {"model": ProblemAnswer, "description": "The store is down; see Retry-After."},
    },
)
async def suggest(
    desk: AtDesk, query: Annotated[SuggestParams, Query()], response: Response
) -> SuggestAnswer:
    """Entities in whose name a word begins so, each name once, and headlines that hold the words.

    When there are neither and no article has all the words, `did_you_mean` is the text as the news
    spells it, if an article has all the words then.
    """
    found = await desk.suggester.suggest(query.q, limit=query.limit)
    response.headers["Cache-Control"] = _kept(found)
    return SuggestAnswer(
        entities=[entity_entry(card) for card in found.entities],
        headlines=[
            HeadlineEntry(
                article_id=headline.hit.article_id,
                title=headline.hit.title,
                marked=headline.marked,
                source=headline.hit.source,
                published=dates.moment(headline.hit.published_s),
            )
            for headline in found.headlines
        ],
        did_you_mean=found.did_you_mean,
    )


@router.get(
    "/v1/suggest.opensearch",
    summary="The same for the address bar of a browser",
    response_class=Response,
    responses={
        200: {"content": {OPEN_SEARCH: {}}},
        **UNCHANGED,
        400: {"model": ProblemAnswer, "description": "A parameter is unknown or wrong."},
        503: {"model": ProblemAnswer, "description": "The store is down; see Retry-After."},
    },
)
async def suggest_to_browser(
    desk: AtDesk, site: AtSite, query: Annotated[SuggestParams, Query()]
) -> Response:
    """What was typed, what it may become, what each is, and where it leads (OpenSearch 1.1)."""
    found = await desk.suggester.suggest(query.q, limit=query.limit)
    rows = [
        *(
            (card.name, card.type.value, site.at(entity_url(card.entity_id)))
            for card in found.entities
        ),
        *(
            (headline.hit.title, headline.hit.source, site.article(headline.hit.article_id))
            for headline in found.headlines
        ),
    ]
    if found.did_you_mean:
        page = site.at(address("/", [("q", found.did_you_mean)]))
        rows.append((found.did_you_mean, "did you mean?", page))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    return Response(
        json.dumps([query.q, *columns], ensure_ascii=False).encode("utf-8", "replace"),
        media_type=OPEN_SEARCH,
        headers={"Cache-Control": _kept(found)},
    )


def _kept(found: Suggestions) -> str:
    return REVALIDATE if found.whole else PASSING
