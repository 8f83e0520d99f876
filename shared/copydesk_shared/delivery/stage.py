"""A stage: all that one service does with its streams, for as long as it runs."""

import asyncio
import os
import random
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import structlog
from faststream.redis import RedisBroker
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from copydesk_shared import lua
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.delivery.brake import Brake
from copydesk_shared.delivery.consumer import Consumer, Handle
from copydesk_shared.delivery.context import StageContext
from copydesk_shared.delivery.entry import E
from copydesk_shared.delivery.reclaimer import Reclaimer
from copydesk_shared.delivery.stop_rule import StopRule
from copydesk_shared.delivery.turns import Turns
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.settings import DeliverySettings
from copydesk_shared.streams import DEAD, Stream
from copydesk_shared.switches import LOOK_EVERY_S, Switches

log: structlog.stdlib.BoundLogger = structlog.get_logger()

GAUGE_EVERY_S = 5.0
RETRY_S = 1.0


class Stage:
    """The consumers of a service with their reclaimers, heartbeat and housekeeping.

    Guarantee: every entry of a stream that is read ends acknowledged by its handler's script or in
    the dead stream, once, whatever dies in between; a handler may see an entry more than once.
    """

    def __init__(
        self,
        name: str,
        *,
        redis: "Redis",
        broker: RedisBroker,
        settings: DeliverySettings,
        metrics: DeliveryMetrics,
        places: int = 1,
    ) -> None:
        """`places` is how many chunks of entries are in work at a time in this process."""
        rule = StopRule(settings.stop_window, settings.stop_share, settings.stop_sources)
        self._brake = Brake(name, rule, metrics=metrics)
        self._switches = Switches(redis)
        self._context = StageContext(
            stage=name,
            # A name used by two processes would have them share their pending entries.
            consumer_name=f"{socket.gethostname()}-{os.getpid()}-{time.time_ns() // 1_000_000}",
            redis=redis,
            turns=Turns(places),
            places=places,
            brake=self._brake,
            reclaim_after=settings.reclaim_after,
            max_deliveries=settings.max_deliveries,
            metrics=metrics,
        )
        self._redis = redis
        self._broker = broker
        self._settings = settings
        self._metrics = metrics
        self._consumers: list[Consumer[Any]] = []
        self._ahead: tuple[str, int] | None = None
        self._beat = 0.0

    def read(
        self,
        stream: Stream[E],
        handle: Handle[E],
        *,
        batch: int,
        together: bool = False,
        urgency: int = 0,
    ) -> Consumer[E]:
        """Have `handle` see each entry of `stream` to its end, from the first entry ever added.

        `urgency` orders the streams of a stage: 0 goes first. Call before `run`.
        """
        consumer = Consumer(
            stream,
            handle,
            context=self._context,
            batch=batch,
            together=together,
            urgency=urgency,
        )
        self._consumers.append(consumer)
        return consumer

    def turn(self) -> AbstractAsyncContextManager[None]:
        """A turn among the most urgent entries, for work that comes from no stream."""
        return self._context.turns.turn(0)

    def wait_for(self, stream: Stream[Any], *, limit: int) -> None:
        """Read nothing while `stream`, which the handlers fill, has over `limit` entries.

        What is in hand is finished, so that it may end up longer by a batch. Call before `run`.
        """
        self._ahead = (stream.name, limit)

    async def run(self) -> None:
        """Read until cancelled. Redis may come and go: the loops wait and go on."""
        await self._until_done(self._make_groups)
        await self._until_done(self._watch)
        reclaim_every = self._settings.reclaim_after / 4
        async with asyncio.TaskGroup() as tasks:
            # A heartbeat that shared a loop with the reclaimer would stall behind its work.
            tasks.create_task(self._every(self._settings.reclaim_after / 3, self._heartbeat))
            for consumer in self._consumers:
                reclaimer = Reclaimer(consumer, context=self._context)
                tasks.create_task(self._every(reclaim_every, reclaimer.round))
            tasks.create_task(self._every(timedelta(seconds=LOOK_EVERY_S), self._watch))
            tasks.create_task(self._every(timedelta(seconds=GAUGE_EVERY_S), self._housekeeping))

    async def reading(self) -> str | None:
        """A readiness check: None while the streams are being read and the heartbeat beats.

        A pause is an operator's wish and a wait is back-pressure, neither a fault; a stop needs
        somebody to look.
        """
        if self._brake.stopped:
            return f"stopped: {self._brake.stopped}"
        if not self._all_read() and not self._brake.pulled:
            return "not reading"
        for consumer in self._consumers:
            if consumer.outage is not None:
                return f"waiting: {consumer.outage}"
        silent_s = time.monotonic() - self._beat
        if silent_s > max(10.0, 2 * self._settings.reclaim_after.total_seconds()):
            return f"no heartbeat for {silent_s:.0f} s"
        return None

    @property
    def paused(self) -> bool:
        """Whether an operator wants the stage to rest."""
        return self._brake.paused

    @property
    def role(self) -> str:
        """What readiness says of a stage without a fault: `paused`, `waiting` or `ready`."""
        if self._brake.paused:
            return "paused"
        return "waiting" if self._brake.waiting else "ready"

    async def _make_groups(self) -> None:
        for consumer in self._consumers:
            try:
                await self._redis.xgroup_create(
                    consumer.stream.name, consumer.stream.group, id="0", mkstream=True
                )
            except ResponseError as exc:
                if "BUSYGROUP" not in str(exc):
                    raise
        self._beat = time.monotonic()

    async def _begin(self) -> None:
        """Make the groups, then start reading: a group made by the reader would skip the past."""
        for consumer in self._consumers:
            await consumer.reader.stop()
        await self._make_groups()
        for consumer in self._consumers:
            await consumer.reader.start(self._broker)
        log.info("stage_reading", consumer=self._context.consumer_name)

    def _all_read(self) -> bool:
        return all(consumer.reader.reading for consumer in self._consumers)

    async def _watch(self) -> None:
        self._brake.heed(await self._switches.of(self._context.stage))
        if self._ahead:
            stream, limit = self._ahead
            self._brake.heed_queue(await self._redis.xlen(stream), limit=limit)
        if self._brake.pulled:
            for consumer in self._consumers:
                consumer.reader.rest()
        elif not self._all_read() and not any(
            consumer.reader.resting for consumer in self._consumers
        ):
            await self._begin()

    async def _heartbeat(self) -> None:
        holding = [consumer for consumer in self._consumers if consumer.held]
        await asyncio.gather(*(consumer.refresh(sorted(consumer.held)) for consumer in holding))
        if not holding:
            await self._redis.ping()
        self._beat = time.monotonic()

    async def _housekeeping(self) -> None:
        reap = lua.script(self._redis, "reap")
        expiry_ms = self._settings.consumer_expiry.total_seconds() * 1000
        for consumer in self._consumers:
            stream = consumer.stream
            self._metrics.backlog.labels(stream.name).set(await self._redis.xlen(stream.name))
            summary: Any = await self._redis.xpending(stream.name, stream.group)
            self._metrics.pending.labels(stream.name).set(summary["pending"])
            consumers: Any = await self._redis.xinfo_consumers(stream.name, stream.group)
            for known in consumers:
                idle = (
                    known["name"].decode() != self._context.consumer_name
                    and known["idle"] > expiry_ms
                )
                if idle and known["pending"] == 0:
                    await reap(keys=[stream.name], args=[stream.group, known["name"]])
        self._metrics.dead_letters.set(await self._redis.xlen(DEAD.name))

    async def _every(self, period: timedelta, act: Callable[[], Awaitable[None]]) -> None:
        """Act again and again, a jittered period from start to start; a fault of Redis only delays.

        Were it from end to start, a slow Redis would add its round trips to every heartbeat's wait.
        """
        while True:
            started = time.monotonic()
            await self._until_done(act)
            heed_cancellation()
            due = started + period.total_seconds() * random.uniform(0.8, 1.2)  # noqa: S311  # jitter
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _until_done(self, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await act()
            except ResponseError as exc:
                log.warning("redis_refused", error=str(exc))
                await asyncio.sleep(RETRY_S)
            except (RedisError, OSError) as exc:
                log.warning("redis_away", error=type(exc).__name__)
                await asyncio.sleep(RETRY_S)
            else:
                return
            heed_cancellation()
