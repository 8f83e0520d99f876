"""How the supervisor learns that a part can do its work."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2

from copydesk.ports import LOOPBACK

Ready = Callable[[], Awaitable[bool]]
"""Asks once; never raises, and answers within a few seconds."""

ANSWER_TIMEOUT_S = 5.0


def service_ready(port: int) -> Ready:
    """`GET /health/ready` succeeds."""

    async def ready() -> bool:
        # The environment may name a proxy, which has no business on loopback.
        async with httpx2.AsyncClient(trust_env=False, timeout=ANSWER_TIMEOUT_S) as client:
            try:
                answer = await client.get(f"http://{LOOPBACK}:{port}/health/ready")
            except httpx2.HTTPError:
                return False
            return answer.is_success

    return ready


def redis_ready(port: int) -> Ready:
    """A PING gets its PONG; while the append-only file loads, Redis answers otherwise."""

    async def ready() -> bool:
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                reader, writer = await asyncio.open_connection(LOOPBACK, port)
                try:
                    writer.write(b"PING\r\n")
                    return (await reader.readline()).startswith(b"+PONG")
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False

    return ready
