# redis-py has it so
"""One actor at a time: every call to Redis or the engine is a place where another may go on.

Each actor is a coroutine with a gate, which it passes before and after each of its calls. The
scheduler lets one actor through and waits until it stands at its gate again, so that an example
runs the same way each time. An actor may be frozen for a while, as by SIGSTOP or a slow network,
or be ended at its gate, as by kill -9.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from copydesk_index.engines.port import WriteReport
from copydesk_shared.search_schema import SearchDocument

STAYS = 0.4
FREEZES = 0.05
LONGEST_FREEZE = 60
KILLS = 0.004
"""A step's chances: that the last actor goes on, that one is frozen, and for how many steps at
most, that it is killed."""


class Gate:
    """Where an actor waits for its turn."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        self.frozen_until = 0
        self._turn = asyncio.Event()

    async def __call__(self) -> None:
        self._turn.clear()
        self.waiting.set()
        await self._turn.wait()

    def open(self) -> None:
        self.waiting.clear()
        self._turn.set()


Life = Callable[[Gate], Awaitable[None]]


class Scheduler:
    """Runs actors to their end; more than `most` steps mean that something hangs."""

    def __init__(self, rng: Random, *, most: int) -> None:
        self._rng = rng
        self._most = most
        self._tasks: dict[Gate, asyncio.Task[None]] = {}
        self._mortal: dict[Gate, Life] = {}
        self._steps = 0

    def start(self, life: Life, *, mortal: bool = False) -> None:
        """Add an actor; when a mortal one is killed, another begins the same life."""
        gate = Gate()
        if mortal:
            self._mortal[gate] = life
        self._tasks[gate] = asyncio.create_task(_from_the_gate_on(gate, life))

    async def run(self) -> None:
        last: Gate | None = None
        try:
            for gate in list(self._tasks):
                await self._parked(gate)
            while self._tasks:
                self._steps += 1
                assert self._steps < self._most, "the actors come to no end"
                last = self._next(last)
                if last in self._mortal and self._rng.random() < KILLS:
                    await self._kill(last)
                else:
                    last.open()
                    await self._parked(last)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _kill(self, gate: Gate) -> None:
        task = self._tasks.pop(gate)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        known = set(self._tasks)
        self.start(self._mortal.pop(gate), mortal=True)
        for successor in set(self._tasks) - known:
            await self._parked(successor)

    async def _parked(self, gate: Gate) -> None:
        """Until the actor waits again, or has ended; what it raised is raised here."""
        task = self._tasks[gate]
        waiting = asyncio.create_task(gate.waiting.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            del self._tasks[gate]
            task.result()

    def _next(self, last: Gate | None) -> Gate:
        rng, awake = self._rng, [g for g in self._tasks if g.frozen_until <= self._steps]
        if last in awake and rng.random() < STAYS:
            return last
        picked = rng.choice(awake or list(self._tasks))
        if rng.random() < FREEZES:
            picked.frozen_until = self._steps + rng.randint(1, LONGEST_FREEZE)
        return picked


async def _from_the_gate_on(gate: Gate, life: Life) -> None:
    await gate()
    await life(gate)


class GatedPipeline(Pipeline):
    gate: Gate

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        await self.gate()
        replies = await super().execute(raise_on_error)
        await self.gate()
        return replies


class GatedRedis(Redis):
    """A client of the same connections as `redis`, whose every call passes the gate twice."""

    def __init__(self, redis: "Redis", gate: Gate) -> None:
        super().__init__(connection_pool=redis.connection_pool)
        self._gate = gate

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        await self._gate()
        reply = await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # redis-py
        await self._gate()
        return reply

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> GatedPipeline:
        pipe = GatedPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipe.gate = self._gate
        return pipe


class GatedEngine:
    """A search engine in a dict that all replicas share; this one's calls pass the gate."""

    def __init__(self, held: dict[str, int], gate: Gate | None = None) -> None:
        self._held = held
        self._gate = gate

    async def begun(self) -> int:
        return 0

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def healthy(self) -> bool:
        return True

    async def displaced(self) -> None:
        await asyncio.Event().wait()

    async def write(self, upserts: Sequence[SearchDocument], deletes: Sequence[str]) -> WriteReport:
        await self._pass()
        for article_id in deletes:
            self._held.pop(article_id, None)
        self._held.update({document.id: document.version for document in upserts})
        await self._pass()
        return WriteReport()

    async def versions(self, article_ids: Sequence[str]) -> Mapping[str, int]:
        await self._pass()
        found = {i: self._held[i] for i in article_ids if i in self._held}
        await self._pass()
        return found

    async def _pass(self) -> None:
        if self._gate:
            await self._gate()
