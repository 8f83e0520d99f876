"""Redis for the commands of an operator, who works beside the services and not through them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from copydesk.display import without_password
from copydesk.failures import CommandError, Exit
from copydesk.run_file import read_run
from copydesk_shared.broker import connect

DEFAULT_URL = "redis://127.0.0.1:6379/0"


def redis_address(given: str | None, *, data_dir: Path) -> str:
    """Said, else read from a running stack, else the usual port."""
    run = None if given else read_run(data_dir)
    return given or (run.urls.get("redis") if run else None) or DEFAULT_URL


@asynccontextmanager
async def redis_at(url: str) -> AsyncIterator["Redis"]:
    """A client; CommandError when the server does not answer, or refuses."""
    try:
        redis = connect(SecretStr(url))
    except ValueError as exc:
        raise CommandError(f"not an address of Redis: {exc}", exit_code=Exit.USAGE) from exc
    try:
        yield redis
    except (RedisConnectionError, RedisTimeoutError, OSError) as exc:
        raise CommandError(
            f"no answer from {without_password(url)} ({type(exc).__name__}); is it up? "
            "See --redis-url and --data-dir",
            exit_code=Exit.UNREACHABLE,
        ) from exc
    except RedisError as exc:
        raise CommandError(f"Redis refused: {exc}") from exc
    finally:
        await redis.aclose()
