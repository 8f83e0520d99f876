"""A repeated search costs a 304, and no 304 ever stands for what was withdrawn."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from httpx2 import AsyncClient, Response
from newsroom import FLOOD, WITHDRAWN, an_article, fill, index, keep
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_gateway.caching import GENERATION_S, generation
from copydesk_shared.contracts.events import ArticleIndexed
from copydesk_shared.store import State
from copydesk_shared.streams import ENRICHED, EVENTS

PATH = "/v1/search?q=sund"
GONE = WITHDRAWN.article_id


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path)
    # A minute that does not end while a test looks.
    with time_machine.travel(datetime(2026, 3, 6, 12, 0, 1, tzinfo=UTC), tick=False):
        async with a_gateway(redis_url, tmp_path) as client:
            yield client


async def again(api: AsyncClient, first: Response, path: str = PATH) -> Response:
    return await api.get(path, headers={"If-None-Match": first.headers["etag"]})


async def test_a_repeated_search_is_not_answered_twice(api: AsyncClient) -> None:
    first = await api.get(PATH)
    assert first.headers["etag"].startswith('W/"')
    repeated = await again(api, first)
    assert (repeated.status_code, repeated.content) == (304, b"")
    assert (await again(api, first, f"{PATH}&limit=1")).status_code == 200


TAGGED = (
    "/v1/facets/section?q=sund",
    "/v1/histogram?q=sund",
    "/v1/suggest?q=sund",
    "/v1/suggest.opensearch?q=sund",
    *(f"/v1/articles/{FLOOD.article_id}/{part}" for part in ("related", "duplicates", "entities")),
    f"/v1/articles/{FLOOD.article_id}/versions",
)


@pytest.mark.parametrize("path", TAGGED)
async def test_what_is_read_beside_a_search_costs_a_304_until_something_changes(
    api: AsyncClient, redis: "Redis", path: str
) -> None:
    first = await api.get(path)
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    repeated = await again(api, first, path)
    assert (repeated.status_code, repeated.content) == (304, b"")
    await redis.xadd(ENRICHED.name, {"__data__": "{}"})
    assert (await again(api, first, path)).status_code == 200


async def test_what_is_not_there_is_asked_for_again(api: AsyncClient) -> None:
    for path in ("/v1/articles/none", "/v1/articles/none/related", f"/v1/articles/{GONE}"):
        answer = await api.get(path)
        assert answer.status_code in {404, 410}
        assert answer.headers["cache-control"] == "no-cache"
        assert "etag" not in answer.headers


async def test_each_commit_of_the_index_makes_it_new(
    api: AsyncClient, redis: "Redis", tmp_path: Path
) -> None:
    first = await api.get(PATH)
    fresh = an_article("fresh", title="Sund again")
    await keep(redis, fresh)
    await index(tmp_path, [fresh])
    event = ArticleIndexed(article_id=fresh.article_id, version=1, at=datetime.now(UTC))
    await redis.xadd(EVENTS.name, {"__data__": event.model_dump_json()})
    after = await again(api, first)
    assert after.status_code == 200
    assert fresh.article_id in after.text


async def test_a_withdrawal_makes_it_new_before_the_index_knows(
    api: AsyncClient, redis: "Redis"
) -> None:
    first = await api.get(PATH)
    assert FLOOD.article_id in first.text
    # The tombstone and the word to index are written by one script; index has not read it yet.
    await keep(redis, FLOOD, state=State.WITHDRAWN)
    entry_id = await redis.xadd(ENRICHED.name, {"__data__": "{}"})
    after = await again(api, first)
    assert after.status_code == 200
    assert FLOOD.article_id not in after.text
    # Nor does it become old again when index has finished the entry.
    await redis.xdel(ENRICHED.name, entry_id)
    assert (await again(api, first)).status_code == 200


async def test_a_generation_ends_by_itself(redis: "Redis") -> None:
    with time_machine.travel(0, tick=False) as clock:
        now = await generation(redis)
        clock.shift(GENERATION_S)
        assert await generation(redis) != now
