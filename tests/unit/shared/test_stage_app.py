"""The shell of a stage, seen over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from httpx2 import ASGITransport, AsyncClient
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from copydesk_shared.broker import stream_broker
from copydesk_shared.stage_app import stage_app


@asynccontextmanager
async def no_work() -> AsyncIterator[None]:
    yield


async def test_a_stage_describes_itself_without_another_hosts_scripts() -> None:
    app = stage_app(
        "enrich",
        stream_broker(SecretStr("redis://127.0.0.1:1/0")),
        description="Enriches.",
        checks={},
        role=lambda: "ready",
        registry=CollectorRegistry(),
        lifespan=no_work,
    )
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://stage") as client:
        answer = await client.get("/docs")
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()["info"]["title"] == "Copydesk enrich"
        # FastStream's way to publish from the page: nobody asked who does.
        assert (await client.post("/docs/try", json={})).status_code == 404
