"""`GET /v1/search` over real HTTP, a real store and a real index."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from failing_engines import engine_away
from httpx2 import AsyncClient
from newsroom import (
    BUDGET,
    FLOOD,
    FOOTBALL,
    HOSTILE,
    MEETING,
    SPANISH,
    WITHDRAWN,
    an_article,
    fill,
    index,
)
from redis.asyncio import Redis
from search_api import ids, search
from serving import a_gateway

from copydesk_gateway.query import VALUED
from copydesk_shared.contracts.article import Article

TIDES = 25


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path, tides=TIDES)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


def of(*articles: Article) -> set[str]:
    return {article.article_id for article in articles}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("lindqvst sea walls", [MEETING]),  # a typo
        ("coastal alli", [MEETING, FLOOD]),  # a prefix
        ('"second vote"', [BUDGET]),
        ('"vote second"', []),
        ("sund -football -rovers", [MEETING, FLOOD]),
        ('sund -"fish market"', [FOOTBALL]),
        ("section:politics brandt", [MEETING, BUDGET]),
        ("section:Local sund", [FLOOD]),
        ('entity:"tomas brandt"', [MEETING, BUDGET]),
        ("lang:es", [SPANISH]),
        ("malaga", [SPANISH]),
        ("source:diario-costa puerto", [SPANISH]),
        ("sund after:2026-03-03 before:2026-03-04", [FLOOD]),
        ("lindqvist OR malaga", [MEETING, SPANISH]),
        ("sund -section:Sport -section:Politics", [FLOOD]),
        ("author:haddad", [MEETING]),
        ("sund -section:sport -section:politics", [FLOOD]),
        ("sund -source:Example-WIRE.org", [FLOOD, FOOTBALL]),
        ("sund -person:lindqvist -section:sport", [FLOOD]),
        ("section:politics OR title:rovers", [MEETING, BUDGET, FOOTBALL]),
    ],
)
async def test_queries_find_what_they_name(
    api: AsyncClient, q: str, expected: list[Article]
) -> None:
    assert set(ids(await search(api, q=q))) == of(*expected)


async def test_filters_beside_the_text(api: AsyncClient) -> None:
    found = await search(api, section=["Sport", "Local"], entity="Sund")
    assert set(ids(found)) == of(FLOOD)
    found = await search(api, **{"from": "2026-03-02", "to": "2026-03-03"})
    assert set(ids(found)) == of(FOOTBALL, HOSTILE, FLOOD)


async def test_the_answer_says_what_was_searched(api: AsyncClient) -> None:
    found = await search(
        api,
        q='fund "sea walls" -zoo section:Politics before:soon title:vote '
        "tide OR title:ebb -source:x",
        limit=3,
    )
    assert found["query"] == {
        "words": ["fund", "before", "soon"],
        "phrases": ["sea walls"],
        "title": ["vote"],
        "alternatives": [["tide", "title:ebb"]],
        "excluded": ["zoo", "source:x"],
        "section": ["Politics"],
        "from": None,
        "to": None,
        "min_quality": None,
        "collapse": "none",
        "sort": "relevance",
        **{name: [] for name in VALUED if name != "section"},
        "limit": 3,
    }
    assert [warning["code"] for warning in found["warnings"]] == ["bad_date", "unknown_value"]


async def test_a_hit_is_complete(api: AsyncClient) -> None:
    hit = (await search(api, q="lindqvist", highlight=True))["hits"][0]
    assert hit["title"] == MEETING.title
    assert hit["published"] == "2026-03-05T11:42:00Z"
    assert hit["authors"] == ["Malin Haddad", "Jon Pike"]
    assert len(hit["entities"]) == len(hit["entity_ids"]) == 5
    assert hit["entity_ids"][hit["entities"].index("Marta Lindqvist")] == "person:marta-lindqvist"
    assert hit["score"] > 0
    assert "<mark>Lindqvist</mark>" in hit["highlights"]["snippet"]
    assert hit["url"] == MEETING.url


async def test_highlights_are_safe(api: AsyncClient) -> None:
    hit = (await search(api, q="ferry", highlight=True))["hits"][0]
    assert hit["highlights"] == {
        "title": "<mark>Ferry</mark> &amp; rail &lt;script&gt;alert(&quot;title&quot;)"
        "&lt;/script&gt; &quot;strike&quot;",
        "snippet": "&lt;img src=x onerror=alert(1)&gt; <mark>Ferry</mark> crews walked out at dawn "
        "&amp; the strike holds.\n\n&lt;/p&gt;&lt;script&gt;alert(&#x27;body&#x27;)&lt;/script&gt; "
        "The <mark>ferry</mark> company would not comment.",
    }


async def test_withdrawn_and_unknown_articles_are_not_shown(
    api: AsyncClient, tmp_path: Path
) -> None:
    await index(tmp_path, [an_article("stray", title="Lindqvist unknown to the store")])
    shown = ids(await search(api, q="lindqvist"))
    assert shown == [MEETING.article_id]
    assert WITHDRAWN.article_id not in shown


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
async def test_pages_neither_overlap_nor_leave_out(api: AsyncClient, sort: str) -> None:
    params: dict[str, Any] = {"q": "tide skerries", "sort": sort, "limit": 7}
    seen: list[str] = []
    published: list[str] = []
    while True:
        page = await search(api, **params)
        assert page["total"] == {"value": TIDES, "relation": "exact"}
        seen += ids(page)
        published += [hit["published"] for hit in page["hits"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == TIDES
    if sort != "relevance":
        assert published == sorted(published, reverse=sort == "newest")


async def test_the_last_page_has_no_cursor_though_it_is_full(api: AsyncClient) -> None:
    assert (await search(api, q="skerries", limit=TIDES))["next_cursor"] is None


async def test_a_page_by_date_stays_whole_while_news_arrives(
    api: AsyncClient, tmp_path: Path
) -> None:
    first = await search(api, q="skerries", sort="newest", limit=10)
    await index(tmp_path, [an_article("newer", title="Skerries news")])
    second = await search(api, q="skerries", sort="newest", limit=10, cursor=first["next_cursor"])
    assert not set(ids(first)) & set(ids(second))
    assert len(second["hits"]) == 10


@pytest.mark.parametrize("cursor", ["x", "AAAA", "A" * 22])
async def test_a_tampered_cursor_is_refused(api: AsyncClient, cursor: str) -> None:
    answer = await api.get("/v1/search", params={"q": "skerries", "cursor": cursor})
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_cursor"


async def test_a_cursor_of_another_search_is_refused(api: AsyncClient) -> None:
    cursor = (await search(api, q="skerries", limit=5))["next_cursor"]
    answer = await api.get("/v1/search", params={"q": "tide", "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_facets_are_counted_and_keep_their_own_alternatives(api: AsyncClient) -> None:
    found = await search(api, q="sund", facets="section,entity", section="Sport")
    counts = {facet["value"]: facet["count"] for facet in found["facets"]["section"]}
    assert counts == {"Sport": 1, "Local": 1, "Politics": 1}
    assert set(found["facets"]) == {"section", "entity"}
    assert found["facets"]["entity"] == [{"value": "Sund Rovers", "count": 1}]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/search?q=sund&q=ferry", ["q"]),
        ("/v1/search?sort=newest&limit=3&sort=oldest&limit=4", ["limit", "sort"]),
        ("/v1/search.ndjson?q=a&q=a", ["q"]),
        ("/v1/search.rss?limit=1&limit=2", ["limit"]),
        ("/v1/facets/entity?prefix=a&prefix=b", ["prefix"]),
        ("/v1/suggest?q=a&q=b", ["q"]),
        ("/v1/articles?since=1-1&since=2-1", ["since"]),
    ],
)
async def test_a_single_parameter_given_twice_is_refused_by_name(
    api: AsyncClient, path: str, named: list[str]
) -> None:
    answer = await api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert [error["parameter"] for error in answer.json()["errors"]] == named


async def test_filters_and_lists_may_be_repeated(api: AsyncClient) -> None:
    path = "/v1/search?section=Local&section=Sport&facets=section&facets=source&fields=title"
    found = (await api.get(f"{path}&fields=url")).json()
    assert set(found["facets"]) == {"section", "source"}
    assert set(found["hits"][0]) == {"article_id", "title", "url"}


async def test_words_that_were_left_out_are_told(api: AsyncClient) -> None:
    found = await search(api, q="sund Zzyzx qwxyz", facets="section", section="Local")
    assert set(ids(found)) == of(FLOOD)
    (warned,) = found["warnings"]
    assert warned["code"] == "words_left_out"
    assert warned["message"] == "No article has all the words; left out: Zzyzx, qwxyz."
    assert "left out: Zzyzx" in (await api.get("/", params={"q": "sund Zzyzx"})).text
    for params in ({"q": "sund Zzyzx", "sort": "newest"}, {"q": "sund flood"}, {"q": "Zzyzx"}):
        assert (await search(api, **params))["warnings"] == []


async def test_of_two_sections_the_one_spelled_otherwise_counts_too(api: AsyncClient) -> None:
    found = await search(api, section=["politics", "Local"], facets="section")
    assert set(ids(found)) == of(MEETING, BUDGET, FLOOD)
    assert found["query"]["section"] == ["Politics", "Local"]
    assert [warning["code"] for warning in found["warnings"]] == ["read_as"]
    counts = {each["value"]: each["count"] for each in found["facets"]["section"]}
    assert counts["Local"] == 1
    assert "politics" not in counts


async def test_what_is_said_of_a_search_is_what_was_searched(api: AsyncClient) -> None:
    found = await search(api, q="tide OR section:local -person:lindqvist -section:nowhere")
    assert found["query"]["alternatives"] == [["tide", "section:Local"]]
    assert found["query"]["excluded"] == ['person:"Marta Lindqvist"', "section:nowhere"]
    codes = [warning["code"] for warning in found["warnings"]]
    assert codes == ["read_as", "read_as", "unknown_value"]


async def test_an_unknown_parameter_is_refused_by_name(api: AsyncClient) -> None:
    answer = await api.get("/v1/search", params={"querry": "x", "sortt": "newest"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "unknown_parameter"
    assert problem["errors"][1] == {
        "parameter": "sortt",
        "message": "unknown parameter",
        "did_you_mean": ["sort"],
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("organisation", ["org"]),
        ("after", ["from"]),
        ("before", ["to"]),
        ("order", ["sort"]),
        ("page_size", ["limit"]),
        ("per_page", ["limit"]),
        ("size", ["limit"]),
        ("Q", ["q"]),
        ("query", ["q"]),
        ("xyzzy", []),
    ],
)
async def test_an_unknown_parameter_names_the_one_that_is_meant(
    api: AsyncClient, typed: str, meant: list[str]
) -> None:
    problem = (await api.get("/v1/search", params={typed: "1"})).json()
    assert problem["errors"][0]["did_you_mean"] == meant


async def test_a_language_by_its_name_is_told(api: AsyncClient) -> None:
    found = await search(api, q="lang:english")
    assert [warned["code"] for warned in found["warnings"]] == ["unknown_value"]


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"facets": "entities"}, "facets"),
        ({"fields": "title,colour"}, "fields"),
        ({"day": "2026-13-01"}, "day"),
        ({"histogram": "hour"}, "histogram"),
        ({"limit": "0"}, "limit"),
        ({"from": "soon"}, "from"),
        ({"sort": "best"}, "sort"),
        ({"page": "99"}, "page"),
        ({"page": "2", "cursor": "x"}, "page"),
    ],
)
async def test_a_bad_value_is_refused_by_name(
    api: AsyncClient, params: dict[str, str], named: str
) -> None:
    answer = await api.get("/v1/search", params=params)
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [named]


@pytest.mark.parametrize(
    "q",
    ["", " ", '"', "-", "a:b:c", "\x00", "💥" * 50, "((((", "a" * 1000, "after:2026 before:0001"],
)
async def test_odd_text_is_answered(api: AsyncClient, q: str) -> None:
    await search(api, q=q, highlight=True, facets="section")


async def test_an_engine_that_is_away_is_503_and_articles_stay_readable(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path, engine=engine_away()) as api:
        answer = await api.get("/v1/search", params={"q": "sund"})
        assert (answer.status_code, answer.json()["code"]) == (503, "search_down")
        assert int(answer.headers["retry-after"]) > 0
        page = await api.get("/", params={"q": "sund"})
        assert page.status_code == 503
        assert "Search is taking a break" in page.text
        assert "retry-after" in page.headers
        for path in ("/v1/articles/", "/articles/"):
            assert (await api.get(f"{path}{MEETING.article_id}")).status_code == 200
        ready = await api.get("/health/ready")
        assert (ready.status_code, ready.json()["checks"]) == (503, {"engine": "unhealthy"})


async def test_search_starts_empty_before_anything_is_indexed(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    async with a_gateway(redis_url, tmp_path / "none") as api:
        found = await search(api, q="sund", facets="section")
        assert (found["hits"], found["total"]["value"], found["facets"]) == ([], 0, {"section": []})
        assert "No articles yet" in (await api.get("/")).text
        assert (await api.get("/health/ready")).status_code == 200


async def test_a_meilisearch_that_is_away_is_503_and_unready(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    async with a_gateway(redis_url, tmp_path, search_url="http://127.0.0.1:9") as api:
        answer = await api.get("/v1/search", params={"q": "sund"})
        assert answer.status_code == 503
        assert "retry-after" in answer.headers
        assert (await api.get("/health/ready")).json()["checks"].keys() == {"engine"}
