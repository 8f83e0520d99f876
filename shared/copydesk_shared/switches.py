"""The operator's switches: pause a stage, resume it. Each stage looks at its own every second."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import orjson
from redis.asyncio import Redis

from copydesk_shared import keys

STAGES: Final = ("ingest", "enrich", "index")
LOOK_EVERY_S: Final = 1.0


@dataclass(frozen=True)
class Paused:
    """`by` says who, for the eyes of other operators."""

    since: datetime
    by: str


@dataclass(frozen=True)
class Switch:
    """`resumes` counts the `resume`s ever given: a stage that stopped itself goes on at the next.

    A count and no time, so that no two clocks are compared.
    """

    paused: Paused | None = None
    resumes: int = 0


class Switches:
    """The switches of all stages."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def of(self, stage: str) -> Switch:
        return (await self._of([stage]))[0]

    async def all(self) -> list[Switch]:
        """The switch of each of `STAGES`, in their order: one round trip."""
        return await self._of(STAGES)

    async def _of(self, stages: Sequence[str]) -> list[Switch]:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(keys.PAUSED, stages)
            pipe.hmget(keys.RESUMES, stages)
            paused, resumes = await pipe.execute()
        return [
            Switch(_paused(note), int(count or 0))
            for note, count in zip(paused, resumes, strict=True)
        ]

    async def pause(self, stage: str, *, by: str) -> bool:
        """False when it was paused already, by whoever did so first."""
        note = orjson.dumps({"since_ms": time.time_ns() // 1_000_000, "by": by})
        return bool(await self._redis.hsetnx(keys.PAUSED, stage, note.decode()))

    async def resume(self, stage: str) -> bool:
        """Let the stage go on, also one that stopped itself; False when it was not paused."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(keys.PAUSED, stage)
            pipe.hincrby(keys.RESUMES, stage, 1)
            was_paused, _ = await pipe.execute()
        return bool(was_paused)


def _paused(note: bytes | None) -> Paused | None:
    if note is None:
        return None
    said = orjson.loads(note)
    return Paused(datetime.fromtimestamp(said["since_ms"] / 1000, UTC), str(said["by"]))
