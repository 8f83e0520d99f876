"""Previews, from ingest through an enrich replica and back, and what they leave behind: nothing."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from httpx2 import ASGITransport, AsyncClient, Response
from pydantic import SecretStr
from redis.asyncio import Redis

from copydesk_enrich.app import create_app as create_enrich
from copydesk_enrich.settings import EntityEngine
from copydesk_enrich.settings import Settings as EnrichSettings
from copydesk_ingest.app import create_app as create_ingest
from copydesk_ingest.settings import Settings as IngestSettings
from copydesk_shared import keys
from copydesk_shared.streams import DEAD, ENRICHED, RAW
from copydesk_shared.switches import Switches
from copydesk_shared.testing.patience import eventually

PATH = "/v1/articles:preview"
FERRY = {
    "source": "gazette",
    "external_id": "ferry",
    "title": "Night ferry returns to Ekholm",
    "published": "2026-11-01T06:00:00Z",
    "content": "The night ferry to Ekholm sails again from Friday, its owner said.\n\n"
    "Read More: Storm Closes the Harbour\n\nTickets cost what they did before the storm.",
}


@asynccontextmanager
async def an_ingest(redis_url: str, **settings: Any) -> AsyncIterator[AsyncClient]:
    app = create_ingest(IngestSettings(redis_url=SecretStr(redis_url), **settings))
    async with (
        app.router.lifespan_context(app),
        AsyncClient(
            transport=ASGITransport(app=app), base_url="http://ingest", timeout=60
        ) as client,
    ):
        yield client


@asynccontextmanager
async def an_enrich(redis_url: str, **settings: Any) -> AsyncIterator[AsyncClient]:
    """A replica that is ready; its pipeline obeys an article's title."""
    app = create_enrich(
        EnrichSettings(
            redis_url=SecretStr(redis_url),
            entities=EntityEngine.NONE,
            pipeline="enrich_poisons:Touchy",
            **settings,
        )
    )
    async with (
        app.start_lifespan_context(),
        AsyncClient(transport=ASGITransport(app=app), base_url="http://enrich") as client,
    ):

        async def ready() -> bool:
            return (await client.get("/health/ready")).status_code == 200

        await eventually(ready, within=60)
        yield client


@asynccontextmanager
async def a_desk(redis_url: str, **settings: Any) -> AsyncIterator[AsyncClient]:
    """Ingest, with a replica of enrich behind it."""
    async with an_enrich(redis_url), an_ingest(redis_url, **settings) as client:
        yield client


async def everything(redis: "Redis") -> Mapping[bytes, Any]:
    """All keys with their values, or their length where the value is a set's or a stream's."""
    found: dict[bytes, Any] = {}
    async for key in redis.scan_iter():
        match await redis.type(key):
            case b"hash":
                found[key] = await redis.hgetall(key)
            case b"stream":
                found[key] = await redis.xlen(key)
            case b"zset":
                found[key] = await redis.zrange(key, 0, -1, withscores=True)
            case b"list":
                found[key] = await redis.lrange(key, 0, -1)
            case _:
                found[key] = await redis.get(key)
    return found


async def posted(desk: AsyncClient, redis: "Redis", **fields: Any) -> None:
    """Post an article and wait until it is enriched."""
    answer = await desk.post("/v1/articles", json=FERRY | fields)
    assert answer.is_success, answer.text

    async def enriched() -> bool:
        return not await redis.xlen(RAW.name)

    await eventually(enriched, within=20)


def problem(answer: Response) -> tuple[int, str, list[str]]:
    body = answer.json()
    return answer.status_code, body["code"], [error["code"] for error in body.get("errors", ())]


async def test_a_preview_says_what_would_be_made_of_an_article_and_leaves_nothing(
    redis: "Redis", redis_url: str
) -> None:
    async with a_desk(redis_url) as desk:
        await posted(desk, redis, external_id="storm", title="Storm Closes the Harbour")
        before = await everything(redis)
        answer = await desk.post(PATH, json=FERRY)
        assert answer.status_code == 200, answer.text
        preview = answer.json()
        assert preview["article"]["title"] == FERRY["title"]
        assert [block["text"] for block in preview["removed_blocks"]] == [
            "Read More: Storm Closes the Harbour"
        ]
        assert preview["standing"]["outcome"] == "new"
        assert preview["duplicate_of"] is None
        (link,) = [
            one for one in preview["article"]["related_links"] if one["label"] == "Read More"
        ]
        assert link["article_id"] is not None
        assert await everything(redis) == before


async def test_the_article_comes_out_as_it_was_previewed(redis: "Redis", redis_url: str) -> None:
    async with a_desk(redis_url) as desk:
        preview = (await desk.post(PATH, json=FERRY)).json()["article"]
        await posted(desk, redis)
        again = (await desk.post(PATH, json=FERRY)).json()
        assert again["standing"] == {
            "outcome": "unchanged",
            "article_id": preview["article_id"],
            "version": 1,
        }
        assert again["duplicate_of"] == preview["article_id"]
        changing = {"pipeline", "related_links"}
        assert {
            name: value for name, value in again["article"].items() if name not in changing
        } == {name: value for name, value in preview.items() if name not in changing}


