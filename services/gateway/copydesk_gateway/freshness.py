"""How near search is to what was accepted: read from the streams, at most once a second."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

from redis.asyncio import Redis

from copydesk_shared.streams import ENRICHED, EVENTS, RAW, RAW_BULK, entry_ms

KEPT_S: Final = 1.0
WORK: Final = (RAW, RAW_BULK, ENRICHED)


@dataclass(frozen=True)
class Freshness:
    """When an article last became searchable, and what is still on its way.

    `waiting` counts accepted articles and withdrawals; the first of them has waited `lag_s`.
    `newest_indexed_at` is None when nothing was indexed in the last seven days.
    """

    newest_indexed_at: datetime | None
    age_s: float | None
    waiting: int
    lag_s: float


class FreshnessWatch:
    """Raises RedisError. Work streams hold only what is not finished, so their ends tell."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._lock = asyncio.Lock()
        self._kept: Freshness | None = None
        self._until = 0.0

    async def now(self) -> Freshness:
        async with self._lock:
            if self._kept is None or monotonic() >= self._until:
                self._kept = await self._read()
                self._until = monotonic() + KEPT_S
            return self._kept

    async def _read(self) -> Freshness:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.xrevrange(EVENTS.name, count=1)
            for stream in WORK:
                pipe.xlen(stream.name)
                pipe.xrange(stream.name, count=1)
            time, newest, *rest = await pipe.execute()
        now = time[0] + time[1] / 1_000_000
        oldest = [_second(entries) for entries in rest[1::2] if entries]
        indexed = _second(newest) if newest else None
        return Freshness(
            newest_indexed_at=None if indexed is None else datetime.fromtimestamp(indexed, UTC),
            age_s=None if indexed is None else round(max(0.0, now - indexed), 3),
            waiting=sum(rest[::2]),
            lag_s=round(max(0.0, now - min(oldest, default=now)), 3),
        )


def _second(entries: Any) -> float:
    """The time in the id of the first entry of an answer."""
    return entry_ms(entries[0][0]) / 1000
