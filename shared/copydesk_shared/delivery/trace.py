"""What delivery tells the traces of articles, beside what the finishing scripts tell."""

import asyncio
from collections.abc import Sequence

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_shared import keys, lua, trace
from copydesk_shared.delivery.entry import Delivered, names_in

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class DeliveryTrace:
    """Appends to traces for one consumer, and has nobody wait; a fault only leaves a gap."""

    def __init__(self, redis: "Redis", *, stage: str, consumer: str) -> None:
        self._redis = redis
        self._stage = stage
        self._consumer = consumer
        self._script = lua.script(redis, "trace_event")
        self._writing: set[asyncio.Task[None]] = set()

    def append(self, event: str, entries: Sequence[Delivered], *, code: str | None = None) -> None:
        """One event for each entry, in one round trip, some time soon."""
        task = asyncio.create_task(self._append(event, entries, code), name="delivery_trace")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _append(self, event: str, entries: Sequence[Delivered], code: str | None) -> None:
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for delivered in entries:
                    await self._add(pipe, event, delivered, code)
                await pipe.execute()
        except (RedisError, OSError) as exc:
            log.warning("trace_incomplete", error=type(exc).__name__)

    async def _add(self, pipe: "Redis", event: str, delivered: Delivered, code: str | None) -> None:
        names = names_in(delivered.data)
        if not names.article_id:
            return
        await self._script(
            keys=[keys.trace(names.article_id)],
            args=[
                trace.event(
                    event,
                    version=names.version,
                    submission_id=names.submission_id,
                    stage=self._stage,
                    consumer=self._consumer,
                    deliveries=delivered.deliveries,
                    code=code,
                )
            ],
            client=pipe,
        )
