"""The gateway as it runs: a real HTTP server on loopback, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from httpx2 import AsyncClient
from pydantic import SecretStr

from copydesk_gateway.app import create_app
from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.settings import Settings
from copydesk_shared.testing.patience import eventually


@asynccontextmanager
async def a_gateway(
    redis_url: str,
    search_dir: Path,
    *,
    engine: SearchEngine | None = None,
    search_url: str | None = None,
    **more: Any,
) -> AsyncIterator[AsyncClient]:
    """A client of a running gateway; its `base_url` is the address, `more` are more settings."""
    settings = Settings(
        redis_url=SecretStr(redis_url), search_dir=search_dir, search_url=search_url, **more
    )
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, engine=engine),
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )
    )
    # asyncio turns Nagle's algorithm off only where the protocol is named: else 40 ms an answer.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await eventually(lambda: server.started or running.done())
            async with AsyncClient(base_url=address, timeout=20) as client:
                yield client
        finally:
            server.should_exit = True
            await running
