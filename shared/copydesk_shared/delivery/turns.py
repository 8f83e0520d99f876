"""Turns: one piece of work at a time in a process, the most urgent first."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class Turns:
    """A lock whose waiters are served by urgency (0 first), then in order of arrival.

    A single post thus waits for at most the one bulk article that is being worked on.
    """

    def __init__(self) -> None:
        self._taken = False
        self._arrivals = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def turn(self, urgency: int) -> AsyncIterator[None]:
        if self._taken:
            await self._wait(urgency)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, urgency: int) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._arrivals), waiter))
        try:
            await waiter
        except asyncio.CancelledError:
            # The turn may have been given to us in the very moment we were cancelled.
            if waiter.done() and not waiter.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            _, _, waiter = heapq.heappop(self._waiting)
            if not waiter.done():
                waiter.set_result(None)
                return
        self._taken = False
