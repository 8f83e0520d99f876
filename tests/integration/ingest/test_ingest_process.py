"""The service as it runs in production: its own process, uvicorn, a socket."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx2
import pytest
from redis.asyncio import Redis

from copydesk_shared import streams
from copydesk_shared.testing.patience import eventually

TEXT = "The harbour council voted on Tuesday to rebuild the old pier."
STARTS_WITHIN = 30.0


@pytest.fixture
def process(redis_url: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "COPYDESK_REDIS_URL": redis_url,
        "COPYDESK_PORT": str(port),
        "COPYDESK_ENVIRONMENT": "production",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "copydesk_ingest"], env=environment, stderr=subprocess.PIPE
    ) as running:
        yield running, f"http://127.0.0.1:{port}"
        running.kill()


async def ready(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx2.TransportError:
        return False


async def test_the_process_survives_hostile_bodies_and_stops_when_told(
    redis: "Redis", process: tuple[subprocess.Popen[bytes], str]
) -> None:
    running, url = process
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        await eventually(lambda: ready(client), within=STARTS_WITHIN)
        headers = {"Content-Type": "text/plain"}
        huge = await client.post("/v1/articles", content=b"x" * (20 * 2**20), headers=headers)
        assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")
        bomb = await client.post(
            "/v1/articles", content=b"<b>" * 10**6, headers={"Content-Type": "text/html"}
        )
        assert (bomb.status_code, bomb.json()["code"]) == (422, "too_deep")
        assert await redis.dbsize() == 0
        accepted = await client.post("/v1/articles", json={"content": TEXT})
        assert accepted.status_code == 202
    running.send_signal(signal.SIGTERM)
    _, logged = running.communicate(timeout=20)
    assert running.returncode in {0, -signal.SIGTERM}
    assert b"Traceback" not in logged


async def test_what_was_accepted_survives_kill_9(
    redis: "Redis", process: tuple[subprocess.Popen[bytes], str]
) -> None:
    running, url = process
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        await eventually(lambda: ready(client), within=STARTS_WITHIN)
        accepted = await client.post("/v1/articles", json={"content": TEXT})
        running.kill()
    assert accepted.status_code == 202
    assert await redis.xlen(streams.RAW.name) == 1
