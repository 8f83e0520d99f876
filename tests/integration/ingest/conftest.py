"""The ingest service in the test's own process, over a real Valkey."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr
from redis.asyncio import Redis

from copydesk_ingest.app import create_app
from copydesk_ingest.settings import Settings
from copydesk_shared import streams
from copydesk_shared.contracts.submission import ArticleSubmitted

Serve = Callable[..., AbstractAsyncContextManager[AsyncClient]]
Everything = Callable[[], Awaitable[dict[bytes, object]]]
Queued = Callable[..., Awaitable[list[ArticleSubmitted]]]


@asynccontextmanager
async def _serve(redis_url: str, **settings: Any) -> AsyncIterator[AsyncClient]:
    app = create_app(Settings(redis_url=SecretStr(redis_url), **settings))
    transport = ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=transport, base_url="http://ingest", timeout=60) as client,
    ):
        yield client


@pytest.fixture
def serve() -> Serve:
    """Start the service on a Redis; an error that nobody foresaw fails the test."""
    return _serve


@pytest.fixture
async def client(redis: "Redis", redis_url: str) -> AsyncIterator[AsyncClient]:
    async with _serve(redis_url) as client:
        yield client


@pytest.fixture
def everything(redis: "Redis") -> Everything:
    """All that the server holds, to see that a refusal leaves it as it was."""

    async def snapshot() -> dict[bytes, object]:
        return {key: await _value(redis, key) async for key in redis.scan_iter()}

    return snapshot


async def _value(redis: "Redis", key: bytes) -> object:
    """Not DUMP: the order in which that writes a hash may change by itself."""
    match await redis.type(key):
        case b"hash":
            return await redis.hgetall(key)
        case b"stream":
            return await redis.xrange(key)
        case b"zset":
            return await redis.zrange(key, 0, -1, withscores=True)
        case b"list":
            return await redis.lrange(key, 0, -1)
        case _:
            return await redis.get(key)


@pytest.fixture
def queued(redis: "Redis") -> Queued:
    """The events that wait in a raw stream."""

    async def events(stream: str = streams.RAW.name) -> list[ArticleSubmitted]:
        entries: list[Any] = await redis.xrange(stream) or []
        data = streams.DATA_FIELD.encode()
        return [ArticleSubmitted.model_validate_json(entry[data]) for _, entry in entries]

    return events
