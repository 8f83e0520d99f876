"""Probes, metrics, the reference, and stopping."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import AsyncClient, ConnectError
from newsroom import MEETING, fill
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared.testing.patience import eventually


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


async def test_probes(api: AsyncClient) -> None:
    assert (await api.get("/health/live")).json()["status"] == "alive"
    ready = await api.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": {}})


async def test_metrics_count_searches_and_requests_by_route(api: AsyncClient) -> None:
    await api.get("/v1/search", params={"q": "sund"})
    await api.get("/v1/search", params={"q": '"no such phrase"', "sort": "newest"})
    await api.get(f"/v1/articles/{MEETING.article_id}")
    await api.get("/nowhere")
    text = (await api.get("/metrics")).text
    assert 'copydesk_search_seconds_count{kind="words",sort="relevance"} 1.0' in text
    assert 'copydesk_search_zero_results_total{kind="syntax"} 1.0' in text
    assert (
        'copydesk_http_requests_total{method="GET",route="/v1/articles/{article_id}",status="200"}'
        " 1.0" in text
    )
    assert 'copydesk_http_requests_total{method="GET",route="unmatched",status="404"} 1.0' in text
    assert MEETING.article_id not in text


async def test_the_reference_names_every_parameter(api: AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    assert "422" not in str(document["paths"])
    page = await api.get("/docs")
    assert page.status_code == 200
    for parameter in document["paths"]["/v1/search"]["get"]["parameters"]:
        assert f"<code>{parameter['name']}</code>" in page.text


async def test_a_request_id_is_kept(api: AsyncClient) -> None:
    answer = await api.get("/health/live", headers={"X-Request-Id": "reader-7"})
    assert answer.headers["x-request-id"] == "reader-7"


async def test_the_process_starts_from_its_environment_and_stops_on_sigterm(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "COPYDESK_REDIS_URL": redis_url,
        "COPYDESK_SEARCH_DIR": str(tmp_path),
        "COPYDESK_PORT": str(port),
        "COPYDESK_ENVIRONMENT": "production",
    }
    gateway = subprocess.Popen(  # noqa: ASYNC220  # it must outlive this line, and is ended below
        [sys.executable, "-m", "copydesk_gateway"], env=environment, stderr=subprocess.PIPE
    )
    try:
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}") as api:

            async def ready() -> bool:
                try:
                    return (await api.get("/health/ready")).status_code == 200
                except ConnectError:
                    return False

            await eventually(ready, within=20)
        gateway.send_signal(signal.SIGTERM)
        _, log = gateway.communicate(timeout=10)
    finally:
        gateway.kill()
        gateway.wait()
    assert b'"event": "gateway_stopped"' in log
