"""A repeated visit costs a 304, and no 304 ever stands for what has changed since."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
import time_machine
from failing_engines import Failing
from httpx2 import AsyncClient, Response
from newsroom import BUDGET, FLOOD, MEETING, an_article, fill, index, keep, register, withdraw
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared.contracts.events import ArticleIndexed
from copydesk_shared.related import Learned, related_key
from copydesk_shared.streams import ENRICHED, EVENTS

STORY: Final = f"/articles/{MEETING.article_id}"
SEARCH: Final = "/?q=sund&section=Politics"


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path)
    # A minute that does not end while a test looks.
    with time_machine.travel(datetime(2026, 3, 6, 12, 0, 1, tzinfo=UTC), tick=False):
        async with a_gateway(redis_url, tmp_path) as client:
            yield client


async def again(api: AsyncClient, first: Response, path: str) -> Response:
    return await api.get(path, headers={"If-None-Match": first.headers["etag"]})


@pytest.mark.parametrize(
    "path", ["/", SEARCH, STORY, f"{STORY}?marks=on", "/entities/person:marta-lindqvist"]
)
async def test_a_repeated_visit_costs_a_304(api: AsyncClient, path: str) -> None:
    first = await api.get(path)
    assert first.headers["etag"].startswith('W/"')
    repeated = await again(api, first, path)
    assert (repeated.status_code, repeated.content) == (304, b"")
    for name in ("etag", "cache-control", "vary", "content-security-policy"):
        assert repeated.headers[name] == first.headers[name]
    assert repeated.headers["vary"] == "Accept-Encoding"


async def test_each_page_has_a_tag_of_its_own(api: AsyncClient) -> None:
    paths = ["/", "/?sort=oldest", "/?q=sund", SEARCH, "/?q=sund&within=entity&find=no"]
    paths += [STORY, f"{STORY}?marks=on", f"/articles/{BUDGET.article_id}"]
    tags = [(await api.get(path)).headers["etag"] for path in paths]
    assert len(set(tags)) == len(paths)


async def test_the_page_of_this_moment_has_none(api: AsyncClient) -> None:
    assert "etag" not in (await api.get("/status")).headers
    assert "etag" not in (await api.get("/articles/none")).headers


async def test_what_index_commits_is_on_the_search_page_at_once(
    api: AsyncClient, redis: "Redis", tmp_path: Path
) -> None:
    first = await api.get("/")
    fresh = an_article("fresh", title="Sund again")
    await keep(redis, fresh)
    await index(tmp_path, [fresh])
    event = ArticleIndexed(article_id=fresh.article_id, version=1, at=datetime.now(UTC))
    await redis.xadd(EVENTS.name, {"__data__": event.model_dump_json()})
    after = await again(api, first, "/")
    assert after.status_code == 200
    assert "Sund again" in after.text


async def test_what_is_withdrawn_is_gone_from_every_page(api: AsyncClient, redis: "Redis") -> None:
    paths = ("/", STORY, f"/articles/{FLOOD.article_id}", "/entities/place:sund")
    seen = {path: await api.get(path) for path in paths}
    assert all(FLOOD.title in page.text for page in seen.values())
    await withdraw(redis, FLOOD.article_id)
    await redis.xadd(ENRICHED.name, {"__data__": "{}"})
    for path, first in seen.items():
        after = await again(api, first, path)
        assert after.status_code == (410 if FLOOD.article_id in path else 200)
        assert FLOOD.title not in after.text


async def test_a_story_is_new_when_it_is_corrected_or_learns_something(
    api: AsyncClient, redis: "Redis"
) -> None:
    corrected = MEETING.model_copy(update={"version": 2, "title": "The Chief Stays"})
    await keep(redis, corrected)
    first = await api.get(STORY)
    later = an_article("later", title="The Chief Has Gone")
    await keep(redis, later)
    learned = Learned(version=1, target_version=2, score=0.9, reasons=("1 day later",))
    data = learned.model_dump_json()
    await redis.hset(related_key(MEETING.article_id), later.article_id, data)
    second = await again(api, first, STORY)
    assert second.status_code == 200
    assert "The Chief Has Gone" in second.text
    assert (await again(api, second, STORY)).status_code == 304
    await keep(redis, later.model_copy(update={"title": "The Chief Has Really Gone", "version": 1}))
    assert "Really Gone" in (await again(api, second, STORY)).text


async def test_an_entity_is_new_when_it_is_named_again(api: AsyncClient, redis: "Redis") -> None:
    path = "/entities/place:sund"
    first = await api.get(path)
    named = an_article(
        "named", title="Sund Votes", entities=FLOOD.entities, paragraphs=("Sund votes.",)
    )
    await keep(redis, named)
    await register(redis, named)
    after = await again(api, first, path)
    assert after.status_code == 200
    assert "Sund Votes" in after.text


async def test_another_build_makes_another_page(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    with time_machine.travel(datetime(2026, 3, 6, 12, 0, 1, tzinfo=UTC), tick=False):
        async with a_gateway(redis_url, tmp_path) as api:
            first = await api.get("/")
        async with a_gateway(redis_url, tmp_path, public_name="The Tide") as api:
            assert (await again(api, first, "/")).status_code == 200


async def test_a_page_from_before_the_engine_went_away_is_not_kept(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    engine = Failing(tmp_path)
    async with a_gateway(redis_url, tmp_path, engine=engine) as api:
        assert "etag" in (await api.get("/")).headers
        engine.down = True
        stale = await api.get("/")
        assert "Search is away just now" in stale.text
        assert "etag" not in stale.headers
