"""Durability: what ingest promises, the server has to do, or nothing is accepted."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from redis.asyncio import Redis
from structlog.testing import CapturingLogger

from copydesk_ingest import store_watch
from copydesk_ingest.group_commit import GroupCommit
from copydesk_shared import lua
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.streams import RAW
from copydesk_shared.testing.patience import eventually
from copydesk_shared.testing.valkey import valkey_server

Serve = Callable[..., AbstractAsyncContextManager[AsyncClient]]

ARTICLE = {"source": "wire", "external_id": "7", "content": "The pier is to be rebuilt."}
KEY = {"Idempotency-Key": "one"}
SYNCED: dict[str, Any] = {"appendonly": "yes", "appendfsync": "always"}


def without(command: str) -> dict[str, Any]:
    """The setting of a server that does not know the command."""
    return {"rename-command": f'{command} ""'}


async def reasons(client: AsyncClient) -> dict[str, str]:
    checks: dict[str, str] = (await client.get("/health/ready")).json()["checks"]
    return checks


async def is_ready(client: AsyncClient) -> bool:
    return (await client.get("/health/ready")).status_code == 200


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"appendonly": "no"}, "appendonly is no"),
        ({"appendonly": "yes", "appendfsync": "everysec"}, "appendfsync is everysec"),
    ],
    ids=["no file", "everysec"],
)
async def test_fsync_on_a_server_that_does_less_is_unready_and_takes_nothing(
    serve: Serve, tmp_path: Path, config: dict[str, Any], said: str
) -> None:
    with valkey_server(tmp_path, **config) as url:
        async with serve(url, durability="fsync") as client:

            async def told() -> bool:
                return (await reasons(client)).get("durability", "").startswith(said)

            await eventually(told)
            offers = [
                client.post("/v1/articles", json=ARTICLE),
                client.post("/v1/articles:batch", json=[ARTICLE]),
                client.delete("/v1/articles/00000000-0000-0000-0000-000000000000"),
            ]
            for refused in await asyncio.gather(*offers):
                assert (refused.status_code, refused.json()["code"]) == (503, "not_durable")
                assert refused.headers["Retry-After"]
            redis = Redis.from_url(url)
            assert await redis.dbsize() == 0
            for name, value in SYNCED.items():
                await redis.config_set(name, value)
            await redis.aclose()
            await eventually(lambda: is_ready(client))
            assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202


async def test_fsync_on_a_server_that_hides_its_settings_is_unready(
    serve: Serve, tmp_path: Path
) -> None:
    with valkey_server(tmp_path, **SYNCED, **without("CONFIG")) as url:
        async with serve(url, durability="fsync") as client:

            async def told() -> bool:
                return "unknown" in (await reasons(client)).get("durability", "")

            await eventually(told)


async def test_fsync_does_without_waitaof_on_a_server_that_does_not_know_it(
    serve: Serve, tmp_path: Path
) -> None:
    with valkey_server(tmp_path, **SYNCED, **without("WAITAOF")) as url:
        async with serve(url, durability="fsync") as client:
            await eventually(lambda: is_ready(client))
            assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202


async def test_everysec_without_a_file_warns_and_goes_on(
    serve: Serve, redis_url: str, redis: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    told = CapturingLogger()
    # The module's own logger may have been bound to another test's output long ago.
    monkeypatch.setattr(store_watch, "log", told)
    async with serve(redis_url) as client:
        await eventually(lambda: any("durability_mismatch" in call.args for call in told.calls))
        assert await is_ready(client)
        assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202


async def test_unconfirmed_article_is_a_503_and_its_repeat_the_same_article(
    serve: Serve, tmp_path: Path
) -> None:
    with valkey_server(tmp_path, **SYNCED) as url:
        redis = Redis.from_url(url)
        timeout = timedelta(milliseconds=600)
        async with serve(url, durability="fsync", accept_timeout=timeout) as client:
            await eventually(lambda: is_ready(client))
            # Between two looks of the watch the server ceases to sync: only WAITAOF notices.
            await redis.config_set("appendfsync", "no")
            refused = await client.post("/v1/articles", json=ARTICLE, headers=KEY)
            assert (refused.status_code, refused.json()["code"]) == (503, "not_durable")
            await redis.config_set("appendfsync", "always")
            await eventually(lambda: is_ready(client))

            repeated = await client.post("/v1/articles", json=ARTICLE, headers=KEY)
            assert repeated.status_code == 202
            assert repeated.headers["Idempotent-Replayed"] == "true"
            again = await client.post("/v1/articles", json=ARTICLE)
            assert (again.status_code, again.json()["duplicate"]) == (200, True)
            assert again.json()["submission_id"] == repeated.json()["submission_id"]
            assert await redis.xlen(RAW.name) == 1
        await redis.aclose()


@asynccontextmanager
async def group_commit(redis: "Redis") -> AsyncIterator[GroupCommit]:
    commits = GroupCommit(redis, timeout=timedelta(seconds=1), queue_limit=10, fsync=True)
    task = asyncio.create_task(commits.run())
    yield commits
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_server_without_a_file_confirms_nothing(redis: "Redis") -> None:
    async with group_commit(redis) as commits:
        for _ in range(2):
            with pytest.raises(DependencyDownError) as refusal:
                await commits.call(lua.script(redis, "held"), keys=["s"], args=["g", "c"])
            assert refusal.value.code == "not_durable"


async def test_article_accepted_under_fsync_survives_a_kill_of_redis_at_once(
    serve: Serve, tmp_path: Path
) -> None:
    accepted: list[str] = []
    with valkey_server(tmp_path, **SYNCED) as url:
        redis = Redis.from_url(url)
        server: Any = await redis.info("server")
        async with serve(url, durability="fsync") as client:
            await eventually(lambda: is_ready(client))
            for number in range(50):
                article = ARTICLE | {"external_id": str(number)}
                answer = await client.post("/v1/articles", json=article)
                accepted.append(answer.json()["submission_id"])
            os.kill(server["process_id"], signal.SIGKILL)
        await redis.aclose()
    with valkey_server(tmp_path, **SYNCED) as url:
        redis = Redis.from_url(url)
        rows: Any = await redis.xrange(RAW.name)
        stored = b"".join(fields[b"__data__"] for _, fields in rows).decode()
        assert len(rows) == len(accepted) == 50
        assert all(submission in stored for submission in accepted)
        await redis.aclose()
