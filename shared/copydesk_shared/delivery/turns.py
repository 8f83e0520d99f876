"""Turns: so many pieces of work at a time in a process, the most urgent first."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

_Waiter = tuple[int, int, int, asyncio.Future[None]]
"""Urgency, arrival, how many places it takes, and what it is woken by."""


class Turns:
    """Places for work, given by urgency (0 first), then in order of arrival.

    Nobody overtakes whoever is next, however few places he needs: work that wants to be alone
    gets its turn. A single post thus waits for at most the `places` articles in work.
    """

    def __init__(self, places: int = 1) -> None:
        self._places = places
        self._free = places
        self._arrivals = count()
        self._waiting: list[_Waiter] = []

    @asynccontextmanager
    async def turn(self, urgency: int, *, alone: bool = False) -> AsyncIterator[None]:
        """Work beside the others, or `alone`: then nothing else is at work in the process."""
        places = self._places if alone else 1
        await self._take(urgency, places)
        try:
            yield
        finally:
            self._free += places
            self._serve()

    async def _take(self, urgency: int, places: int) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._arrivals), places, waiter))
        self._serve()
        try:
            await waiter
        except asyncio.CancelledError:
            # The turn may have been given to us in the very moment we were cancelled; if not,
            # those behind us may have been waiting for us alone.
            if not waiter.cancelled():
                self._free += places
            self._serve()
            raise

    def _serve(self) -> None:
        while self._waiting:
            *_, needed, waiter = self._waiting[0]
            if not waiter.done():
                if needed > self._free:
                    return
                self._free -= needed
                waiter.set_result(None)
            heapq.heappop(self._waiting)
