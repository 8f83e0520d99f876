"""Any search as a feed: `/v1/search.rss`, `.atom` and `.json`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from starlette.requests import Request

from copydesk_gateway import dates
from copydesk_gateway.answers import ProblemAnswer
from copydesk_gateway.caching import REVALIDATE, entity_tag, not_modified, unchanged
from copydesk_gateway.desk import AtDesk, AtSite
from copydesk_gateway.engines.port import Hit
from copydesk_gateway.entity_profile import names
from copydesk_gateway.feed_titles import subject
from copydesk_gateway.feeds import Feed, Item, Picture, atom, json_feed, rss
from copydesk_gateway.params import MAX_LIMIT, PageParams
from copydesk_gateway.query import Sort
from copydesk_gateway.routes.search import asked_or_problem
from copydesk_gateway.site import Site
from copydesk_gateway.web import address, web_url
from copydesk_shared.contracts.article import Article
from copydesk_shared.store import Standing


class Content(StrEnum):
    SUMMARY = "summary"
    FULL = "full"


class FeedParams(PageParams):
    """The search, newest first unless it says otherwise; any other parameter is refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sort: Sort | None = Field(Sort.NEWEST, description="newest is the default.")
    limit: int = Field(30, ge=1, le=MAX_LIMIT, description="Articles in one page of the feed.")
    content: Content = Field(
        Content.SUMMARY, description="What an item holds: its summary, or the whole text too."
    )


@dataclass(frozen=True)
class _Form:
    media_type: str
    write: Callable[[Feed], bytes]


FORMS: Final[Mapping[str, _Form]] = {
    "rss": _Form("application/rss+xml", rss),
    "atom": _Form("application/atom+xml", atom),
    "json": _Form("application/feed+json", json_feed),
}
MAX_CATEGORIES: Final = 6
_OF_FEEDS: Final = {"limit", "content"}
"""Parameters that a feed has and a page has not."""


def feed_router() -> APIRouter:
    router = APIRouter(tags=["feeds"])
    for ending, form in FORMS.items():
        router.add_api_route(
            f"/v1/search.{ending}",
            _endpoint(form),
            methods=["GET"],
            name=f"feed_{ending}",
            summary=f"A search as a feed ({form.media_type})",
            response_class=Response,
            responses={
                200: {"content": {form.media_type: {}}},
                304: {"description": "The reader has it already."},
                400: {"model": ProblemAnswer, "description": "A parameter is unknown or wrong."},
                503: {"model": ProblemAnswer, "description": "The engine is down."},
            },
        )
    return router


def _endpoint(form: _Form) -> Callable[..., object]:
    async def feed(
        params: Annotated[FeedParams, Query()], request: Request, desk: AtDesk, site: AtSite
    ) -> Response:
        """What a search finds, for feed readers: paged by `next`, and without what was withdrawn.

        An item keeps its id when its article is corrected.
        """
        asked = asked_or_problem(params, limit=params.limit, facets=[])
        found = await desk.searcher.search(asked.request, highlight=False)
        hits = [each.hit for each in found.hits]
        held = await desk.store.articles([hit.article_id for hit in hits])
        items = [
            _item(hit, standing, article, site, full=params.content is Content.FULL)
            for hit, (standing, article) in zip(
                hits, (each or (None, None) for each in held), strict=True
            )
        ]
        about = subject(params, await names(desk.directory, params.entity_id))
        body = form.write(_feed(request, about, site, items, found.next_cursor))
        # No Last-Modified: when an article is withdrawn, the newest date can become older.
        headers = {"ETag": entity_tag(body), "Cache-Control": REVALIDATE}
        if not_modified(request.headers, headers["ETag"]):
            return unchanged(headers)
        return Response(body, media_type=form.media_type, headers=headers)

    return feed


def _feed(
    request: Request, about: str, site: Site, items: Sequence[Item], cursor: str | None
) -> Feed:
    everything = f"Articles from {site.name}"
    search = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    seen_by_people = [pair for pair in search if pair[0] not in _OF_FEEDS]
    path = request.url.path
    return Feed(
        title=f"{site.name}: {about}" if about else site.name,
        description=f"{everything}: {about}" if about else everything,
        home_url=site.at(address("/", seen_by_people)),
        self_url=site.at(address(path, request.query_params.multi_items())),
        first_url=site.at(address(path, search)),
        next_url=site.at(address(path, [*search, ("cursor", cursor)])) if cursor else None,
        search_url=site.at("/opensearch.xml"),
        since=datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
        items=items,
    )


def _item(
    hit: Hit, standing: Standing | None, article: Article | None, site: Site, *, full: bool
) -> Item:
    published = dates.moment(hit.published_s)
    corrected = standing.enriched_at if standing and standing.enriched_version > 1 else None
    return Item(
        article_id=hit.article_id,
        source=hit.source,
        url=site.article(hit.article_id),
        original=web_url(hit.url),
        title=hit.title or "Untitled",
        summary=hit.summary,
        paragraphs=hit.body.split("\n\n") if full else None,
        authors=hit.authors,
        categories=list(dict.fromkeys(filter(None, [hit.section, *hit.entities])))[:MAX_CATEGORIES],
        language=None if hit.language == "und" else hit.language,
        published=published,
        updated=max(published, corrected or published),
        picture=_picture(article) if article else None,
    )


def _picture(article: Article) -> Picture | None:
    """The first that readers can be sent to."""
    for image in article.images:
        if url := web_url(image.href):
            return Picture(url, image.credit)
    return None
