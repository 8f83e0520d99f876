"""`GET /v1/articles/{id}` in its forms, what is related to it, and what changed since."""

import json
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.requests import Request

from copydesk_gateway import changes as change_feed
from copydesk_gateway import copies, reading, relatives
from copydesk_gateway.answers import (
    DifferenceAnswer,
    ProblemAnswer,
    RelatedAnswer,
    VersionEntry,
    VersionsAnswer,
)
from copydesk_gateway.caching import REVALIDATE, entity_tag, http_date, not_modified, unchanged
from copydesk_gateway.desk import AtDesk, AtSite, Desk
from copydesk_gateway.evidence import best, passages
from copydesk_gateway.json_ld import json_ld
from copydesk_gateway.markdown import markdown
from copydesk_gateway.params import NoParams, VersionsParams
from copydesk_gateway.reading_answers import (
    ArticleEntitiesAnswer,
    ChangesAnswer,
    CopyCard,
    DuplicatesAnswer,
    NamedEntity,
    NotYetAnswer,
    article_card,
)
from copydesk_gateway.reading_params import ArticleParams, ChangesSinceParams
from copydesk_gateway.representations import MEDIA_TYPES, Format, alternates, negotiated, parted
from copydesk_gateway.routes.pages import story_response
from copydesk_gateway.routes.tagged import UNCHANGED, TaggedRoute
from copydesk_gateway.site import Site
from copydesk_shared.contracts.article import Article
from copydesk_shared.store import Kept

router = APIRouter(tags=["articles"])
tagged = APIRouter(tags=["articles"], route_class=TaggedRoute)

Nothing = Annotated[NoParams, Query()]

_ABSENT: dict[int | str, dict[str, object]] = {
    202: {
        "model": NotYetAnswer,
        "description": "Accepted, and not to be read yet; see Retry-After.",
    },
    400: {"model": ProblemAnswer, "description": "A parameter is wrong or unknown."},
    404: {
        "model": ProblemAnswer,
        "description": "`article_not_found`: never accepted. `article_failed`: could not be "
        "processed. `version_not_found`: not kept any more, or never made.",
    },
    410: {"model": ProblemAnswer, "description": "`article_withdrawn`."},
    503: {"model": ProblemAnswer, "description": "The store is down; see Retry-After."},
}


@router.get(
    "/v1/articles",
    summary="What changed since",
    responses={
        400: {"model": ProblemAnswer, "description": "A parameter is wrong or unknown."},
        410: {"model": ProblemAnswer, "description": "`cursor_expired`: begin anew."},
        503: {"model": ProblemAnswer, "description": "The store is down; see Retry-After."},
    },
)
async def changed(
    desk: AtDesk, site: AtSite, query: Annotated[ChangesSinceParams, Query()], response: Response
) -> ChangesAnswer:
    """What became visible and what was withdrawn, in the order in which search saw it.

    Ask again with `since=next` when `more` is false: nothing is left out and nothing repeated.
    """
    found = await change_feed.since(desk.redis, desk.store, query.since, limit=query.limit)
    response.headers["Cache-Control"] = REVALIDATE
    response.headers["Link"] = f'<{site.at("/v1/articles")}?since={found.next}>; rel="next"'
    return found


@router.get(
    "/v1/articles/{article_id}",
    summary="Read an article",
    response_model=Article,
    responses={
        200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}},
        304: {"description": "The reader has it already."},
        406: {"model": ProblemAnswer, "description": "`not_acceptable`."},
        **_ABSENT,
    },
)
async def article(
    article_id: str,
    request: Request,
    desk: AtDesk,
    site: AtSite,
    query: Annotated[ArticleParams, Query()],
) -> Response:
    """The current version or an earlier one, from the store: also while search is down.

    As JSON, a page, Markdown or JSON-LD: by `format`, by an ending of the address (`.md`), or by
    the Accept header, in this order.
    """
    name, ending = parted(article_id)
    form = query.format or ending or negotiated(", ".join(request.headers.getlist("accept")))
    kept = (
        await reading.current(desk.store, name)
        if query.version is None
        else await reading.version(desk.store, name, query.version)
    )
    response = await _represented(form, kept, desk, site)
    of_itself = _shows_only_itself(form, kept.article)
    changed_at = _changed_at(kept.article, kept.enriched_at) if of_itself else None
    tag = entity_tag(kept.article.version, form, bytes(response.body))
    headers = {
        "ETag": tag,
        "Cache-Control": REVALIDATE,
        "Vary": "Accept",
        "Link": alternates(site.at(f"/v1/articles/{name}")),
    }
    if changed_at is not None:
        headers["Last-Modified"] = http_date(changed_at)
    if not_modified(request.headers, tag, kept.enriched_at and changed_at):
        return unchanged(headers)
    response.headers.update(headers)
    return response


