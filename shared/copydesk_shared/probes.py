"""Liveness and readiness: alive means the process turns, ready means it can do its work."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from redis.asyncio import Redis
from redis.exceptions import RedisError

Check = Callable[[], Awaitable[str | None]]
"""Answers None when all is well, else the reason in a few words."""

CHECK_TIMEOUT_S = 2.0


async def readiness(
    checks: Mapping[str, Check], *, role: str = "ready"
) -> tuple[HTTPStatus, dict[str, object]]:
    """Run the checks side by side: 200 and `role` when all pass, else 503 and the reasons."""
    reasons = dict(
        zip(checks, await asyncio.gather(*(_run(check) for check in checks.values())), strict=True)
    )
    failing = {name: reason for name, reason in reasons.items() if reason is not None}
    if failing:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"status": "unready", "checks": failing}
    return HTTPStatus.OK, {"status": role, "checks": {}}


async def _run(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await check()
    except TimeoutError:
        return "no answer in time"


def redis_check(redis: "Redis") -> Check:
    """Redis answers a PING."""

    async def check() -> str | None:
        try:
            await redis.ping()
        except (RedisError, OSError) as exc:
            return type(exc).__name__
        return None

    return check


def json_bytes(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
