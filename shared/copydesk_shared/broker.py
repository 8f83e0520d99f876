"""Connections to Redis: the client for the scripts, and FastStream's broker for the streams."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from faststream import BaseMiddleware
from faststream.redis import RedisBroker
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

CONNECT_TIMEOUT_S = 2.0
REPLY_TIMEOUT_S = 5.0
RETRIES = 5
"""Tries of one command when the connection breaks: about two seconds in all. Every script that
writes is safe to repeat: hand-offs are fenced by XACK, accept by the submission id."""

WAIT_STEP_S = 0.5


def connect(redis_url: SecretStr) -> "Redis":
    """A client with time-outs that repeats a command whose connection broke. Connects lazily."""
    return Redis.from_url(redis_url.get_secret_value(), **_options())


def stream_broker(
    redis_url: SecretStr, *, middlewares: Sequence[type[BaseMiddleware] | Any] = ()
) -> RedisBroker:
    """FastStream's broker, quiet: its default logger costs a third of the throughput."""
    return RedisBroker(
        redis_url.get_secret_value(),
        logger=None,  # type: ignore[arg-type]  # documented as "no logs", typed without None
        apply_types=False,
        middlewares=middlewares,
        graceful_timeout=10.0,
        **_options(),
    )


async def wait_for_redis(redis: "Redis") -> None:
    """Return once Redis answers; say so while it does not."""
    while True:
        try:
            await redis.ping()
        except (RedisError, OSError) as exc:
            log.warning("waiting_for_redis", error=type(exc).__name__)
            await asyncio.sleep(WAIT_STEP_S)
        else:
            return


def _options() -> dict[str, Any]:
    return {
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": REPLY_TIMEOUT_S,
        "retry": Retry(ExponentialBackoff(cap=1.0, base=0.05), RETRIES),
        "retry_on_error": [RedisConnectionError, RedisTimeoutError],
    }
