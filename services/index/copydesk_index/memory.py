"""When Redis will be full, told from how its memory has grown.

Method: a straight line by least squares through the samples of the last 24 hours, one a minute, so
that a whole day with its peaks and its night counts. The samples are kept in memory: after a start
the forecast is absent for ten minutes and rough for a day.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_shared.cancellation import heed_cancellation

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EVERY_S: Final = 60.0
WINDOW: Final = 24 * 60
ENOUGH: Final = 10
DAY_S: Final = 86_400.0


class MemoryForecast:
    """Days until the memory is full, of (seconds, bytes) samples in order of time."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque(maxlen=WINDOW)

    def add(self, at_s: float, used: int) -> None:
        self._samples.append((at_s, used))

    def days_to_full(self, limit: int) -> float:
        """NaN when there is no limit or too little known, infinite when memory does not grow."""
        if not limit or len(self._samples) < ENOUGH:
            return math.nan
        growth = self._growth()
        if growth <= 0:
            return math.inf
        return max(0.0, (limit - self._samples[-1][1]) / growth / DAY_S)

    def _growth(self) -> float:
        """Bytes a second: the slope of the line."""
        count = len(self._samples)
        mean_at = sum(at for at, _ in self._samples) / count
        mean_used = sum(used for _, used in self._samples) / count
        spread = sum((at - mean_at) ** 2 for at, _ in self._samples)
        return sum((at - mean_at) * (used - mean_used) for at, used in self._samples) / spread


class MemoryWatch:
    """Exports the forecast for one server."""

    def __init__(
        self,
        redis: "Redis",
        *,
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis = redis
        self._clock = clock
        self._forecast = MemoryForecast()
        self._gauge = Gauge(
            "copydesk_days_to_full",
            "Days until Redis holds its maxmemory, by the growth of the last 24 hours.",
            registry=registry,
        )
        self._gauge.set(math.nan)

    async def sample(self) -> None:
        memory: dict[str, Any] = await self._redis.info("memory")
        self._forecast.add(self._clock(), int(memory["used_memory"]))
        self._gauge.set(self._forecast.days_to_full(int(memory["maxmemory"])))

    async def run(self) -> None:
        """Sample for ever; a minute without Redis is a sample less."""
        while True:
            try:
                await self.sample()
            except (RedisError, OSError) as exc:
                log.debug("memory_unknown", error=str(exc))
            heed_cancellation()
            await asyncio.sleep(EVERY_S)
