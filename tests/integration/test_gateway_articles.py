"""Reading articles: what is there, what is not, and why."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import AsyncClient
from newsroom import BUDGET, FLOOD, MEETING, WITHDRAWN, an_article, an_id, fill, keep
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared import keys
from copydesk_shared.contracts.article import Article
from copydesk_shared.store import State


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


async def test_an_article_is_served_whole(api: AsyncClient) -> None:
    answer = await api.get(f"/v1/articles/{MEETING.article_id}")
    assert answer.status_code == 200
    assert Article.model_validate_json(answer.content) == MEETING
    assert answer.headers["last-modified"] == "Thu, 05 Mar 2026 11:42:00 GMT"


@pytest.mark.parametrize("address", ["", "/related"])
async def test_an_unknown_parameter_is_refused(api: AsyncClient, address: str) -> None:
    answer = await api.get(f"/v1/articles/{MEETING.article_id}{address}?fields=title")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")


async def test_a_known_tag_is_not_modified_until_the_article_changes(
    api: AsyncClient, redis: "Redis"
) -> None:
    path = f"/v1/articles/{MEETING.article_id}"
    tag = (await api.get(path)).headers["etag"]
    again = await api.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await keep(redis, MEETING.model_copy(update={"version": 2, "title": "Corrected"}))
    changed = await api.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_head_answers_without_a_body(api: AsyncClient) -> None:
    answer = await api.head(f"/v1/articles/{MEETING.article_id}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "etag" in answer.headers


async def test_a_date_in_the_future_is_not_a_last_modified(
    api: AsyncClient, redis: "Redis"
) -> None:
    future = an_article("future", published=MEETING.published.value.replace(year=2200))
    await keep(redis, future)
    answer = await api.get(f"/v1/articles/{future.article_id}")
    assert "2200" not in answer.headers["last-modified"]


async def test_absence_has_reasons(api: AsyncClient, redis: "Redis") -> None:
    dead = an_article("dead")
    await keep(redis, dead, enriched=False, state=State.DEAD)
    expected = {
        an_id("never seen"): (404, "article_not_found"),
        dead.article_id: (404, "article_failed"),
        WITHDRAWN.article_id: (410, "article_withdrawn"),
    }
    for article_id, (status, code) in expected.items():
        for path in (f"/v1/articles/{article_id}", f"/v1/articles/{article_id}/related"):
            answer = await api.get(path)
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
        page = await api.get(f"/articles/{article_id}")
        assert page.status_code == status
        assert page.headers["content-type"].startswith("text/html")


async def test_an_article_on_its_way_is_202_with_its_stage(
    api: AsyncClient, redis: "Redis"
) -> None:
    waiting = an_article("waiting")
    await keep(redis, waiting, enriched=False)
    for address in ("", "/related", "/versions", "/entities", "/duplicates"):
        answer = await api.get(f"/v1/articles/{waiting.article_id}{address}")
        assert answer.status_code == 202
        assert answer.json() == {
            "article_id": waiting.article_id,
            "version": 1,
            "stage": "accepted",
            "retry_after": 1,
        }
        assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("1", "no-store")
    page = await api.get(f"/articles/{waiting.article_id}")
    assert page.status_code == 202
    assert page.headers["content-type"].startswith("text/html")


async def test_an_embargoed_article_is_not_told_of(api: AsyncClient, redis: "Redis") -> None:
    held = an_article("held")
    await keep(redis, held, enriched=False)
    receipt = {"article_id": held.article_id, "version": 1, "outcome": "held", "accepted_ms": 1}
    await redis.hset(keys.receipt(f"0-{an_id('submission')}"), mapping=receipt)  # type: ignore[arg-type]
    answer = await api.get(f"/v1/articles/{held.article_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "article_not_found")


async def test_a_dead_correction_leaves_the_older_version_readable(
    api: AsyncClient, redis: "Redis"
) -> None:
    await keep(redis, FLOOD, state=State.DEAD)
    assert (await api.get(f"/v1/articles/{FLOOD.article_id}")).status_code == 200


async def test_related_links_are_resolved_as_the_store_stands(api: AsyncClient) -> None:
    answer = await api.get(f"/v1/articles/{MEETING.article_id}/related")
    links = answer.json()["links"]
    assert [(link["kind"], link["article_id"]) for link in links] == [
        ("inline", BUDGET.article_id),
        ("inline", None),
        ("inline", None),
        ("computed", FLOOD.article_id),
    ]
    flood = links[3]
    assert flood["title"] == FLOOD.title
    assert flood["reasons"] == ["Both are about Sund and the Coastal Alliance"]
    assert flood["score"] == 0.71


async def test_a_link_to_an_article_that_was_withdrawn_later_goes(
    api: AsyncClient, redis: "Redis"
) -> None:
    await keep(redis, BUDGET, state=State.WITHDRAWN)
    links = (await api.get(f"/v1/articles/{MEETING.article_id}/related")).json()["links"]
    assert BUDGET.title not in [link["title"] for link in links]


async def test_a_store_that_is_away_is_503(redis_url: str, redis: "Redis", tmp_path: Path) -> None:
    async with a_gateway("redis://127.0.0.1:9/0", tmp_path) as api:
        answer = await api.get(f"/v1/articles/{MEETING.article_id}")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_down")
        assert "retry-after" in answer.headers
        page = await api.get(f"/articles/{MEETING.article_id}")
        assert page.status_code == 503
        assert (await api.get("/health/live")).status_code == 200
        assert (await api.get("/health/ready")).status_code == 503
