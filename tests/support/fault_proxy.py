"""A way to Redis that is slow, or that breaks in the middle of replies."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

CHUNK_BYTES: Final = 64 * 2**10


def never() -> bool:
    return False


@dataclass
class Proxy:
    """The knobs of a running proxy, for a test to turn; they hold for each chunk of a reply.

    `delay_s` is waited before a chunk is passed on. When `cuts` says so, a chunk is passed on only
    up to a place that `pick` chooses, and the connection is closed.
    """

    url: str
    delay_s: float = 0.0
    cuts: Callable[[], bool] = never
    pick: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311  # seeded
    cut: int = 0
    """How many connections were cut."""

    async def pass_on(self, reply: bytes, writer: asyncio.StreamWriter) -> bool:
        """Give the chunk to the client; False when the connection is to end there."""
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.cuts():
            self.cut += 1
            writer.write(reply[: self.pick.randrange(len(reply))])
            return False
        writer.write(reply)
        await writer.drain()
        return True


@asynccontextmanager
async def a_proxy(port: int) -> AsyncIterator[Proxy]:
    """Pass connections on to the server on that loopback port, until the block ends."""
    open_ways: set[asyncio.Task[None]] = set()

    async def way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_ways.add(task)
        with suppress(OSError, asyncio.CancelledError):
            await _join(proxy, reader, writer, port=port)
        open_ways.discard(task)

    server = await asyncio.start_server(way, "127.0.0.1", 0)
    proxy = Proxy(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    try:
        yield proxy
    finally:
        server.close()
        ways = list(open_ways)
        for each in ways:
            each.cancel()
        await asyncio.gather(*ways)


async def _join(
    proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, port: int
) -> None:
    """Pass on what either end sends, until one of them ends."""
    replies, requests = await asyncio.open_connection("127.0.0.1", port)

    async def ask() -> None:
        while data := await reader.read(CHUNK_BYTES):
            requests.write(data)
            await requests.drain()
        requests.close()

    asking = asyncio.create_task(ask())
    try:
        while data := await replies.read(CHUNK_BYTES):
            if not await proxy.pass_on(data, writer):
                break
    finally:
        asking.cancel()
        requests.close()
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await asking
