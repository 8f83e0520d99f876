"""Batches: one answer for each item, in order, and no item harms another."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
import pytest
from httpx2 import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from copydesk_shared import streams
from copydesk_shared.contracts.submission import ArticleSubmitted

Serve = Callable[..., AbstractAsyncContextManager[AsyncClient]]
Queued = Callable[..., Awaitable[list[ArticleSubmitted]]]

TEXT = "The harbour council voted on Tuesday to rebuild the old pier."
LINES = {"Content-Type": "application/x-ndjson"}


def an_article(**fields: Any) -> dict[str, Any]:
    return {"content": TEXT} | fields


def lines(*articles: object) -> bytes:
    return b"\n".join(a if isinstance(a, bytes) else orjson.dumps(a) for a in articles)


async def items_of(client: AsyncClient, body: bytes, **headers: str) -> list[dict[str, Any]]:
    response = await client.post("/v1/articles:batch", content=body, headers=LINES | headers)
    assert response.status_code == 207
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def test_each_item_is_answered_in_the_order_posted(
    client: AsyncClient, queued: Queued
) -> None:
    articles = [an_article(external_id=str(i)) for i in range(600)]
    items = await items_of(client, lines(*articles))
    assert [item["status"] for item in items] == [202] * 600
    events = await queued(streams.RAW_BULK.name)
    assert [event.external_id for event in events] == [str(i) for i in range(600)]
    assert [event.article_id for event in events] == [item["article_id"] for item in items]
    assert await queued() == []


async def test_a_json_array_is_a_batch_as_well(client: AsyncClient) -> None:
    response = await client.post(
        "/v1/articles:batch", json=[an_article(), "nothing", an_article(external_id="7")]
    )
    assert response.status_code == 207
    assert [item["status"] for item in response.json()["items"]] == [202, 422, 202]


async def test_a_bad_item_harms_no_other(client: AsyncClient, queued: Queued) -> None:
    items = await items_of(
        client,
        lines(
            an_article(external_id="1"),
            b'{"content": "broken',
            orjson.dumps(an_article(external_id="3", title="café")).decode().encode("cp1252"),
            b"[" * 100 + b"]" * 100,
            b'{"content": "nul \\u0000"}',
            an_article(content="short"),
            an_article(embargoed_until="9999-01-01T00:00:00Z"),
            an_article(external_id="2", unknown=1),
        ),
    )
    assert [(item["status"], item.get("problem", {}).get("code")) for item in items] == [
        (202, None),
        (400, "broken_json"),
        (202, None),
        (422, "too_deep"),
        (422, "nul_character"),
        (422, "too_short"),
        (422, "embargo_too_long"),
        (202, None),
    ]
    assert items[1]["submission_id"] is None
    assert items[2]["warnings"][0]["code"] == "encoding_repaired"
    assert items[7]["warnings"][0]["field"] == "unknown"
    events = await queued(streams.RAW_BULK.name)
    assert sorted((e.external_id, e.title) for e in events if e.external_id == "3") == [
        ("3", "café")
    ]
    assert {e.external_id for e in events} == {"1", "2", "3"}


async def test_duplicates_inside_a_batch_are_as_if_posted_one_after_another(
    client: AsyncClient,
) -> None:
    items = await items_of(
        client,
        lines(
            an_article(external_id="7"),
            an_article(external_id="7"),
            an_article(external_id="7", title="New"),
            an_article(external_id="7"),
        ),
    )
    assert [item["status"] for item in items] == [202, 200, 202, 202]
    assert [item["version"] for item in items] == [1, 1, 2, 3]
    assert items[1]["submission_id"] == items[0]["submission_id"]


async def test_a_batch_sent_again_changes_nothing(client: AsyncClient, redis: "Redis") -> None:
    body = lines(*(an_article(external_id=str(i)) for i in range(10)))
    first = await items_of(client, body)
    again = await items_of(client, body)
    assert [item["submission_id"] for item in again] == [item["submission_id"] for item in first]
    assert all(item["duplicate"] for item in again)
    assert await redis.xlen(streams.RAW_BULK.name) == 10


async def test_an_idempotency_key_holds_for_each_item_at_its_place(
    client: AsyncClient, redis: "Redis"
) -> None:
    key = {"Idempotency-Key": "k"}
    body = lines(an_article(external_id="1"), an_article(external_id="2"))
    first = await items_of(client, body, **key)
    assert await items_of(client, body, **key) == first
    changed = lines(an_article(external_id="1"), an_article(external_id="3"))
    assert [item["status"] for item in await items_of(client, changed, **key)] == [202, 422]
    assert await redis.xlen(streams.RAW_BULK.name) == 2


async def test_blank_lines_are_no_items_and_an_empty_batch_has_none(client: AsyncClient) -> None:
    body = b"\n\r\n" + orjson.dumps(an_article()) + b"\r\n\n  \n"
    assert [item["status"] for item in await items_of(client, body)] == [202]
    assert await items_of(client, b"") == []
    assert (await client.post("/v1/articles:batch", json=[])).json() == {"items": []}


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"[{]", "application/json", (400, "broken_json")),
        (b'["\xff]', "application/json", (400, "broken_json")),
        (b'{"content": "x"}', "application/json", (422, "not_an_array")),
        (b"[" * 100 + b"]" * 100, "application/json", (422, "too_deep")),
        (b"[" + b"0," * 1000 + b"0]", "application/json", (413, "too_many_items")),
        (b"{}\n" * 1001, "application/x-ndjson", (413, "too_many_items")),
        (b"x" * (16 * 2**20 + 1), "application/x-ndjson", (413, "body_too_large")),
        (b"text", "text/plain", (415, "unsupported_media_type")),
    ],
    ids=range(8),
)
async def test_a_batch_that_is_none_is_refused_whole(
    client: AsyncClient, redis: "Redis", body: bytes, kind: str, expected: tuple[int, str]
) -> None:
    response = await client.post("/v1/articles:batch", content=body, headers={"Content-Type": kind})
    assert (response.status_code, response.json()["code"]) == expected
    assert await redis.dbsize() == 0


async def test_an_unknown_parameter_of_a_batch_is_named(client: AsyncClient) -> None:
    response = await client.post("/v1/articles:batch?source=x", content=b"", headers=LINES)
    assert (response.status_code, response.json()["code"]) == (400, "unknown_parameter")


async def test_an_item_may_be_no_larger_than_an_article(
    redis: "Redis", redis_url: str, serve: Serve
) -> None:
    async with serve(redis_url, max_body_bytes=1000) as client:
        items = await items_of(client, lines(an_article(), an_article(content="x" * 1000)))
        assert [item["status"] for item in items] == [202, 413]
        assert await redis.xlen(streams.RAW_BULK.name) == 1


async def test_the_largest_batch_is_accepted(client: AsyncClient, redis: "Redis") -> None:
    articles = [
        an_article(external_id=str(i), content=f"{i} " + "word " * 3200) for i in range(1000)
    ]
    body = lines(*articles)
    assert 15 * 2**20 < len(body) < 16 * 2**20
    items = await items_of(client, body)
    assert {item["status"] for item in items} == {202}
    assert await redis.xlen(streams.RAW_BULK.name) == 1000


async def test_items_over_the_backlog_limit_are_refused_one_by_one_and_may_come_again(
    redis: "Redis", redis_url: str, serve: Serve
) -> None:
    body = lines(*(an_article(external_id=str(i)) for i in range(5)))
    async with serve(redis_url, backlog_limit=3) as client:
        items = await items_of(client, body)
        assert [item["status"] for item in items] == [202, 202, 202, 503, 503]
        assert items[4]["problem"]["code"] == "backlog_full"
        more = lines(an_article(external_id="x"))
        whole = await client.post("/v1/articles:batch", content=more, headers=LINES)
        assert (whole.status_code, whole.json()["code"]) == (503, "backlog_full")
        await redis.delete(streams.RAW_BULK.name)
        items = await items_of(client, body)
        assert [item["status"] for item in items] == [200, 200, 200, 202, 202]


_VALUES = st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=60)
_ITEMS = (
    st.dictionaries(
        st.sampled_from(["content", "title", "url", "external_id", "keywords", "published"]),
        _VALUES | st.lists(_VALUES, max_size=3),
    )
    | _VALUES
)
_RAW = st.binary(min_size=1, max_size=60).filter(lambda b: b.strip() and b"\n" not in b)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_ITEMS | _RAW, max_size=12))
async def test_as_many_answers_as_lines_in_order_whatever_they_hold(
    client: AsyncClient, batch: list[object]
) -> None:
    fenced = [(an_article(external_id=f"fence-{i}"), item) for i, item in enumerate(batch)]
    items = await items_of(client, lines(*(part for pair in fenced for part in pair)))
    assert len(items) == 2 * len(batch)
    assert {item["status"] for item in items} <= {200, 202, 400, 422}
    assert all(item["status"] in {200, 202} for item in items[::2])
    fences = [item["article_id"] for item in items[::2]]
    assert len(set(fences)) == len(fences)
