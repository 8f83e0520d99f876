"""The formats over HTTP: what a publisher's system posts is accepted, corrected and taken back."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from httpx2 import AsyncClient
from redis.asyncio import Redis

from copydesk_shared import streams
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.switches import Switches
from copydesk_shared.testing.patience import eventually

Queued = Callable[..., Awaitable[list[ArticleSubmitted]]]

SAMPLES = Path(__file__).parents[3] / "samples" / "formats"
NINJS = {"Content-Type": "application/ninjs+json"}
KILL = {"uri": "urn:newsml:veldapress.example:20261110:ferry-0118", "pubstatus": "canceled"}


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


async def test_a_feed_is_a_batch_and_posted_again_no_news(
    client: AsyncClient, queued: Queued
) -> None:
    for status in (202, 200):
        answer = await client.post(
            "/v1/articles:batch",
            content=sample("ferry.rss"),
            headers={"Content-Type": "application/rss+xml; charset=utf-8"},
        )
        assert answer.status_code == 207
        full, short = answer.json()["items"]
        assert (full["status"], short["status"]) == (status, status)
        assert {warning["code"] for warning in short["warnings"]} >= {"summary_only"}
    events = await queued(streams.RAW_BULK.name)
    assert [event.external_id for event in events] == ["hfm-30611", "hfm-30612"]
    assert events[0].images[0].href == "https://harbourfm.example/uploads/jorun.jpg"


async def test_the_same_post_by_its_feed_and_by_its_api_is_one_article(
    client: AsyncClient,
) -> None:
    post = sample("ferry.wordpress.json")
    answer = await client.post("/v1/articles?format=wordpress", content=post, headers=_json())
    corrected = post.replace(b"takes over", b"took over")
    again = await client.post("/v1/articles", content=corrected, headers=_json())
    assert answer.json()["article_id"] == again.json()["article_id"]
    assert (answer.json()["version"], again.json()["version"]) == (1, 2)
    assert [warning["code"] for warning in again.json()["warnings"]] == ["format_assumed"]


async def test_a_canceled_item_withdraws_its_article(client: AsyncClient) -> None:
    unknown = await client.post("/v1/articles", json=KILL, headers=NINJS)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    posted = await client.post("/v1/articles", content=sample("ferry.ninjs3.json"), headers=NINJS)
    killed = await client.post("/v1/articles", json=KILL, headers=NINJS)
    assert killed.status_code == 202
    assert killed.json()["article_id"] == posted.json()["article_id"]
    assert killed.json()["version"] == 2
    again = await client.post("/v1/articles", json=KILL, headers=NINJS)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)


async def test_a_batch_publishes_and_withdraws_in_its_order(client: AsyncClient) -> None:
    item = orjson.dumps(orjson.loads(sample("ferry.ninjs3.json")))
    kill = orjson.dumps(KILL)
    answer = await client.post(
        "/v1/articles:batch?format=ninjs",
        content=b"\n".join((item, kill, item)),
        headers={"Content-Type": "application/x-ndjson"},
    )
    items = answer.json()["items"]
    assert [(one["status"], one["version"]) for one in items] == [(202, 1), (202, 2), (202, 3)]


async def test_a_kill_passes_while_ingest_is_paused(client: AsyncClient, redis: "Redis") -> None:
    await client.post("/v1/articles", content=sample("ferry.ninjs3.json"), headers=NINJS)
    await Switches(redis).pause("ingest", by="nia")

    async def paused() -> bool:
        return str((await client.get("/health/ready")).json()["status"]) == "paused"

    await eventually(paused)
    assert (await client.post("/v1/articles", json=KILL, headers=NINJS)).status_code == 202


async def test_a_feed_is_no_single_article(client: AsyncClient) -> None:
    answer = await client.post(
        "/v1/articles",
        content=sample("ferry.rss"),
        headers={"Content-Type": "application/rss+xml"},
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "/v1/articles:batch" in answer.json()["detail"]


def _json() -> dict[str, str]:
    return {"Content-Type": "application/json"}
