"""Ingest that an operator has paused takes nothing in, and answers everything else."""

import pytest
from httpx2 import AsyncClient
from redis.asyncio import Redis

from copydesk_shared.switches import Switches
from copydesk_shared.testing.patience import eventually

TEXT = b"The harbour bridge is closed to lorries until its cables are mended."
PLAIN = {"Content-Type": "text/plain"}
NDJSON = {"Content-Type": "application/x-ndjson"}


async def status(client: AsyncClient) -> str:
    return str((await client.get("/health/ready")).json()["status"])


@pytest.fixture
async def accepted(redis: "Redis", client: AsyncClient) -> dict[str, str]:
    """An article from before the pause; ingest is paused when the test begins."""
    answer = await client.post("/v1/articles", headers=PLAIN, content=TEXT)
    assert answer.status_code == 202
    await Switches(redis).pause("ingest", by="nia")

    async def paused() -> bool:
        return await status(client) == "paused"

    await eventually(paused)
    found: dict[str, str] = answer.json()
    return found


@pytest.mark.usefixtures("accepted")
async def test_posts_are_refused_for_now(client: AsyncClient) -> None:
    answers = [
        await client.post("/v1/articles", headers=PLAIN, content=TEXT),
        await client.put("/v1/sources/desk/articles/1", headers=PLAIN, content=TEXT),
        await client.post("/v1/articles:batch", headers=NDJSON, content=b'{"content": "x"}'),
    ]
    for answer in answers:
        assert answer.status_code == 503
        assert answer.json()["code"] == "paused"
        assert int(answer.headers["Retry-After"]) > 0


async def test_receipts_are_read_and_articles_withdrawn(
    client: AsyncClient, accepted: dict[str, str]
) -> None:
    receipt = await client.get(accepted["status_url"])
    assert receipt.json()["outcome"] == "accepted"
    withdrawal = await client.delete(f"/v1/articles/{accepted['article_id']}")
    assert withdrawal.status_code == 202


@pytest.mark.usefixtures("accepted")
async def test_paused_is_ready(client: AsyncClient) -> None:
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "paused", "checks": {}})


@pytest.mark.usefixtures("accepted")
async def test_resumed_ingest_takes_articles_in(redis: "Redis", client: AsyncClient) -> None:
    await Switches(redis).resume("ingest")

    async def ready() -> bool:
        return await status(client) == "ready"

    await eventually(ready)
    answer = await client.post("/v1/articles", headers=PLAIN, content=TEXT + b" Again.")
    assert answer.status_code == 202
