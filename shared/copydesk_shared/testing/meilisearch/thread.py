"""The stand-in in a thread of the test's process, on a free loopback port."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from copydesk_shared.testing.meilisearch.server import LoopbackMeilisearch


@contextmanager
def loopback_meilisearch(*, key: str | None = None, port: int = 0) -> Iterator[LoopbackMeilisearch]:
    """Serve until the block ends; `url`, `knobs` and `exchanges` are for the test."""
    # The socket listens before the server runs, so that no client comes too early.
    with socket.create_server(("127.0.0.1", port)) as listening:
        loopback = LoopbackMeilisearch(
            key=key, url=f"http://127.0.0.1:{listening.getsockname()[1]}"
        )
        server = uvicorn.Server(
            uvicorn.Config(loopback.app, log_level="warning", ws="none", lifespan="on")
        )
        thread = Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield loopback
        finally:
            server.should_exit = True
            thread.join()
