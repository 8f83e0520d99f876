"""Connections to Redis: the client for the scripts, and FastStream's broker for the streams."""

from collections.abc import Sequence
from typing import Any

from faststream import BaseMiddleware
from faststream.redis import RedisBroker
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

CONNECT_TIMEOUT_S = 2.0
REPLY_TIMEOUT_S = 5.0
RETRIES = 5
"""Tries of one command when the connection breaks: about two seconds in all. Every script that
writes is safe to repeat: hand-offs are fenced by XACK, accept by the submission id."""


STREAM_RETRY_S = 0.5
"""How often a stream's reader tries again while Redis is away, for as long as that is. A reader
that gave up would be left asleep by FastStream for 5 s, whenever Redis came back."""

READER_TIMEOUT_S = 2.0
READER_RETRIES = 1
"""Somebody waits for a page: a broken connection is replaced, and a silent server given up in 4 s,
where the others would wait for half a minute."""


def connect(redis_url: SecretStr) -> "Redis":
    """A client with time-outs that repeats a command whose connection broke. Connects lazily."""
    return Redis.from_url(redis_url.get_secret_value(), **_options())


def connect_reader(redis_url: SecretStr) -> "Redis":
    """A client for short reads on somebody's behalf, which gives up soon. Connects lazily."""
    options = _options(reply_timeout_s=READER_TIMEOUT_S, retries=READER_RETRIES)
    return Redis.from_url(redis_url.get_secret_value(), **options)


def stream_broker(
    redis_url: SecretStr, *, middlewares: Sequence[type[BaseMiddleware] | Any] = ()
) -> RedisBroker:
    """FastStream's broker, which outlasts Redis' absence.

    It is quiet: its default logger costs a third of the throughput.
    """
    return RedisBroker(
        redis_url.get_secret_value(),
        logger=None,  # type: ignore[arg-type]  # documented as "no logs", typed without None
        apply_types=False,
        middlewares=middlewares,
        graceful_timeout=10.0,
        **_options() | {"retry": Retry(ConstantBackoff(STREAM_RETRY_S), -1)},
    )


def _options(*, reply_timeout_s: float = REPLY_TIMEOUT_S, retries: int = RETRIES) -> dict[str, Any]:
    return {
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": reply_timeout_s,
        "retry": Retry(ExponentialBackoff(cap=1.0, base=0.05), retries),
        "retry_on_error": [RedisConnectionError, RedisTimeoutError],
    }
