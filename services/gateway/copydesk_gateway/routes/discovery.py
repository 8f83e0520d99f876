"""For browsers and crawlers: how to search here, what there is to read, and what to leave alone."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from copydesk_gateway import dates
from copydesk_gateway.caching import REVALIDATE
from copydesk_gateway.desk import AtDesk, AtSite
from copydesk_gateway.query import Filters, SearchRequest, Sort
from copydesk_gateway.sitemaps import (
    NEWS_URLS,
    PAGE_URLS,
    News,
    Place,
    news_sitemap,
    open_search,
    robots,
    sitemap,
    sitemap_index,
)
from copydesk_shared import keys
from copydesk_shared.problems import Problem
from copydesk_shared.receipts import moment

NEWS_AGE = timedelta(hours=48)
CHUNK = 500
"""Articles looked up in one round trip; decoding them takes some milliseconds of the loop."""

router = APIRouter(include_in_schema=False)


@router.get("/robots.txt")
async def robots_txt(site: AtSite) -> Response:
    urls = [site.at("/sitemap.xml"), site.at("/sitemap-news.xml")]
    return Response(robots(urls), media_type="text/plain")


@router.get("/opensearch.xml")
async def open_search_description(site: AtSite) -> Response:
    terms = "?q={searchTerms}"
    body = open_search(
        name=site.name,
        page=site.at(f"/{terms}"),
        rss=site.at(f"/v1/search.rss{terms}"),
        atom=site.at(f"/v1/search.atom{terms}"),
        suggestions=site.at(f"/v1/suggest.opensearch{terms}"),
    )
    return Response(body, media_type="application/opensearchdescription+xml")


@router.get("/sitemap.xml")
async def sitemaps(desk: AtDesk, site: AtSite) -> Response:
    """The sitemaps of all articles, in the order of their last change."""
    articles: int = await desk.redis.zcard(keys.CHANGED)
    pages = range(1, -(-articles // PAGE_URLS) + 1)
    return _xml(sitemap_index(site.at(f"/sitemap-{number}.xml") for number in pages))


@router.get("/sitemap-news.xml")
async def news(desk: AtDesk, site: AtSite) -> Response:
    """What was published within two days, newest first."""
    since = int((datetime.now(UTC) - NEWS_AGE).timestamp())
    request = SearchRequest(
        filters=Filters(published_from=since), sort=Sort.NEWEST, limit=NEWS_URLS
    )
    found = await desk.searcher.search(request, highlight=False)
    pieces = [
        News(
            url=site.article(each.hit.article_id),
            title=each.hit.title or "Untitled",
            source=each.hit.source,
            language=each.hit.language,
            published=dates.moment(each.hit.published_s),
        )
        for each in found.hits
    ]
    return _xml(news_sitemap(pieces))


@router.get("/sitemap-{number}.xml")
async def numbered_sitemap(
    number: Annotated[int, Path(ge=1, le=50_000)], desk: AtDesk, site: AtSite
) -> Response:
    rows: Any = await desk.redis.zrange(
        keys.CHANGED, (number - 1) * PAGE_URLS, number * PAGE_URLS - 1, withscores=True
    )
    if not rows:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There are not so many sitemaps.")
    places: list[Place] = []
    for start in range(0, len(rows), CHUNK):
        changed = {article_id.decode(): ms for article_id, ms in rows[start : start + CHUNK]}
        standings = await desk.store.standings(list(changed))
        places += [
            Place(site.article(each.article_id), moment(int(changed[each.article_id])))
            for each in standings
            if each is not None and each.readable
        ]
    return _xml(sitemap(places))


def _xml(body: bytes) -> Response:
    return Response(body, media_type="application/xml", headers={"Cache-Control": REVALIDATE})
