"""The watch over Redis: how full it is, and whether it keeps what ingest promises."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_ingest.metrics import IngestMetrics
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.durability import UNKNOWN, Durability, shortfall
from copydesk_shared.store_memory import StoreMemory

log: structlog.stdlib.BoundLogger = structlog.get_logger()

LOOK_EVERY_S: Final = 0.25
"""A look costs Redis 0.1 ms. What is accepted between two is added up here."""

KEPT_BESIDES: Final = 2_000
"""Bytes that Redis needs for an article beside its text and raw: receipt, aliases, trace, keys.

Measured with Valkey 9 on texts of 100 to 12,000 characters: 1,600 to 2,100.
"""


class StoreWatch:
    """Looks four times a second. While Redis is away, what it said last stands."""

    def __init__(self, redis: "Redis", *, durability: Durability, metrics: IngestMetrics) -> None:
        self._redis = redis
        self._durability = durability
        self._metrics = metrics
        self._shortfall: str | None = None
        self._seen = StoreMemory(used=0, limit=0)
        self._accepted_since = 0
        self._under_way = 0
        self.not_durable: str | None = (
            "Redis was not asked yet" if durability is Durability.FSYNC else None
        )
        """Why nothing may be accepted: the mode is `fsync`, and the server does not do that."""

    @property
    def memory(self) -> StoreMemory:
        """As last seen, with what was accepted since, and what may be: it is under way."""
        used = self._seen.used + self._accepted_since + self._under_way
        return StoreMemory(used=used, limit=self._seen.limit)

    @contextmanager
    def under_way(self, size: int) -> Iterator[None]:
        """Count an article whose text and raw are so many bytes while Redis has not answered."""
        self._under_way += size + KEPT_BESIDES
        try:
            yield
        finally:
            self._under_way -= size + KEPT_BESIDES

    def note_accepted(self, size: int) -> None:
        """Count such an article as stored, before the next look can see it."""
        self._accepted_since += size + KEPT_BESIDES

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            try:
                await self._look()
            except (RedisError, OSError):
                # Readiness says so, and nothing is accepted meanwhile.
                log.debug("store_unwatched")
            heed_cancellation()
            await asyncio.sleep(LOOK_EVERY_S)

    async def check(self) -> str | None:
        """A readiness check: `fsync` is kept."""
        return self.not_durable

    async def _look(self) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.info("memory")
            pipe.config_get("append*")
            memory, config = await pipe.execute(raise_on_error=False)
        if isinstance(memory, RedisError):
            raise memory
        self._seen, self._accepted_since = StoreMemory.of(memory), 0
        self._metrics.memory_share.set(self._seen.share)
        # A managed Redis may refuse CONFIG: then its settings are unknown, and `fsync` unproven.
        found = {} if isinstance(config, RedisError) else config
        self._judge(
            shortfall(
                self._durability,
                appendonly=found.get("appendonly", UNKNOWN),
                appendfsync=found.get("appendfsync", UNKNOWN),
            )
        )

    def _judge(self, found: str | None) -> None:
        if found and found != self._shortfall:
            log.warning("durability_mismatch", durability=self._durability, found=found)
        self._shortfall = found
        if self._durability is Durability.FSYNC:
            self.not_durable = found
