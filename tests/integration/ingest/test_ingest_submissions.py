"""Receipts over HTTP: now, or at the end of a wait."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from time import monotonic
from typing import Any

import pytest
from httpx2 import AsyncClient
from redis.asyncio import Redis

from copydesk_shared import keys
from copydesk_shared.testing.patience import eventually

Serve = Callable[..., AbstractAsyncContextManager[AsyncClient]]

TEXT = "The harbour council voted on Tuesday to rebuild the old pier."


async def post(client: AsyncClient, **fields: Any) -> str:
    response = await client.post("/v1/articles", json={"content": TEXT} | fields)
    return str(response.json()["submission_id"])


async def end(redis: "Redis", submission_id: str, outcome: str) -> None:
    await redis.hset(
        keys.receipt(submission_id), mapping={"outcome": outcome, "ended_ms": 1_800_000_000_000}
    )


async def test_a_receipt_says_where_the_submission_stands(client: AsyncClient) -> None:
    submission_id = await post(client)
    receipt = (await client.get(f"/v1/submissions/{submission_id}")).json()
    assert receipt["outcome"] == "accepted"
    assert receipt["ended_at"] is None


@pytest.mark.parametrize("submission_id", ["0-unknown", "x" * 5000, "%00", "..%2f"])
@pytest.mark.parametrize("query", ["", "?wait=indexed&timeout=30"])
async def test_an_unknown_submission_is_a_404_at_once(
    client: AsyncClient, submission_id: str, query: str
) -> None:
    start = monotonic()
    response = await client.get(f"/v1/submissions/{submission_id}{query}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert monotonic() - start < 15


@pytest.mark.parametrize("outcome", ["indexed", "dead", "superseded", "withdrawn"])
async def test_a_wait_ends_with_any_end(client: AsyncClient, redis: "Redis", outcome: str) -> None:
    submission_id = await post(client)
    address = f"/v1/submissions/{submission_id}?wait=indexed&timeout=30"
    waiting = asyncio.create_task(client.get(address))
    await end(redis, submission_id, "enriched")
    await eventually(lambda: not waiting.done())
    await end(redis, submission_id, outcome)
    receipt = (await asyncio.wait_for(waiting, timeout=5)).json()
    assert receipt["outcome"] == outcome
    assert receipt["ended_at"]
    assert (await client.get(address)).json() == receipt


async def test_a_wait_that_runs_out_gives_the_receipt_as_it_stands(client: AsyncClient) -> None:
    submission_id = await post(client)
    start = monotonic()
    response = await client.get(f"/v1/submissions/{submission_id}?wait=indexed&timeout=0.2")
    assert 0.2 <= monotonic() - start < 10
    assert (response.status_code, response.json()["outcome"]) == (200, "accepted")


async def test_many_wait_and_each_gets_its_own_end(client: AsyncClient, redis: "Redis") -> None:
    ids = [await post(client, external_id=str(i)) for i in range(20)]
    waiting = [
        asyncio.create_task(client.get(f"/v1/submissions/{i}?wait=indexed&timeout=30"))
        for i in [*ids, *ids]
    ]
    calls_before = await _calls(redis, "hmget")
    for number, submission_id in enumerate(ids):
        await end(redis, submission_id, "dead" if number % 2 else "indexed")
    answers = [response.json() for response in await asyncio.gather(*waiting)]
    assert [answer["submission_id"] for answer in answers] == [*ids, *ids]
    assert [a["outcome"] for a in answers] == ["indexed", "dead"] * 20
    # One read each at first, then one of each awaited receipt a poll, however many wait for it.
    assert await _calls(redis, "hmget") - calls_before < 500


async def _calls(redis: "Redis", command: str) -> int:
    stats: Any = await redis.info("commandstats")
    return int(stats.get(f"cmdstat_{command}", {"calls": 0})["calls"])


async def test_a_receipt_that_vanishes_ends_the_wait(client: AsyncClient, redis: "Redis") -> None:
    submission_id = await post(client)
    address = f"/v1/submissions/{submission_id}?wait=indexed&timeout=30"
    waiting = asyncio.create_task(client.get(address))
    await eventually(lambda: not waiting.done())
    await redis.delete(keys.receipt(submission_id))
    assert (await asyncio.wait_for(waiting, timeout=5)).status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?wait=enriched", "invalid_parameter"),
        ("?wait=indexed&timeout=61", "invalid_parameter"),
        ("?wait=indexed&timeout=-1", "invalid_parameter"),
        ("?wait=indexed&timeout=nan", "invalid_parameter"),
        ("?wiat=indexed", "unknown_parameter"),
    ],
)
async def test_a_bad_parameter_is_a_400_by_name(client: AsyncClient, query: str, code: str) -> None:
    response = await client.get(f"/v1/submissions/{await post(client)}{query}")
    assert (response.status_code, response.json()["code"]) == (400, code)


async def test_a_receipt_of_a_foreign_type_is_a_503(client: AsyncClient, redis: "Redis") -> None:
    submission_id = await post(client)
    await redis.set(keys.receipt(submission_id), "foreign")
    for query in ("", "?wait=indexed"):
        response = await client.get(f"/v1/submissions/{submission_id}{query}")
        assert (response.status_code, response.json()["code"]) == (503, "store_fault")
    await redis.delete(keys.receipt(submission_id))
    await redis.hset(
        keys.receipt(submission_id),
        mapping={"article_id": "a", "version": "x", "outcome": "?", "accepted_ms": 1},
    )
    response = await client.get(f"/v1/submissions/{submission_id}")
    assert (response.status_code, response.json()["code"]) == (503, "store_fault")
