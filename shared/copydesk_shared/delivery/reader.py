"""The reader of a stream: all that delivery uses of FastStream, and what it must know about it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from faststream import AckPolicy
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.message import (
    FAKE_CONSUMER,
    BatchStreamMessage,
    RedisBatchStreamMessage,
)

from copydesk_shared.delivery.entry import Delivered
from copydesk_shared.streams import Stream

BLOCK_MS: Final = 1000
START_S: Final = 5.0


class Reader:
    """Reads at most `batch` new entries at a time as `consumer`, and hands them to `take`."""

    def __init__(
        self,
        stream: Stream[Any],
        *,
        consumer: str,
        batch: int,
        take: Callable[[Sequence[Delivered]], Awaitable[None]],
    ) -> None:
        self._stream = stream
        self._consumer = consumer
        self._batch = batch
        self._take = take
        self._subscriber: Any = None

    async def start(self, broker: RedisBroker) -> None:
        """Read from now on. The group must exist: one made by FastStream would skip the past."""
        subscriber = broker.subscriber(
            stream=StreamSub(
                self._stream.name,
                group=self._stream.group,
                consumer=self._consumer,
                batch=True,
                max_records=self._batch,
                polling_interval=BLOCK_MS,
            ),
            ack_policy=AckPolicy.MANUAL,
            parser=_keep_entries,
            decoder=_as_delivered,
            persistent=False,
            title=self._stream.name,
            description=f"Entries of the group {self._stream.group}.",
        )

        @subscriber
        async def deliver(entries: list[Delivered]) -> None:
            await self._take(entries)

        self._subscriber = subscriber
        # It repeats its commands for as long as Redis is away, and would make a group that is
        # lost meanwhile as a reader does: without the past.
        async with asyncio.timeout(START_S):
            await subscriber.start()

    async def stop(self) -> None:
        """End at once, and what is in hand with it."""
        if self._subscriber is not None:
            await self._subscriber.stop()
            self._subscriber = None

    def rest(self) -> None:
        """Read no more. What is in hand goes on; FastStream's own `stop` would cut it short.

        FastStream leaves unhandled what the server hands over in this very second: it stays
        pending, and the reclaimer brings it.
        """
        if self._subscriber is not None:
            self._subscriber.running = False

    @property
    def reading(self) -> bool:
        """Whether the one reader that was started still reads.

        FastStream stops for good a reader whose group is gone (a flush, a lost volume), and starts
        one that the server refused (read-only, a full disk) anew as fast as it can, for ever.
        """
        return (
            self._subscriber is not None
            and self._subscriber.running
            and len(self._subscriber.tasks) == 1
        )

    @property
    def resting(self) -> bool:
        """Whether it reads no more but still has something in hand."""
        return (
            self._subscriber is not None
            and not self._subscriber.running
            and any(not task.done() for task in self._subscriber.tasks)
        )


async def _keep_entries(message: BatchStreamMessage) -> RedisBatchStreamMessage:
    """FastStream's parser reads a batch as one JSON list: one bad item would fail them all."""
    return RedisBatchStreamMessage(
        raw_message=message, body=b"", consumer=FAKE_CONSUMER, group=None
    )


async def _as_delivered(message: RedisBatchStreamMessage) -> list[Delivered]:
    raw = message.raw_message
    return [
        Delivered.of(entry_id, fields, deliveries=1)
        for entry_id, fields in zip(raw["message_ids"], raw["data"], strict=True)
    ]
