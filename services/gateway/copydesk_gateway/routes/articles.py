"""`GET /v1/articles/{id}` and what is related to it."""

from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from copydesk_gateway import reading
from copydesk_gateway.answers import (
    DifferenceAnswer,
    ProblemAnswer,
    RelatedAnswer,
    VersionEntry,
    VersionsAnswer,
)
from copydesk_gateway.caching import entity_tag, is_known
from copydesk_gateway.desk import AtDesk
from copydesk_gateway.params import ArticleParams, NoParams, VersionsParams
from copydesk_shared.contracts.article import Article

router = APIRouter(tags=["articles"])

Nothing = Annotated[NoParams, Query()]

_ABSENT: dict[int | str, dict[str, object]] = {
    400: {"model": ProblemAnswer, "description": "A parameter is wrong or unknown."},
    404: {
        "model": ProblemAnswer,
        "description": "`article_not_found`: never accepted. `article_not_ready`: accepted, not "
        "enriched yet; see Retry-After. `article_failed`: could not be processed. "
        "`version_not_found`: not kept any more, or never made.",
    },
    410: {"model": ProblemAnswer, "description": "`article_withdrawn`."},
}


@router.get(
    "/v1/articles/{article_id}",
    summary="Read an article",
    response_model=Article,
    responses={304: {"description": "The reader has it already."}, **_ABSENT},
)
@router.head("/v1/articles/{article_id}", include_in_schema=False)
async def article(
    article_id: str,
    desk: AtDesk,
    query: Annotated[ArticleParams, Query()],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The current version or an earlier one, from the store: also while search is down."""
    found = (
        await reading.read(desk.store, article_id)
        if query.version is None
        else await reading.version(desk.store, article_id, query.version)
    )
    body = found.model_dump_json().encode()
    tag = entity_tag(found.version, body)
    headers = {
        "ETag": tag,
        "Last-Modified": _http_date(found.modified or found.published.value),
        "Cache-Control": "no-cache",
    }
    if is_known(if_none_match, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.get("/v1/articles/{article_id}/related", summary="What is related to it", responses=_ABSENT)
async def related(article_id: str, desk: AtDesk, _: Nothing) -> RelatedAnswer:
    """Links found in the text, given by the publisher, and computed ones with their reasons."""
    found = await reading.read(desk.store, article_id)
    return RelatedAnswer(
        article_id=found.article_id,
        version=found.version,
        links=await reading.related(desk.store, found),
    )


@router.get(
    "/v1/articles/{article_id}/versions",
    summary="Its versions, or what changed between two",
    responses=_ABSENT,
)
async def versions(
    article_id: str, desk: AtDesk, query: Annotated[VersionsParams, Query()]
) -> VersionsAnswer | DifferenceAnswer:
    """The versions that are kept; with `diff`, the paragraphs and words that differ."""
    if query.pair is not None:
        found = await reading.difference(desk.store, article_id, query.pair)
        return DifferenceAnswer(
            article_id=article_id,
            old=found.old.version,
            new=found.new.version,
            title=found.title,
            changes=found.changes,
        )
    kept = await reading.history(desk.store, article_id)
    return VersionsAnswer(
        article_id=article_id,
        versions=[
            VersionEntry(
                version=version.article.version,
                title=version.article.title,
                current=version is kept[-1],
                published=version.article.published.value,
                modified=version.article.modified,
                enriched_at=version.enriched_at,
            )
            for version in reversed(kept)
        ],
    )


def _http_date(moment: datetime) -> str:
    """An HTTP date, never in the future (RFC 9110 §8.8.2.1)."""
    return format_datetime(min(moment.astimezone(UTC), datetime.now(UTC)), usegmt=True)