@tagged.get(
    "/v1/articles/{article_id}/related",
    summary="What is related to it",
    responses=_ABSENT | UNCHANGED,
)
async def related(article_id: str, desk: AtDesk, _: Nothing) -> RelatedAnswer:
    """Links found in the text, given by the publisher, and computed ones with their reasons.

    Also what has arrived since: later articles, and those that link to this one.
    """
    found = await reading.read(desk.store, article_id)
    beside = await desk.store.beside(article_id, version=found.version)
    return RelatedAnswer(
        article_id=found.article_id,
        version=found.version,
        links=await relatives.related(desk.store, found, beside),
        referenced_by=await relatives.referenced_by(desk.store, beside),
    )


@tagged.get(
    "/v1/articles/{article_id}/duplicates",
    summary="Who else has published the same text",
    responses=_ABSENT | UNCHANGED,
)
async def duplicates(article_id: str, desk: AtDesk, _: Nothing) -> DuplicatesAnswer:
    """The article that this one repeats, and all copies of the text, at most fifty of them."""
    found = await reading.read(desk.store, article_id)
    group = await copies.group(desk.store, found)
    original = copies.original(found, group)
    return DuplicatesAnswer(
        article_id=found.article_id,
        version=found.version,
        group_id=found.duplicates.group_id,
        similarity=copies.similarity(found, group),
        of=article_card(original) if original else None,
        group=[
            CopyCard(**article_card(each).model_dump(), similarity=copies.similarity(each, group))
            for each in group
        ],
    )


@tagged.get(
    "/v1/articles/{article_id}/entities",
    summary="Whom and what it names",
    responses=_ABSENT | UNCHANGED,
)
async def entities(article_id: str, desk: AtDesk, _: Nothing) -> ArticleEntitiesAnswer:
    """The entities, the most relevant first, each with the sentences that name it."""
    found = await reading.read(desk.store, article_id)
    return ArticleEntitiesAnswer(
        article_id=found.article_id,
        version=found.version,
        entities=[
            NamedEntity(
                entity_id=entity.entity_id,
                name=entity.name,
                type=entity.type,
                aliases=list(entity.aliases),
                relevance=entity.relevance,
                count=entity.count,
                evidence=best(found, entity),
                passages=passages(found, entity),
            )
            for entity in sorted(found.entities, key=lambda entity: -entity.relevance)
        ],
    )


@tagged.get(
    "/v1/articles/{article_id}/versions",
    summary="Its versions, or what changed between two",
    responses=_ABSENT | UNCHANGED,
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


router.include_router(tagged)


async def _represented(form: Format, kept: Kept, desk: Desk, site: Site) -> Response:
    found = kept.article
    media_type = MEDIA_TYPES[form]
    page_url = site.article(found.article_id)
    match form:
        case Format.HTML:
            return await story_response(desk, kept, site)
        case Format.MARKDOWN:
            beside = await desk.store.beside(found.article_id, version=found.version)
            related_links = await relatives.related(desk.store, found, beside)
            text = markdown(found, related_links, page_url=page_url)
            return Response(text, media_type=media_type)
        case Format.JSON_LD:
            document = json_ld(found, page_url=page_url, made_at=kept.enriched_at)
            return Response(json.dumps(document, ensure_ascii=False), media_type=media_type)
        case Format.JSON:
            duplicates = await copies.standing(desk.store, found)
            told = found.model_copy(update={"duplicates": duplicates})
            return Response(told.model_dump_json(), media_type=media_type)


def _shows_only_itself(form: Format, article: Article) -> bool:
    """What names other articles, too, changes with them: only its tag tells."""
    return form is Format.JSON_LD or (form is Format.JSON and article.duplicates.of is None)


def _changed_at(found: Article, enriched_at: datetime | None) -> datetime:
    """When this version was made here; of old data, as its publisher dates it."""
    return enriched_at or found.modified or found.published.value
