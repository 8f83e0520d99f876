"""A consumer of one stream: hands entries to a handler and sees each to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic

import structlog
from redis.exceptions import RedisError

from copydesk_shared import lua
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.delivery.context import StageContext
from copydesk_shared.delivery.dead_letters import DeadLetters
from copydesk_shared.delivery.entry import Delivered, E, Entry, names_in, parse
from copydesk_shared.delivery.outages import is_outage
from copydesk_shared.delivery.reader import Reader
from copydesk_shared.delivery.stop_rule import UNEXPECTED
from copydesk_shared.delivery.trace import DeliveryTrace
from copydesk_shared.errors import CopydeskError, PermanentError
from copydesk_shared.logging import bind
from copydesk_shared.streams import Stream

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Handle = Callable[[Sequence[Entry[E]], "Consumer[E]"], Awaitable[None]]
"""Sees each entry to its end: by a script that acknowledges it, or by `Consumer.fail`.

An outage that it raises (`is_outage`) is waited for, and the same entries are handed over again.
What else it raises while it has a single entry counts as `fail` of that entry. When it raises with
several, all stay pending, and the reclaimer brings them again, at last one by one.
"""

FIRST_PAUSE_S: Final = 0.2
LAST_PAUSE_S: Final = 5.0


class Consumer(Generic[E]):
    """Entries of `stream`, at most `batch` a read, handed over `together` or one at a time."""

    def __init__(
        self,
        stream: Stream[E],
        handle: Handle[E],
        *,
        context: StageContext,
        batch: int,
        together: bool,
        urgency: int,
    ) -> None:
        self.stream: Stream[E] = stream
        self.batch = batch
        self.urgency = urgency
        self.name = context.consumer_name
        self._handle: Handle[E] = handle
        self._together = together
        self._stage = context.stage
        self._turns = context.turns
        self._brake = context.brake
        self._max_deliveries = context.max_deliveries
        self._metrics = context.metrics
        self._dead_letters = DeadLetters(
            context.redis, stage=context.stage, consumer=context.consumer_name
        )
        self._trace = DeliveryTrace(
            context.redis, stage=context.stage, consumer=context.consumer_name
        )
        self._held_script = lua.script(context.redis, "held")
        self._uncharge_script = lua.script(context.redis, "uncharge")
        self._places = context.places
        self._failed: set[str] = set()
        self._outages: dict[str, str] = {}
        self.reader = Reader(stream, consumer=self.name, batch=batch, take=self.take)
        self.held: set[str] = set()
        """Entries that this process works on or has waiting; the heartbeat keeps them its own."""

    @property
    def outage(self) -> str | None:
        """What the work is waiting for, while it does."""
        return next(iter(self._outages.values()), None)

    async def take(self, entries: Sequence[Delivered]) -> None:
        """Work through delivered entries, holding each until it has ended or is left pending.

        They begin in order. As many as the stage has places are in work at a time.
        """
        ids = {entry.entry_id for entry in entries}
        self.held |= ids
        chunks = self.chunks(entries)
        remaining = iter(chunks)

        async def work_on() -> None:
            for chunk in remaining:
                async with self._turns.turn(self.urgency):
                    await self.work(chunk)
                self.held.difference_update(entry.entry_id for entry in chunk)

        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(min(self._places, len(chunks))):
                    tasks.create_task(work_on())
        finally:
            self.held -= ids
        if self._brake.pulled:
            self.reader.rest()

    def chunks(self, entries: Sequence[Delivered]) -> list[Sequence[Delivered]]:
        return [entries] if self._together else [[entry] for entry in entries]

    async def work(self, chunk: Sequence[Delivered]) -> None:
        """Handle one chunk; never raises, but for cancellation.

        A stopped stage lets go of it: its entries stay pending, for good code to take over.
        """
        if self._brake.stopped:
            await self._uncharge(chunk)
            return
        parsed: list[Entry[E]] = []
        with self._metrics.seconds.labels(self._stage).time():
            for delivered in chunk:
                try:
                    parsed.append(parse(delivered, self.stream))
                except PermanentError as exc:
                    await self._end(delivered, exc)
            if len(parsed) == 1:
                await self._work_alone(parsed[0])
            elif parsed:
                await self._work_together(parsed)
        for delivered in chunk:
            if delivered.entry_id not in self._failed:
                self._brake.finished(delivered.entry_id)
            self._failed.discard(delivered.entry_id)

    async def fail(self, entry: Entry[E], error: Exception) -> None:
        """Decide by the error's type: dead-letter, or leave pending for a later try."""
        await self._end(entry.delivered, error)

    async def still_held(self, entries: Sequence[Entry[E]]) -> list[Entry[E]]:
        """Those entries that no other replica has taken over; their idle time starts anew."""
        if not entries:
            return []
        ids = await self.refresh([entry.entry_id for entry in entries])
        return [entry for entry in entries if entry.entry_id in ids]

    async def refresh(self, entry_ids: Sequence[str]) -> set[str]:
        answer = await self._held_script(
            keys=[self.stream.name], args=[self.stream.group, self.name, *entry_ids]
        )
        return {entry_id.decode() for entry_id in answer}

    async def bury_exhausted(self, delivered: Delivered) -> None:
        """Dead-letter an entry that was delivered up to the limit and never finished."""
        await self._bury(
            delivered,
            PermanentError("delivery_limit", f"not finished in {delivered.deliveries} deliveries"),
        )

    def note_reclaimed(self, claimed: Sequence[Delivered]) -> None:
        """Have the articles' traces say that their entries changed hands, or are tried again."""
        self._trace.append("reclaimed", claimed)

    async def _work_alone(self, entry: Entry[E]) -> None:
        event = entry.event
        with bind(
            stage=self._stage,
            submission_id=event.submission_id,
            article_id=event.article_id,
            deliveries=entry.delivered.deliveries,
            trace=event.trace,
        ):
            try:
                await self._persist([entry])
            except Exception as exc:  # noqa: BLE001  # the process edge: any bug ends one entry only
                await self._end(entry.delivered, exc)

    async def _work_together(self, entries: Sequence[Entry[E]]) -> None:
        with bind(stage=self._stage):
            try:
                await self._persist(entries)
            except Exception:
                # Not one entry's fault for certain: the reclaimer narrows it down.
                self._failed.update(entry.entry_id for entry in entries)
                log.exception("batch_failed", entries=len(entries))
                self._metrics.entries.labels(self._stage, "deferred").inc(len(entries))

    async def _persist(self, entries: Sequence[Entry[E]]) -> None:
        """Handle, however long an outage takes: it is waited for in turn, so nothing is read."""
        pause, name = FIRST_PAUSE_S, entries[0].entry_id
        try:
            while True:
                try:
                    await self._handle(entries, self)
                except Exception as exc:
                    if not is_outage(exc):
                        raise
                    log.warning("dependency_down", error=str(exc), entries=len(entries))
                    if name not in self._outages:
                        await self._uncharge(entries)
                    self._outages[name] = str(exc)
                else:
                    return
                heed_cancellation()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LAST_PAUSE_S)
        finally:
            self._outages.pop(name, None)

    async def _uncharge(self, entries: Sequence[Entry[E] | Delivered]) -> None:
        """Have this delivery not count, lest replicas that are stopped as they wait exhaust it."""
        try:
            await self._uncharge_script(
                keys=[self.stream.name],
                args=[self.stream.group, self.name, *(entry.entry_id for entry in entries)],
            )
        except RedisError as exc:
            log.warning("redis_away", error=type(exc).__name__)

    async def _end(self, delivered: Delivered, error: Exception) -> None:
        """The one place that decides what a failure means for its entry."""
        if _code(error) in UNEXPECTED:
            self._failed.add(delivered.entry_id)
            if self._brake.failed(delivered.entry_id, source=_source(delivered)):
                await self._uncharge([delivered])
                return
        if isinstance(error, PermanentError) or delivered.deliveries >= self._max_deliveries:
            await self._bury(delivered, error)
            return
        self._failed.add(delivered.entry_id)
        log.warning("entry_deferred", code=_code(error), error=str(error), exc_info=error)
        self._trace.append("deferred", [delivered], code=_code(error))
        self._metrics.entries.labels(self._stage, "deferred").inc()

    async def _bury(self, delivered: Delivered, error: Exception) -> None:
        code = _code(error)
        try:
            moved = await self._dead_letters.bury(
                delivered, error, code=code, stream=self.stream.name, group=self.stream.group
            )
        except Exception:
            # Whatever hinders the move must not lose the entry: it stays pending.
            log.exception("dead_letter_failed", code=code, entry_id=delivered.entry_id)
            return
        if moved:
            log.error("article_died", code=code, error=str(error), entry_id=delivered.entry_id)
            self._metrics.entries.labels(self._stage, "dead").inc()


def _code(error: Exception) -> str:
    return error.code if isinstance(error, CopydeskError) else "unexpected"


def _source(delivered: Delivered) -> str:
    """Who published the article; its own id where the event does not name the source."""
    names = names_in(delivered.data)
    return names.source or names.article_id
