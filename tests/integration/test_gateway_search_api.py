"""What the search API offers beside the search itself, over real HTTP, a real store and index."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from failing_engines import Failing
from httpx2 import AsyncClient, Response
from newsroom import MEETING, WITHDRAWN, fill, publish, withdraw
from redis.asyncio import Redis
from search_api import ids, search
from serving import a_gateway

from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_shared.search_schema import SearchDocument
from copydesk_shared.streams import ENRICHED, EVENTS
from copydesk_shared.testing.meilisearch.documents import NOON_S, a_document

TIDES = 25


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path, tides=TIDES)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


def links(answer: Response) -> dict[str, str]:
    return {name or "": link["url"] for name, link in answer.links.items()}


# --- ways to ask ---


async def test_a_head_has_the_headers_and_no_body(api: AsyncClient) -> None:
    got = await api.get("/v1/search", params={"q": "skerries"})
    head = await api.head("/v1/search", params={"q": "skerries"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


async def test_a_body_asks_as_an_address_does(api: AsyncClient) -> None:
    body = {"q": "sund", "section": ["Local", "Sport"], "facets": ["section"], "limit": 1}
    posted = await api.post("/v1/search", json=body)
    got = await search(api, **body)
    assert posted.status_code == 200
    for found in (answer := posted.json(), got):
        del found["took_ms"], found["freshness"]
    assert answer == got
    following = await api.post("/v1/search", json={**body, "cursor": got["next_cursor"]})
    assert set(ids(following.json())).isdisjoint(ids(got))


async def test_a_body_holds_a_query_that_no_address_would(api: AsyncClient) -> None:
    text = " ".join(f"source:paper-{number}" for number in range(45)) + " skerries"
    answer = await api.post("/v1/search", json={"q": text + " " * 5000})
    assert answer.status_code == 200
    assert answer.json()["total"]["value"] == 0
    too_long = await api.get("/v1/search", params={"q": "x" * 1001})
    assert too_long.status_code == 400


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"{", "broken_json", 400),
        (b"[]", "invalid_parameter", 400),
        (b'{"qq": "x"}', "unknown_parameter", 400),
        (b'{"limit": 0}', "invalid_parameter", 400),
        (b'{"q": "' + b"x" * 70_000 + b'"}', "body_too_large", 413),
        (b'{"q": "\xff"}', "broken_json", 400),
        (b'{"cursor": "x"}', "invalid_cursor", 400),
    ],
)
async def test_a_bad_body_is_refused(
    api: AsyncClient, content: bytes, code: str, status: int
) -> None:
    answer = await api.post("/v1/search", content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_unknown_field_of_a_body_names_the_nearest(api: AsyncClient) -> None:
    problem = (await api.post("/v1/search", json={"sortt": "newest"})).json()
    assert problem["errors"] == [
        {"parameter": "sortt", "message": "unknown parameter", "did_you_mean": ["sort"]}
    ]
    beside = await api.post("/v1/search", params={"q": "x"}, json={})
    assert beside.json()["code"] == "unknown_parameter"
    assert beside.json()["errors"] == [{"parameter": "q", "message": "it belongs in the body"}]


async def test_only_the_fields_that_are_named_come_back(api: AsyncClient) -> None:
    hit = (await search(api, q="lindqvist", fields="title,quality"))["hits"][0]
    assert set(hit) == {"article_id", "title", "quality"}


async def test_highlights_that_are_asked_for_come_back_beside_the_fields(api: AsyncClient) -> None:
    asked = {"q": "lindqvist", "fields": ["title"], "highlight": True}
    posted = (await api.post("/v1/search", json=asked)).json()
    for found in (await search(api, **asked), posted):
        assert set(found["hits"][0]) == {"article_id", "title", "highlights"}
        assert "<mark>" in found["hits"][0]["highlights"]["snippet"]
    missing = await api.post("/v1/search", json={"page": 2, "cursor": "x"})
    assert [error["parameter"] for error in missing.json()["errors"]] == ["page"]


async def test_a_wrong_method_names_all_that_the_path_has(api: AsyncClient) -> None:
    for path, allowed in (("/v1/search", "GET, HEAD, POST"), ("/", "GET, HEAD")):
        answer = await api.put(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


# --- pages ---


async def test_pages_by_relevance_have_numbers_and_links(api: AsyncClient) -> None:
    params: dict[str, Any] = {"q": "skerries", "limit": 10, "page": 2}
    answer = await api.get("/v1/search", params=params)
    assert answer.status_code == 200
    assert set(links(answer)) == {"first", "prev", "next"}
    first = (await api.get(links(answer)["first"])).json()
    assert (await api.get(links(answer)["prev"])).json()["hits"] == first["hits"]
    last = await api.get(links(answer)["next"])
    assert set(links(last)) == {"first", "prev"}
    seen = [*ids(first), *ids(answer.json()), *ids(last.json())]
    assert len(seen) == len(set(seen)) == TIDES


async def test_links_lead_through_a_search_by_date(api: AsyncClient) -> None:
    answer = await api.get("/v1/search", params={"q": "skerries", "sort": "newest", "limit": 10})
    seen = ids(answer.json())
    while "next" in links(answer):
        answer = await api.get(links(answer)["next"])
        seen += ids(answer.json())
    assert len(seen) == len(set(seen)) == TIDES


async def test_pages_have_no_numbers_by_date(api: AsyncClient) -> None:
    answer = await api.get("/v1/search", params={"sort": "newest", "page": 2})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "page"
    assert (await api.get("/v1/search", params={"page": 51})).status_code == 400


async def test_a_cursor_survives_a_date_that_moves(api: AsyncClient) -> None:
    params = {"q": "skerries after:90000d", "sort": "newest", "limit": 10}
    page = await search(api, **params)
    following = await search(api, **params, cursor=page["next_cursor"])
    assert set(ids(following)).isdisjoint(ids(page))


# --- values, dates, everything ---


async def test_a_facet_is_searched_by_prefix(api: AsyncClient) -> None:
    answer = await api.get("/v1/facets/entity", params={"q": "sund", "prefix": "coas"})
    assert answer.json()["facet"] == "entity"
    assert [each["value"] for each in answer.json()["values"]] == ["Coastal Alliance"]
    unknown = await api.get("/v1/facets/colour")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "facet_not_found")


async def test_values_read_otherwise_are_told(api: AsyncClient) -> None:
    found = await search(api, q="section:politics")
    assert [warned["code"] for warned in found["warnings"]] == ["read_as"]
    assert found["total"]["value"] > 0


async def test_matches_are_counted_by_date(api: AsyncClient) -> None:
    answer = (await api.get("/v1/histogram", params={"q": "sund", "interval": "day"})).json()
    assert answer["interval"] == "day"
    assert sum(bucket["count"] for bucket in answer["buckets"]) == answer["total"]["value"]
    starts = [bucket["start"] for bucket in answer["buckets"]]
    assert starts == sorted(starts)
    within = await search(api, q="sund", histogram="auto")
    assert sum(each["count"] for each in within["histogram"]["buckets"]) == within["total"]["value"]
    assert (await search(api, q="sund"))["histogram"] is None


async def test_everything_found_is_exported_and_nothing_withdrawn(
    api: AsyncClient, redis: "Redis"
) -> None:
    await withdraw(redis, MEETING.article_id)
    answer = await api.get("/v1/search.ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    rows = [json.loads(line) for line in answer.text.splitlines()]
    published = [row["published"] for row in rows]
    assert published == sorted(published, reverse=True)
    exported = {row["article_id"] for row in rows}
    everything = await search(api, limit=100)
    assert exported == set(ids(everything))
    assert not exported & {MEETING.article_id, WITHDRAWN.article_id}
    some = await api.get("/v1/search.ndjson", params={"q": "skerries", "fields": "title"})
    assert {tuple(json.loads(line)) for line in some.text.splitlines()} == {("article_id", "title")}


async def test_an_export_tells_its_warnings_in_a_header(api: AsyncClient) -> None:
    params = {"q": "foo:skerries section:nowhere section:sport - sund"}
    for ask in (api.get, api.head):
        answer = await ask("/v1/search.ndjson", params=params)
        assert answer.status_code == 200
        assert answer.headers["copydesk-warnings"] == (
            "unknown_field, lone_minus, unknown_value, read_as"
        )
    assert "copydesk-warnings" not in (await api.get("/v1/search.ndjson")).headers


async def test_a_head_of_an_export_has_no_body(api: AsyncClient) -> None:
    head = await api.head("/v1/search.ndjson", params={"q": "skerries"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "application/x-ndjson"
    assert "content-length" not in head.headers


async def test_an_export_has_no_order_of_relevance(api: AsyncClient) -> None:
    answer = await api.get("/v1/search.ndjson", params={"sort": "relevance"})
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == ["sort"]


# --- how fresh, and without the engine ---


async def test_the_answer_says_how_fresh_it_is(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    await redis.delete(EVENTS.name, ENRICHED.name)
    await redis.xadd(EVENTS.name, {"x": "y"}, id=f"{now_ms - 60_000}-0")
    await redis.xadd(ENRICHED.name, {"x": "y"}, id=f"{now_ms - 5_000}-0")
    await redis.xadd(ENRICHED.name, {"x": "y"}, id=f"{now_ms}-0")
    async with a_gateway(redis_url, tmp_path) as api:
        fresh = (await search(api))["freshness"]
    assert fresh["waiting"] == 2
    assert 60 <= fresh["age_s"] < 120
    assert 5 <= fresh["lag_s"] < 60
    indexed = datetime.fromisoformat(fresh["newest_indexed_at"])
    assert abs(indexed - datetime.now(UTC) + timedelta(seconds=60)) < timedelta(seconds=60)


async def test_without_the_engine_a_page_is_given_once_more_but_nothing_withdrawn(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    engine = Failing(tmp_path)
    async with a_gateway(redis_url, tmp_path, engine=engine) as api:
        before = await search(api, q="sund")
        assert before["degraded"] is None
        assert MEETING.article_id in ids(before)
        engine.down = True
        await withdraw(redis, MEETING.article_id)
        after = await search(api, q="sund")
        assert after["degraded"]["code"] == "search_down"
        assert ids(after) == [each for each in ids(before) if each != MEETING.article_id]
        assert (await api.get("/v1/search", params={"q": "other"})).status_code == 503
        assert (await api.get("/v1/search.ndjson")).status_code == 503
        assert (await api.get("/v1/histogram")).status_code == 503


async def test_of_very_many_days_the_newest_are_counted_with_a_warning(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    daily = [_entry(f"day-{number}", second=number * 86_400) for number in range(1100)]
    await publish(redis, [document.id for document in daily])
    writer = EmbeddedIndexEngine(tmp_path)
    await writer.open()
    await writer.write(daily, ())
    await writer.close()
    async with a_gateway(redis_url, tmp_path) as api:
        answer = (await api.get("/v1/histogram", params={"interval": "day"})).json()
        within = (await api.get("/v1/search", params={"histogram": "week"})).json()
        fits = (await api.get("/v1/histogram", params={"interval": "month"})).json()
    assert answer["interval"] == "day"
    shown = sum(bucket["count"] for bucket in answer["buckets"])
    assert shown + answer["earlier"] == answer["total"]["value"] == 1100
    assert 960 < shown < 1000
    (warning,) = answer["warnings"]
    assert warning["code"] == "range_cut"
    assert f"{answer['earlier']} of the matches" in warning["message"]
    assert within["histogram"]["interval"] == "week"
    assert within["histogram"]["earlier"] == answer["earlier"]
    assert (fits["interval"], fits["earlier"], fits["warnings"]) == ("month", 0, [])


async def test_paging_through_thousands_skips_and_repeats_nothing_while_news_flows(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    # Forty in a second, so that pages end among equals.
    old = [_entry(f"old-{number}", second=number // 40) for number in range(5000)]
    fresh = [_entry(f"new-{number}", second=number // 4) for number in range(500)]
    await publish(redis, [document.id for document in (*old, *fresh)])
    writer = EmbeddedIndexEngine(tmp_path)
    await writer.open()
    await writer.write(old, ())
    gone: set[str] = set()
    seen: list[str] = []
    async with a_gateway(redis_url, tmp_path) as api:
        params: dict[str, Any] = {"q": "ledger", "sort": "newest", "limit": 100, "fields": "title"}
        while True:
            page = await search(api, **params)
            seen += ids(page)
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
            arriving, fresh = fresh[:10], fresh[10:]
            leaving = old[97 * len(gone)].id
            await withdraw(redis, leaving)
            await writer.write(arriving, [leaving])
            gone.add(leaving)
    await writer.close()
    assert not fresh
    assert len(gone) >= 50
    assert len(seen) == len(set(seen))
    assert {document.id for document in old} - gone <= set(seen)


def _entry(article_id: str, *, second: int) -> SearchDocument:
    return a_document(article_id, title=f"Ledger entry {article_id}", published_s=NOON_S + second)
