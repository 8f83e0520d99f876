"""The routes for one article: every documented answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
import pytest
from httpx2 import AsyncClient, Response
from redis.asyncio import Redis

from copydesk_ingest.formats.media_types import ARTICLES, BATCHES
from copydesk_shared.contracts.submission import ArticleSubmitted

Serve = Callable[..., AbstractAsyncContextManager[AsyncClient]]
Everything = Callable[[], Awaitable[dict[bytes, object]]]
Queued = Callable[..., Awaitable[list[ArticleSubmitted]]]

TEXT = "The harbour council voted on Tuesday to rebuild the old pier."
EMBARGOED = orjson.dumps({"content": TEXT, "embargoed_until": "9999-01-01T00:00:00Z"})
EXPIRED = orjson.dumps({"content": TEXT, "expires": "2001-01-01T00:00:00Z"})
PLAIN = {"Content-Type": "text/plain"}


def code(response: Response) -> str:
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == response.status_code
    assert problem["request_id"] == response.headers["X-Request-Id"]
    return str(problem["code"])


async def test_an_accepted_article_says_where_its_receipt_is(client: AsyncClient) -> None:
    response = await client.post("/v1/articles", json={"content": TEXT, "external_id": "7"})
    assert response.status_code == 202
    answer = response.json()
    assert answer == {
        "status": 202,
        "submission_id": answer["submission_id"],
        "article_id": answer["article_id"],
        "version": 1,
        "duplicate": False,
        "status_url": f"/v1/submissions/{answer['submission_id']}",
    }
    assert response.headers["Location"] == answer["status_url"]
    receipt = await client.get(answer["status_url"])
    assert receipt.status_code == 200
    assert receipt.json()["article_id"] == answer["article_id"]


async def test_the_same_article_again_is_a_200_with_the_first_ids(client: AsyncClient) -> None:
    first = await client.post("/v1/articles", json={"content": TEXT})
    again = await client.post("/v1/articles", json={"content": TEXT})
    assert again.status_code == 200
    assert again.json() == first.json() | {"status": 200, "duplicate": True}


async def test_text_and_html_bring_their_metadata_in_the_query(
    client: AsyncClient, queued: Queued
) -> None:
    query = {"title": "Pier", "source": "desk", "keywords": "harbour, council"}
    for kind in ("text/plain", "text/html; charset=utf-8"):
        response = await client.post(
            "/v1/articles", content=TEXT, params=query, headers={"Content-Type": kind}
        )
        assert response.status_code == 202
    events = await queued()
    assert [event.content_type for event in events] == ["text/plain", "text/html"]
    assert {(e.title, e.source, e.keywords) for e in events} == {
        ("Pier", "desk", ("harbour", "council"))
    }


async def test_repaired_bytes_are_accepted_with_a_warning(
    client: AsyncClient, queued: Queued
) -> None:
    body = "The café by the harbour was closed.".encode("latin-1")
    response = await client.post("/v1/articles", content=body, headers=PLAIN)
    assert response.status_code == 202
    assert [w["code"] for w in response.json()["warnings"]] == ["encoding_repaired"]
    [event] = await queued()
    assert event.content == "The café by the harbour was closed."
    assert [w.code for w in event.warnings] == ["encoding_repaired"]


async def test_an_unknown_field_is_a_warning(client: AsyncClient) -> None:
    response = await client.post("/v1/articles", json={"content": TEXT, "headline": "Pier"})
    assert response.status_code == 202
    [warning] = response.json()["warnings"]
    assert (warning["code"], warning["field"]) == ("unknown_field", "headline")


async def test_a_field_of_json_in_the_address_is_sent_to_the_document(
    client: AsyncClient,
) -> None:
    answer = await client.post("/v1/articles?source=x", json={"content": TEXT})
    assert "stand in the document" in answer.json()["errors"][0]["message"]


async def test_put_makes_an_article_and_then_its_versions(
    client: AsyncClient, queued: Queued
) -> None:
    address = "/v1/sources/desk/articles/2026%2F05%2F01/pier"
    first = await client.put(address, json={"content": TEXT})
    second = await client.put(address, content=f"{TEXT} Work starts in May.", headers=PLAIN)
    again = await client.put(address, content=f"{TEXT} Work starts in May.", headers=PLAIN)
    assert [r.status_code for r in (first, second, again)] == [202, 202, 200]
    assert [r.json()["version"] for r in (first, second, again)] == [1, 2, 2]
    assert {event.external_id for event in await queued()} == {"2026/05/01/pier"}


async def test_put_and_post_name_the_same_article(client: AsyncClient) -> None:
    article = {"content": TEXT, "source": "desk", "external_id": "7"}
    posted = await client.post("/v1/articles", json=article)
    put = await client.put("/v1/sources/desk/articles/7", json={"content": TEXT})
    assert put.status_code == 200
    assert put.json()["article_id"] == posted.json()["article_id"]


@pytest.mark.parametrize(
    "address",
    [
        "/v1/sources/no%20spaces/articles/7",
        f"/v1/sources/{'x' * 101}/articles/7",
        f"/v1/sources/x/articles/{'7' * 513}",
        "/v1/sources/x/articles/%00",
        "/v1/sources/x/articles/%20",
    ],
)
async def test_an_impossible_place_is_refused(client: AsyncClient, address: str) -> None:
    response = await client.put(address, json={"content": TEXT})
    assert (response.status_code, code(response)) == (400, "invalid_parameter")


async def test_withdrawing_answers_once_and_then_as_a_duplicate(client: AsyncClient) -> None:
    article_id = (await client.post("/v1/articles", json={"content": TEXT})).json()["article_id"]
    first = await client.delete(f"/v1/articles/{article_id}")
    again = await client.delete(f"/v1/articles/{article_id}")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json() | {"status": 200, "duplicate": True}
    assert first.json()["version"] == 2
    back = await client.post("/v1/articles", json={"content": TEXT})
    assert (back.status_code, back.json()["version"]) == (202, 3)


@pytest.mark.parametrize("article_id", ["00000000-0000-5000-8000-000000000000", "x", "x" * 9000])
async def test_an_unknown_article_is_a_404(client: AsyncClient, article_id: str) -> None:
    response = await client.delete(f"/v1/articles/{article_id}")
    assert (response.status_code, code(response)) == (404, "not_found")


async def test_an_idempotency_key_gives_the_same_answer_again(
    client: AsyncClient, queued: Queued
) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await client.post("/v1/articles", json={"content": TEXT}, headers=headers)
    again = await client.post("/v1/articles", json={"content": TEXT}, headers=headers)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    other = await client.post("/v1/articles", json={"content": TEXT + "!"}, headers=headers)
    assert (other.status_code, code(other)) == (422, "idempotency_conflict")
    moved = await client.put("/v1/sources/desk/articles/7", json={"content": TEXT}, headers=headers)
    assert (moved.status_code, code(moved)) == (422, "idempotency_conflict")
    assert len(await queued()) == 1


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
async def test_an_impossible_idempotency_key_is_refused(client: AsyncClient, key: str) -> None:
    response = await client.post(
        "/v1/articles", json={"content": TEXT}, headers={"Idempotency-Key": key}
    )
    assert (response.status_code, code(response)) == (400, "invalid_idempotency_key")


@pytest.mark.parametrize(
    ("body", "kind", "query", "expected"),
    [
        (b'{"content": "The harb', "application/json", "", (400, "broken_json")),
        (b'{"content": "caf\xe9', "application/json", "", (400, "broken_json")),
        (b"", "application/json", "", (400, "broken_json")),
        (b"{}", "application/json", "", (422, "invalid_field")),
        (b'{"content": ""}', "application/json", "", (422, "empty")),
        (b'{"content": "short"}', "application/json", "", (422, "too_short")),
        (b"[" * 100 + b"]" * 100, "application/json", "", (422, "too_deep")),
        (b'{"content": "a\\u0000b"}', "application/json", "", (422, "nul_character")),
        (EMBARGOED, "application/json", "", (422, "embargo_too_long")),
        (EXPIRED, "application/json", "", (422, "already_expired")),
        (b"{}", "application/json", "?title=x", (400, "unknown_parameter")),
        (b"", "text/plain", "", (422, "empty")),
        (b" \n\t ", "text/plain", "", (422, "empty")),
        (b"Too short.", "text/plain", "", (422, "too_short")),
        (b"a\x00b" * 10, "text/plain", "", (422, "nul_character")),
        (TEXT.encode(), "text/plain", "?titel=x", (400, "unknown_parameter")),
        (TEXT.encode(), "text/plain", "?url=ftp://x", (422, "invalid_field")),
        (TEXT.encode(), "text/plain", "?embargoed_until=9999-01-01", (422, "embargo_too_long")),
        (b"", "text/html", "", (422, "empty")),
        (b"<p>\x00</p>", "text/html", "", (422, "nul_character")),
        (b"<div>" * 1000, "text/html", "", (422, "too_deep")),
        (b"<i></i>" * 50_000, "text/html", "", (422, "too_many_tags")),
        (TEXT.encode(), "text/markdown", "", (415, "unsupported_media_type")),
        (TEXT.encode(), "", "", (415, "unsupported_media_type")),
        (TEXT.encode(), "multipart/form-data; boundary=x", "", (415, "unsupported_media_type")),
    ],
)  # fmt: skip
async def test_a_refusal_names_its_code_and_stores_nothing(
    client: AsyncClient,
    redis: "Redis",
    body: bytes,
    kind: str,
    query: str,
    expected: tuple[int, str],
) -> None:
    response = await client.post(
        f"/v1/articles{query}", content=body, headers={"Content-Type": kind}
    )
    assert (response.status_code, code(response)) == expected
    assert await redis.dbsize() == 0
    after = await client.post("/v1/articles", json={"content": TEXT})
    assert after.status_code == 202


async def test_a_compressed_body_is_refused(client: AsyncClient) -> None:
    headers = PLAIN | {"Content-Encoding": "gzip"}
    response = await client.post("/v1/articles", content=b"\x1f\x8b", headers=headers)
    assert (response.status_code, code(response)) == (415, "unsupported_encoding")


async def test_a_wrong_field_is_pointed_at(client: AsyncClient) -> None:
    response = await client.post("/v1/articles", json={"content": TEXT, "external_id": 1})
    assert code(response) == "invalid_field"
    [error] = response.json()["errors"]
    assert error["pointer"] == "/external_id"


async def _endless(read: list[int], *, chunk: bytes = b"x" * 65536) -> AsyncIterator[bytes]:
    while True:
        read.append(len(chunk))
        yield chunk


async def test_a_body_over_the_limit_is_refused_while_it_is_read(
    client: AsyncClient, redis: "Redis"
) -> None:
    read: list[int] = []
    response = await client.post("/v1/articles", content=_endless(read), headers=PLAIN)
    assert (response.status_code, code(response)) == (413, "body_too_large")
    assert sum(read) < 11 * 2**20
    declared = await client.post("/v1/articles", content=b"x" * (20 * 2**20), headers=PLAIN)
    assert declared.status_code == 413
    assert await redis.dbsize() == 0


async def test_the_largest_body_is_accepted(client: AsyncClient, queued: Queued) -> None:
    for kind in ("text/plain", "text/html"):
        body = b"word " * (2 * 2**20)
        assert len(body) == 10 * 2**20
        response = await client.post("/v1/articles", content=body, headers={"Content-Type": kind})
        assert response.status_code == 202
    assert [len(event.content) for event in await queued()] == [10 * 2**20] * 2


async def test_a_line_of_a_megabyte_is_an_article(client: AsyncClient, queued: Queued) -> None:
    response = await client.post("/v1/articles", content=b"x" * 2**20, headers=PLAIN)
    assert response.status_code == 202
    assert [len(event.content) for event in await queued()] == [2**20]


async def test_a_full_backlog_is_a_503_that_says_when_to_come_again(
    redis: "Redis", redis_url: str, serve: Serve, everything: Everything
) -> None:
    async with serve(redis_url, backlog_limit=1) as client:
        await client.post("/v1/articles", json={"content": TEXT})
        before = await everything()
        response = await client.post("/v1/articles", json={"content": TEXT + "!"})
        assert (response.status_code, code(response)) == (503, "backlog_full")
        assert int(response.headers["Retry-After"]) > 0
        assert await everything() == before


async def test_the_trace_of_the_request_rides_along(client: AsyncClient, queued: Queued) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    for given in (trace, "nonsense"):
        await client.post(
            "/v1/articles", json={"content": TEXT, "title": given}, headers={"traceparent": given}
        )
    assert [event.trace for event in await queued()] == [trace, None]


async def test_the_service_says_that_it_is_well_and_counts(client: AsyncClient) -> None:
    await client.post("/v1/articles", json={"content": TEXT})
    await client.post("/v1/articles", json={"content": ""})
    assert (await client.get("/health/live")).json() == {"status": "alive"}
    assert (await client.get("/health/ready")).json() == {"status": "ready", "checks": {}}
    metrics = (await client.get("/metrics")).text
    assert 'copydesk_ingest_accepted_total{outcome="accepted"} 1.0' in metrics
    assert 'copydesk_ingest_refused_total{code="empty"} 1.0' in metrics
    assert "copydesk_ingest_accept_seconds_count" in metrics


async def test_openapi_describes_the_bodies_and_the_problems(client: AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    post = paths["/v1/articles"]["post"]
    assert set(post["requestBody"]["content"]) == set(ARTICLES)
    form = post["requestBody"]["content"]["application/json"]["schema"]
    assert form["required"] == ["content"]
    assert {"url", "external_id", "published"} <= form["properties"].keys()
    assert {"200", "202", "413", "415", "422", "503"} <= post["responses"].keys()
    assert "application/problem+json" in post["responses"]["422"]["content"]
    assert "422" not in paths["/v1/submissions/{submission_id}"]["get"]["responses"]
    batch = paths["/v1/articles:batch"]["post"]["requestBody"]["content"]
    assert set(batch) == set(BATCHES)


async def test_the_reference_needs_nothing_from_elsewhere(client: AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "https://" not in page.text
    for said in ("POST /v1/articles:batch", "Idempotency-Key", "ArticleForm", "external_id"):
        assert said in page.text


async def test_what_is_not_there_is_a_problem_too(client: AsyncClient) -> None:
    assert code(await client.get("/v1/nothing")) == "not_found"
    assert code(await client.get("/v1/articles")) == "method_not_allowed"
