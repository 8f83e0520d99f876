"""`GET /v1/articles?since=`: what became of articles, in order, nothing twice."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from newsroom import BUDGET, FLOOD, MEETING, WITHDRAWN, keep
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.events import ArticleIndexed, ArticleWithdrawn
from copydesk_shared.store import State
from copydesk_shared.streams import EVENTS, EVENTS_KEPT_MS


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


async def tell(redis: "Redis", article: Article, *, gone: bool = False, entry_id: str = "*") -> str:
    """What index writes when search has confirmed the article."""
    event = (ArticleWithdrawn if gone else ArticleIndexed)(
        article_id=article.article_id, version=article.version, at=datetime.now(UTC)
    )
    added: Any = await redis.xadd(EVENTS.name, {"__data__": event.model_dump_json()}, id=entry_id)
    written: str = added.decode()
    return written


async def changes(api: AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await api.get("/v1/articles", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_changes_come_in_order_with_tombstones(api: AsyncClient, redis: "Redis") -> None:
    for article in (MEETING, BUDGET):
        await keep(redis, article)
        await tell(redis, article)
    await keep(redis, WITHDRAWN, state=State.WITHDRAWN)
    await tell(redis, WITHDRAWN)
    await tell(redis, WITHDRAWN, gone=True)
    found = await changes(api)
    assert [(change["event"], change["article_id"]) for change in found["changes"]] == [
        ("article_indexed", MEETING.article_id),
        ("article_indexed", BUDGET.article_id),
        ("article_indexed", WITHDRAWN.article_id),
        ("article_withdrawn", WITHDRAWN.article_id),
    ]
    assert found["changes"][0]["article"]["title"] == MEETING.title
    # What was withdrawn meanwhile is shown nowhere, not even where it once appeared.
    assert [change["article"] is None for change in found["changes"]] == [False, False, True, True]
    assert WITHDRAWN.title not in str(found)


async def test_pages_join_without_gap_or_repetition(api: AsyncClient, redis: "Redis") -> None:
    written = [await tell(redis, MEETING) for _ in range(7)]
    seen: list[str] = []
    since, more = "", True
    while more:
        answer = await api.get("/v1/articles", params={"since": since, "limit": 3})
        page = answer.json()
        assert f'since={page["next"]}>; rel="next"' in answer.headers["link"]
        seen += [change["cursor"] for change in page["changes"]]
        since, more = page["next"], page["more"]
    assert seen == written
    assert (await changes(api, since=since))["changes"] == []
    late = await tell(redis, FLOOD)
    assert [change["cursor"] for change in (await changes(api, since=since))["changes"]] == [late]


async def test_a_feed_that_was_empty_goes_on(api: AsyncClient, redis: "Redis") -> None:
    nothing = await changes(api)
    assert (nothing["changes"], nothing["more"]) == ([], False)
    written = await tell(redis, MEETING)
    found = await changes(api, since=nothing["next"])
    assert [change["cursor"] for change in found["changes"]] == [written]


async def test_a_date_is_a_place_to_begin(api: AsyncClient, redis: "Redis") -> None:
    now_ms = time.time_ns() // 1_000_000
    old, new = (f"{now_ms - hours * 3_600_000}-0" for hours in (30, 6))
    await tell(redis, MEETING, entry_id=old)
    await tell(redis, BUDGET, entry_id=new)
    moment = datetime.fromtimestamp((now_ms - 10 * 3_600_000) / 1000, UTC).isoformat()
    found = await changes(api, since=moment)
    assert [change["cursor"] for change in found["changes"]] == [new]


async def test_a_cursor_behind_what_is_kept_is_410(api: AsyncClient, redis: "Redis") -> None:
    for article in (MEETING, BUDGET):
        await tell(redis, article)
    await redis.xtrim(EVENTS.name, maxlen=1, approximate=False)
    expired = f"{time.time_ns() // 1_000_000 - EVENTS_KEPT_MS - 1000}-0"
    answer = await api.get("/v1/articles", params={"since": expired})
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")


async def test_a_date_before_everything_begins_at_the_beginning_if_nothing_is_gone(
    api: AsyncClient, redis: "Redis"
) -> None:
    assert (await changes(api, since="2020-01-01"))["changes"] == []
    written = await tell(redis, MEETING)
    found = await changes(api, since="2020-01-01")
    assert [change["cursor"] for change in found["changes"]] == [written]


@pytest.mark.parametrize("since", ["yesterday-ish", "12-", "-1", "1-1-1"])
async def test_what_is_no_cursor_is_refused(api: AsyncClient, since: str) -> None:
    answer = await api.get("/v1/articles", params={"since": since})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert answer.json()["errors"][0]["parameter"] == "since"
