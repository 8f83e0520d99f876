"""What durability costs: posts a second at `everysec` and at `fsync`, in one run, in turns.

Redis and ingest only, 32 connections, articles of 3 KB. The disk decides: see what is printed about
one fsync. Run it with `python bench/durability.py`.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from flood import percentile
from raw_http import Connection

from copydesk_shared.durability import Durability
from copydesk_shared.testing.valkey import free_port, valkey_server

CONNECTIONS = 32
SECONDS = 5.0
ROUNDS = 3
TEXT = "The harbour board has put off its vote on the new pier once more. " * 45


@asynccontextmanager
async def ingest(folder: Path, durability: Durability) -> AsyncIterator[str]:
    """Ingest over a Redis that does as it promises; its address, once it is ready."""
    with valkey_server(folder, appendonly="yes", appendfsync=durability.appendfsync) as redis_url:
        port = free_port()
        environment = {
            **os.environ,
            "COPYDESK_PORT": str(port),
            "COPYDESK_REDIS_URL": redis_url,
            "COPYDESK_DURABILITY": durability,
            "COPYDESK_LOG_LEVEL": "error",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "copydesk_ingest", env=environment, stderr=subprocess.DEVNULL
        )
        try:
            await _ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()


async def _ready(url: str) -> None:
    connection = Connection(url)
    while True:
        try:
            if (await connection.send("GET", "/health/ready")).status == 200:
                break
        except OSError:
            pass
        await asyncio.sleep(0.05)
    await connection.close()


async def post(url: str) -> list[float]:
    """Post for a while; the seconds that each took. Anything but a 202 ends the run."""
    numbers, took = count(), list[float]()
    deadline = time.perf_counter() + SECONDS

    async def publisher() -> None:
        connection = Connection(url)
        while (began := time.perf_counter()) < deadline:
            number = str(next(numbers))
            article = {"source": "bench", "external_id": number, "content": number + TEXT}
            answer = await connection.send("POST", "/v1/articles", json.dumps(article).encode())
            assert answer.status == 202, answer
            took.append(time.perf_counter() - began)
        await connection.close()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(publisher())
    return took


def fsync_s(folder: Path) -> float:
    """Seconds for 4 KB to reach this disk: the median of 50."""
    took = []
    with (folder / "probe").open("wb") as probe:
        for _ in range(50):
            probe.write(b"x" * 4096)
            probe.flush()
            began = time.perf_counter()
            os.fsync(probe.fileno())
            took.append(time.perf_counter() - began)
    return percentile(took, 0.5)


async def main() -> None:
    table = Table("round", "durability", "posts/s", "p50", "p99")
    for round_ in range(1, ROUNDS + 1):
        for durability in Durability:
            with tempfile.TemporaryDirectory() as folder:
                async with ingest(Path(folder), durability) as url:
                    took = await post(url)
                one = fsync_s(Path(folder))
            table.add_row(
                str(round_),
                durability,
                f"{len(took) / SECONDS:.0f}",
                *(f"{percentile(took, share) * 1000:.1f} ms" for share in (0.5, 0.99)),
            )
    table.caption = f"one fsync of 4 KB here: {one * 1000:.2f} ms"
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
