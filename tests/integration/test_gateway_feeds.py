"""Any search as a feed, over real HTTP; and what crawlers and browsers are told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from httpx2 import AsyncClient
from newsroom import (
    FLOOD,
    FOOTBALL,
    HOSTILE,
    MEETING,
    WITHDRAWN,
    WORLD,
    an_article,
    fill,
    index,
    keep,
)
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared import keys
from copydesk_shared.contracts.article import Image
from copydesk_shared.store import State

TIDES = 12
FORMS = ("rss", "atom", "json")


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path, tides=TIDES)
    async with a_gateway(redis_url, tmp_path, public_url="https://news.example/desk/") as client:
        yield client


async def ids(api: AsyncClient, form: str, **params: Any) -> list[str]:
    answer = await api.get(f"/v1/search.{form}", params=params)
    assert answer.status_code == 200, answer.text
    if form == "json":
        found = [item["id"] for item in answer.json()["items"]]
    else:
        read = feedparser.parse(answer.content)
        assert not read.bozo
        found = [entry.id for entry in read.entries]
    return [urn.removeprefix("urn:uuid:") for urn in found]


@pytest.mark.parametrize("form", FORMS)
async def test_a_search_is_a_feed_newest_first(api: AsyncClient, form: str) -> None:
    assert await ids(api, form, q="sund", section=["Sport", "Local"]) == [
        FLOOD.article_id,
        FOOTBALL.article_id,
    ]
    assert (await ids(api, form))[0] == MEETING.article_id
    assert WITHDRAWN.article_id not in await ids(api, form, q="lindqvist")


@pytest.mark.parametrize("form", FORMS)
async def test_a_withdrawn_article_disappears(api: AsyncClient, redis: "Redis", form: str) -> None:
    params = {"q": "sund"}
    before = await api.get(f"/v1/search.{form}", params=params)
    assert FLOOD.article_id in before.text
    await keep(redis, FLOOD, state=State.WITHDRAWN)  # the index does not know yet
    known = {"If-None-Match": before.headers["etag"]}
    after = await api.get(f"/v1/search.{form}", params=params, headers=known)
    assert after.status_code == 200
    assert FLOOD.article_id not in after.text


@pytest.mark.parametrize("form", FORMS)
async def test_an_unchanged_feed_costs_a_304(api: AsyncClient, form: str) -> None:
    first = await api.get(f"/v1/search.{form}?q=sund")
    known = {"If-None-Match": first.headers["etag"]}
    assert (await api.get(f"/v1/search.{form}?q=sund", headers=known)).status_code == 304
    assert (await api.get(f"/v1/search.{form}?q=ferry", headers=known)).status_code == 200


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_pages_of_a_feed_follow_each_other(
    api: AsyncClient, form: str, redis: "Redis"
) -> None:
    seen: list[str] = []
    address = f"/v1/search.{form}?limit=5"
    while address:
        read = feedparser.parse((await api.get(address)).content)
        seen += [entry.id for entry in read.entries]
        links = {link.rel: link.href for link in read.feed.links}
        assert links["first"] == f"https://news.example/desk/v1/search.{form}?limit=5"
        address = links.get("next", "").removeprefix("https://news.example/desk")
    assert len(seen) == len(set(seen)) == len(WORLD) + TIDES


async def test_addresses_are_those_that_readers_know(api: AsyncClient) -> None:
    feed = (await api.get("/v1/search.json", params={"q": "fishmonger lorry"})).json()
    assert feed["home_page_url"] == "https://news.example/desk/?q=fishmonger+lorry"
    assert feed["title"] == "Copydesk: fishmonger lorry"
    assert feed["items"][0]["url"] == f"https://news.example/desk/articles/{FLOOD.article_id}"


async def test_a_feed_of_an_entity_is_called_by_its_name(api: AsyncClient) -> None:
    feed = (await api.get("/v1/search.json?entity_id=place:sund&from=2026-03-01")).json()
    assert feed["title"] == "Copydesk: Sund, since 2026-03-01"
    assert feed["description"] == "Articles from Copydesk: Sund, since 2026-03-01"
    assert {item["_copydesk"]["source"] for item in feed["items"]} == {
        MEETING.source,
        FLOOD.source,
    }


async def test_an_empty_feed_was_updated_today(api: AsyncClient) -> None:
    read = feedparser.parse((await api.get("/v1/search.atom?q=zeppelin")).content)
    assert read.entries == []
    updated = datetime.fromisoformat(read.feed.updated)
    assert timedelta(0) <= datetime.now(UTC) - updated < timedelta(days=1, minutes=1)


async def test_the_picture_of_an_article_is_in_its_item(
    api: AsyncClient, redis: "Redis", tmp_path: Path
) -> None:
    pictures = (
        Image(href="data:image/png;base64,AA"),
        Image(href="https://news.example/quay.png", credit="Harbour Pictures"),
    )
    pictured = FLOOD.model_copy(update={"images": pictures})
    await keep(redis, pictured)
    (item,) = (await api.get("/v1/search.json?q=fishmonger")).json()["items"]
    assert item["image"] == "https://news.example/quay.png"


async def test_a_correction_updates_its_item(
    api: AsyncClient, redis: "Redis", tmp_path: Path
) -> None:
    corrected = FLOOD.model_copy(update={"version": 2, "title": "Sund Moves Its Market"})
    await keep(redis, corrected)
    made_ms = int(FLOOD.published.value.timestamp() + 3600) * 1000
    await redis.hset(keys.article(FLOOD.article_id), "enriched_ms", str(made_ms))
    await index(tmp_path, [corrected])
    read = feedparser.parse((await api.get("/v1/search.atom?q=market")).content)
    (item,) = [one for one in read.entries if one.id == f"urn:uuid:{FLOOD.article_id}"]
    assert item.title == "Sund Moves Its Market"
    assert item.updated == "2026-03-03T13:30:00+00:00"
    assert item.published == "2026-03-03T12:30:00+00:00"


async def test_whole_articles_on_demand(api: AsyncClient) -> None:
    (item,) = (
        await api.get("/v1/search.json?q=ferry&content=full&section=Business+%26+Trade")
    ).json()["items"]
    assert item["content_html"].startswith("<p>&lt;img src=x")
    assert item["content_html"].count("<p>") == len(HOSTILE.paragraphs)
    assert "external_url" not in item  # javascript: is no address


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("facets=section", "unknown_parameter"),
        ("limit=101", "invalid_parameter"),
        ("content=all", "invalid_parameter"),
        ("cursor=AAAA", "invalid_cursor"),
    ],
)
async def test_what_a_feed_does_not_know_is_refused(
    api: AsyncClient, query: str, code: str
) -> None:
    answer = await api.get(f"/v1/search.rss?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_sitemaps_list_what_can_be_read(api: AsyncClient, redis: "Redis") -> None:
    now = an_article(
        "now", published=MEETING.published.value.now(tz=MEETING.published.value.tzinfo)
    )
    waiting = an_article("waiting")
    await keep(redis, now)
    await keep(redis, waiting, enriched=False)
    listed = (MEETING, now, waiting, WITHDRAWN)
    await redis.zadd(keys.CHANGED, {article.article_id: 1_772_700_000_000 for article in listed})
    index_of = ET.fromstring((await api.get("/sitemap.xml")).content)  # noqa: S314  # our own
    assert [loc.text for loc in index_of.iter() if loc.tag.endswith("loc")] == [
        "https://news.example/desk/sitemap-1.xml"
    ]
    first = await api.get("/sitemap-1.xml")
    assert MEETING.article_id in first.text
    assert "2026-03-05T" in first.text
    assert waiting.article_id not in first.text
    assert WITHDRAWN.article_id not in first.text
    assert (await api.get("/sitemap-2.xml")).status_code == 404


async def test_news_of_two_days_have_a_sitemap_of_their_own(
    api: AsyncClient, redis: "Redis", tmp_path: Path
) -> None:
    today = MEETING.published.value.now(tz=MEETING.published.value.tzinfo)
    fresh = an_article("fresh", title="Fresh & new", published=today)
    await keep(redis, fresh)
    await index(tmp_path, [fresh])
    news = await api.get("/sitemap-news.xml")
    assert "<news:title>Fresh &amp; new</news:title>" in news.text
    assert MEETING.title not in news.text


async def test_browsers_and_crawlers_find_their_way(api: AsyncClient) -> None:
    assert "https://news.example/desk/sitemap.xml" in (await api.get("/robots.txt")).text
    described = await api.get("/opensearch.xml")
    assert described.headers["content-type"] == "application/opensearchdescription+xml"
    assert 'template="https://news.example/desk/?q={searchTerms}"' in described.text
    assert 'template="https://news.example/desk/v1/suggest.opensearch?q={searchTerms}"' in (
        described.text
    )


async def test_browsers_get_suggestions_in_their_form(api: AsyncClient) -> None:
    answer = await api.get("/v1/suggest.opensearch?q=sund")
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    typed, completions, descriptions, urls = answer.json()
    assert typed == "sund"
    assert completions[0] == "Sund"
    assert FLOOD.title in completions
    assert descriptions[0] == "place"
    assert urls[0] == "https://news.example/desk/entities/place:sund"
    assert (await api.get("/v1/suggest.opensearch?q=qqqq")).json() == ["qqqq", [], [], []]


async def test_an_icon_is_where_browsers_look_for_one(api: AsyncClient) -> None:
    icon = await api.get("/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/x-icon")
    assert icon.content.startswith(b"\x00\x00\x01\x00")