async def test_a_change_would_be_a_correction_and_a_late_one_superseded(
    redis: "Redis", redis_url: str
) -> None:
    async with a_desk(redis_url) as desk:
        await posted(desk, redis, modified="2026-11-01T08:00:00Z")
        for modified, outcome, version in (
            ("2026-11-01T09:00:00Z", "correction", 2),
            ("2026-11-01T07:00:00Z", "superseded", 1),
        ):
            changed = FERRY | {"title": "Night ferry is back", "modified": modified}
            preview = (await desk.post(PATH, json=changed)).json()
            assert (preview["standing"]["outcome"], preview["standing"]["version"]) == (
                outcome,
                version,
            )
            assert preview["article"]["version"] == version


async def test_any_form_of_one_article_can_be_previewed(redis: "Redis", redis_url: str) -> None:
    async with a_desk(redis_url) as desk:
        page = (
            "<article><h1>Crane falls</h1><p>A crane fell in the harbour on Tuesday.</p></article>"
        )
        for content_type, content in (
            ("text/html", page),
            ("text/plain", "A crane fell in the harbour on Tuesday. Nobody was hurt."),
        ):
            answer = await desk.post(
                PATH,
                content=content,
                params={"source": "gazette", "title": "Crane falls"},
                headers={"Content-Type": content_type},
            )
            assert answer.json()["article"]["title"] == "Crane falls", answer.text


async def test_what_holds_no_article_is_refused_at_the_door(redis: "Redis", redis_url: str) -> None:
    async with an_ingest(redis_url) as desk:
        refused = await desk.post(PATH, json=FERRY | {"content": "tiny"})
        assert problem(refused)[:2] == (422, "too_short")
        recalled = await desk.post(
            PATH,
            content=b'{"uri": "urn:ferry", "pubstatus": "canceled"}',
            headers={"Content-Type": "application/ninjs+json"},
        )
        assert problem(recalled)[:2] == (422, "nothing_to_preview")
        assert await everything(redis) == {}


async def test_poison_costs_its_own_answer_only(redis: "Redis", redis_url: str) -> None:
    async with a_desk(redis_url) as desk:
        failed = {"raise": "extraction_failed", "segfault": "worker_crashed", "retry": "later"}
        for title, code in failed.items():
            answer = await desk.post(PATH, json=FERRY | {"title": title})
            assert problem(answer) == (422, "preview_failed", [code])
        await posted(desk, redis)
        assert await redis.xlen(ENRICHED.name) == 1
        assert await redis.xlen(DEAD.name) == 0


async def test_an_article_that_takes_too_long_is_given_up_in_time(
    redis: "Redis", redis_url: str
) -> None:
    timeout = timedelta(seconds=3)
    async with an_enrich(redis_url), an_ingest(redis_url, preview_timeout=timeout) as desk:
        answer = await desk.post(PATH, json=FERRY | {"title": "sleep"})
        assert problem(answer)[:2] == (422, "timed_out")
        await posted(desk, redis)


async def test_where_no_replica_answers_the_request_is_forgotten(
    redis: "Redis", redis_url: str
) -> None:
    async with an_ingest(redis_url, preview_timeout=timedelta(seconds=0.3)) as desk:
        answer = await desk.post(PATH, json=FERRY)
        assert problem(answer)[:2] == (503, "preview_unanswered")
        assert int(answer.headers["Retry-After"]) > 0
        assert await everything(redis) == {}


async def test_a_paused_stage_answers_no_previews(redis: "Redis", redis_url: str) -> None:
    switches = Switches(redis)
    await switches.pause("enrich", by="test")
    async with (
        an_enrich(redis_url),
        an_ingest(redis_url, preview_timeout=timedelta(seconds=1.5)) as desk,
    ):
        answer = await desk.post(PATH, json=FERRY)
        assert problem(answer)[:2] == (503, "preview_unanswered")


async def test_no_more_previews_wait_than_are_allowed(redis: "Redis", redis_url: str) -> None:
    timeout = timedelta(seconds=60)
    async with an_ingest(redis_url, preview_timeout=timeout, previews_waiting=1) as desk:
        first = asyncio.create_task(desk.post(PATH, json=FERRY))

        async def waits() -> bool:
            return await redis.llen(keys.PREVIEWS) == 1

        await eventually(waits)
        second = await desk.post(PATH, json=FERRY)
        assert problem(second)[:2] == (503, "preview_busy")
        assert int(second.headers["Retry-After"]) > 0
        async with an_enrich(redis_url):
            assert (await first).status_code == 200
