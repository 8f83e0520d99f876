"""Back-pressure by memory: new articles are refused before Redis is in danger."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
import pytest
from httpx2 import AsyncClient
from redis.asyncio import Redis

from copydesk_shared.streams import ENRICHED
from copydesk_shared.testing.patience import eventually
from copydesk_shared.testing.valkey import valkey_server

Serve = Callable[..., AbstractAsyncContextManager[AsyncClient]]

NDJSON = {"Content-Type": "application/x-ndjson"}
MIB = 2**20


@pytest.fixture(scope="module")
def small_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey_server(tmp_path_factory.mktemp("small")) as url:
        yield url


def an_article(name: str, *, text: str = "The pier is to be rebuilt.") -> dict[str, str]:
    return {"source": "wire", "external_id": name, "content": text}


async def post_batch(client: AsyncClient, *articles: dict[str, str]) -> Any:
    body = b"\n".join(map(orjson.dumps, articles))
    return await client.post("/v1/articles:batch", content=body, headers=NDJSON)


async def fill(redis: "Redis", client: AsyncClient, share: float) -> None:
    """Set maxmemory so that what is used is `share` of it, and have ingest see it."""

    async def seen() -> bool:
        # Anew each time: a flush before frees its memory in the background.
        memory: Any = await redis.info("memory")
        await redis.config_set("maxmemory", int(memory["used_memory"] / share))
        metrics = (await client.get("/metrics")).text
        [line] = [m for m in metrics.splitlines() if m.startswith("copydesk_store_memory_share ")]
        return abs(float(line.split()[1]) - share) < 0.01

    await eventually(seen)


@pytest.fixture
async def small(small_url: str) -> AsyncIterator["Redis"]:
    redis = Redis.from_url(small_url)
    await redis.config_set("maxmemory", 0)
    await redis.flushall()
    # Ballast: what tests write must not move the share.
    await redis.set("ballast", b"x" * 32 * MIB)
    yield redis
    await redis.aclose()


async def test_bulk_is_refused_before_single_posts_and_corrections(
    serve: Serve, small: "Redis", small_url: str
) -> None:
    async with serve(small_url) as client:
        assert (await client.post("/v1/articles", json=an_article("known"))).status_code == 202
        await fill(small, client, 0.75)

        answer = await post_batch(
            client, an_article("new"), an_article("known", text="Corrected: no new pier, they say.")
        )
        refused, corrected = answer.json()["items"]
        assert (answer.status_code, refused["status"], corrected["status"]) == (207, 503, 202)
        assert refused["problem"]["code"] == "backlog_full"
        assert refused["problem"]["retry_after"] > 2
        assert "75%" in refused["problem"]["detail"]
        assert (await client.post("/v1/articles", json=an_article("new"))).status_code == 202


async def test_above_the_share_only_withdrawals_and_repeats_are_taken(
    serve: Serve, small: "Redis", small_url: str
) -> None:
    async with serve(small_url) as client:
        known = (await client.post("/v1/articles", json=an_article("known"))).json()
        await fill(small, client, 0.9)

        refused = await client.post("/v1/articles", json=an_article("new"))
        assert (refused.status_code, refused.json()["code"]) == (503, "backlog_full")
        assert refused.headers["Retry-After"] == str(refused.json()["retry_after"]) == "12"
        again = await client.post("/v1/articles", json=an_article("known"))
        assert (again.status_code, again.json()["duplicate"]) == (200, True)
        whole = await post_batch(client, an_article("new"), an_article("newer"))
        assert whole.status_code == 503
        assert int(whole.headers["Retry-After"]) > 12
        gone = await client.delete(f"/v1/articles/{known['article_id']}")
        assert gone.status_code == 202
        assert await small.xlen(ENRICHED.name) == 1

        await fill(small, client, 0.5)
        assert (await client.post("/v1/articles", json=an_article("new"))).status_code == 202


async def test_the_share_is_a_setting(serve: Serve, small: "Redis", small_url: str) -> None:
    async with serve(small_url, memory_limit_share=0.95) as client:
        await fill(small, client, 0.9)
        assert (await client.post("/v1/articles", json=an_article("new"))).status_code == 202
