"""The reclaimer: brings back entries that a dead or slow replica left, and those that failed.

An entry is due when it has been idle for `reclaim_after` times the number of its deliveries, so
that failures are retried ever more slowly. After its first delivery it is taken in a batch with
its neighbours; later singly, so that only an entry that ran alone can be charged with a crash.
XPENDING tells the count without raising it, and XCLAIM's minimum idle time lets exactly one
replica win.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import structlog

from copydesk_shared.delivery.consumer import Consumer
from copydesk_shared.delivery.context import StageContext
from copydesk_shared.delivery.entry import Delivered

log: structlog.stdlib.BoundLogger = structlog.get_logger()

PAGE = 100
MAX_PAGES = 20


@dataclass(frozen=True)
class Pending:
    """An entry that was delivered `deliveries` times and not finished."""

    entry_id: str
    idle_ms: int
    deliveries: int


class Reclaimer:
    """Reclaims for one consumer, in the same turns as its fresh entries."""

    def __init__(self, consumer: Consumer[Any], *, context: StageContext) -> None:
        self._consumer = consumer
        self._redis = context.redis
        self._stage = context.stage
        self._turns = context.turns
        self._brake = context.brake
        self._metrics = context.metrics
        self._idle_ms = max(1, int(context.reclaim_after.total_seconds() * 1000))
        self._max_deliveries = context.max_deliveries

    async def round(self) -> None:
        """Take what is due now: first the batch of those delivered once, then the others singly."""
        if self._brake.pulled:
            return
        once: list[Pending] = []
        often: list[Pending] = []
        async for pending in self._due():
            (once if pending.deliveries <= 1 else often).append(pending)
        for start in range(0, len(once), self._consumer.batch):
            await self._reclaim(once[start : start + self._consumer.batch])
        for pending in often:
            await self._reclaim([pending], alone=True)

    async def _due(self) -> AsyncIterator[Pending]:
        stream, start = self._consumer.stream, "-"
        for _ in range(MAX_PAGES):
            page: Any = await self._redis.xpending_range(
                stream.name, stream.group, start, "+", PAGE, idle=self._idle_ms
            )
            for row in page:
                pending = Pending(
                    row["message_id"].decode(), row["time_since_delivered"], row["times_delivered"]
                )
                waited_enough = pending.idle_ms >= self._idle_ms * pending.deliveries
                if waited_enough and pending.entry_id not in self._consumer.held:
                    yield pending
            if len(page) < PAGE:
                return
            start = f"({page[-1]['message_id'].decode()}"

    async def _reclaim(self, due: list[Pending], *, alone: bool = False) -> None:
        # The turn comes first: between claim and work lies no waiting in which a kill of this
        # process would be charged to the entry.
        async with self._turns.turn(self._consumer.urgency, alone=alone):
            claimed = [] if self._brake.pulled else await self._claim(due)
            if not claimed:
                return
            self._metrics.reclaimed.labels(self._stage).inc(len(claimed))
            log.info("entries_reclaimed", entries=len(claimed), deliveries=claimed[0].deliveries)
            ids = {delivered.entry_id for delivered in claimed}
            self._consumer.held |= ids
            self._consumer.note_reclaimed(claimed)
            try:
                for chunk in self._consumer.chunks(claimed):
                    await self._consumer.work(chunk)
            finally:
                self._consumer.held -= ids

    async def _claim(self, due: list[Pending]) -> list[Delivered]:
        stream = self._consumer.stream
        exhausted = [p for p in due if p.deliveries >= self._max_deliveries]
        for pending in exhausted:
            found: Any = await self._redis.xrange(stream.name, pending.entry_id, pending.entry_id)
            if not found:
                # Deleted by someone: there is nothing to bury. XCLAIM forgets younger ones itself.
                await self._redis.xack(stream.name, stream.group, pending.entry_id)
            for entry_id, fields in found:
                await self._consumer.bury_exhausted(
                    Delivered.of(entry_id, fields, deliveries=pending.deliveries)
                )
        deliveries = {p.entry_id: p.deliveries + 1 for p in due if p not in exhausted}
        if not deliveries:
            return []
        rows: Any = await self._redis.xclaim(
            stream.name, stream.group, self._consumer.name, self._idle_ms, list(deliveries)
        )
        return [
            Delivered.of(entry_id, fields, deliveries=deliveries[entry_id.decode()])
            for entry_id, fields in rows
            if fields is not None
        ]
