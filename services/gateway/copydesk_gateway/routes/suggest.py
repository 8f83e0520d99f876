"""`GET /v1/suggest`: what a reader may be about to type."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from copydesk_gateway import dates
from copydesk_gateway.answers import ProblemAnswer
from copydesk_gateway.caching import REVALIDATE
from copydesk_gateway.desk import AtDesk
from copydesk_gateway.reading_answers import HeadlineEntry, SuggestAnswer, entity_entry
from copydesk_gateway.reading_params import SuggestParams

router = APIRouter(tags=["search"])


@router.get(
    "/v1/suggest",
    summary="Names and headlines as you type",
    responses={
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
    response.headers["Cache-Control"] = REVALIDATE
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
