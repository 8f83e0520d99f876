"""Intake: from a posting to accepted articles. The use cases behind the routes."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import TypeVar

from copydesk_ingest.accept import Accepter, Idempotency, Prepared, Recall, prepare, utc_now
from copydesk_ingest.accepted import Accepted
from copydesk_ingest.formats.batch import BatchLimits, Part, split_batch
from copydesk_ingest.formats.checks import checked, placed
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.formats.reading import read_article
from copydesk_ingest.gate import Gate
from copydesk_ingest.identity import given_identifiers
from copydesk_ingest.posting import Posting
from copydesk_ingest.refusals import RefusedError, too_large
from copydesk_shared.errors import CopydeskError, DependencyDownError

IN_THREAD_BYTES = 64 * 2**10
"""From here on reading can take over 2 ms: a thread does it, and the other requests go on."""

IN_FLIGHT = 256
"""Items of one batch that wait for the store at a time, so that single posts get their turn."""

T = TypeVar("T")

Item = Accepted | CopydeskError
"""What became of one item of a batch."""


class Intake:
    """Reads and checks postings and accepts what they hold; pure work but for the accepter."""

    def __init__(
        self,
        accepter: Accepter,
        gate: Gate,
        *,
        limits: Limits,
        batch_max_items: int,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._accepter = accepter
        self._gate = gate
        self._limits = limits
        self._batch_limits = BatchLimits(batch_max_items, limits)
        self._clock = clock

    async def article(self, posting: Posting) -> Accepted:
        """Accept one article, or withdraw the one that it takes back.

        RefusedError, DependencyDownError. Like every withdrawal, a recall passes a closed gate.
        """
        prepared, idempotency = await _off_the_loop(
            lambda: (self._prepared(posting), posting.idempotency()), size=len(posting.body)
        )
        if isinstance(prepared, Recall):
            return await self._accepter.recall(prepared)
        self._gate.pass_through()
        return await self._accepter.accept(prepared, idempotency=idempotency)

    async def prepared(self, posting: Posting) -> Prepared:
        """One article read and checked as if to be accepted, for a preview. RefusedError."""
        prepared = await _off_the_loop(lambda: self._prepared(posting), size=len(posting.body))
        if isinstance(prepared, Recall):
            raise RefusedError(
                "nothing_to_preview", "The document takes an article back and holds none."
            )
        return prepared

    async def batch(self, posting: Posting) -> list[Item]:
        """What became of each item, in order: accepted or refused as if posted one by one.

        An error of the whole batch is raised, and so is a store that took none of its items.
        """
        self._gate.pass_through()
        parts = await _off_the_loop(lambda: self._parts(posting), size=len(posting.body))
        items: list[Item] = []
        remaining = iter(enumerate(parts))
        while chunk := list(islice(remaining, IN_FLIGHT)):
            items += await self._chunk(posting, chunk)
            if down := _store_took_none(items):
                raise down
        return items

    async def withdrawal(self, article_id: str, *, trace: str | None) -> Accepted:
        """Withdraw an article. RefusedError when it is unknown, DependencyDownError."""
        return await self._accepter.withdraw(article_id, at=self._clock(), trace=trace)

    async def _chunk(self, posting: Posting, chunk: Sequence[tuple[int, Part]]) -> list[Item]:
        prepared = await _off_the_loop(
            lambda: list(self._prepared_items(posting, chunk)),
            size=sum(len(part.body) for _, part in chunk),
        )
        items: list[Item] = []
        # What is published, then taken back, and published again in one batch ends published.
        for _, alike in groupby(prepared, key=lambda item: isinstance(item[0], Recall)):
            items += await asyncio.gather(*(self._item(*item) for item in alike))
        return items

    def _prepared_items(
        self, posting: Posting, chunk: Sequence[tuple[int, Part]]
    ) -> Iterator[tuple[Prepared | Recall | RefusedError, Idempotency | None]]:
        """Each item as a posting of its own; its idempotency key is the batch's with its place."""
        for place, part in chunk:
            key = posting.idempotency_key
            single = dataclasses.replace(
                posting,
                media_type=part.media_type,
                body=part.body,
                warnings=part.warnings,
                idempotency_key=key if key is None else f"{key}\x00{place}",
            )
            try:
                if len(part.body) > self._limits.max_bytes:
                    raise too_large("The item", limit=self._limits.max_bytes)
                yield self._prepared(single), single.idempotency()
            except RefusedError as refusal:
                yield refusal, None

    async def _item(
        self, prepared: Prepared | Recall | RefusedError, idempotency: Idempotency | None
    ) -> Item:
        if isinstance(prepared, RefusedError):
            return prepared
        try:
            if isinstance(prepared, Recall):
                return await self._accepter.recall(prepared)
            return await self._accepter.accept(prepared, bulk=True, idempotency=idempotency)
        except CopydeskError as exc:
            return exc

    def _prepared(self, posting: Posting) -> Prepared | Recall:
        received_at = self._clock()
        reading = self._read(posting)
        if reading.withdraws:
            return _recall(reading, posting, received_at)
        draft = checked(reading, limits=self._limits, received_at=received_at, place=posting.place)
        return prepare(draft, received_at=received_at, trace=posting.trace)

    def _read(self, posting: Posting) -> Reading:
        reading = read_article(
            posting.body,
            media_type=posting.media_type,
            charset=posting.charset,
            query=posting.query,
            limits=self._limits,
        )
        if posting.warnings:
            return dataclasses.replace(reading, warnings=[*posting.warnings, *reading.warnings])
        return reading

    def _parts(self, posting: Posting) -> list[Part]:
        return split_batch(
            posting.body,
            media_type=posting.media_type,
            charset=posting.charset,
            query=posting.query,
            limits=self._batch_limits,
        )


def _recall(reading: Reading, posting: Posting, received_at: datetime) -> Recall:
    source, external_id = placed(reading, posting.place)
    return Recall(
        source,
        given_identifiers(external_id, reading.metadata.url),
        received_at=received_at,
        trace=posting.trace,
        warnings=tuple(reading.warnings),
    )


async def _off_the_loop(work: Callable[[], T], *, size: int) -> T:
    """Do pure work on `size` bytes, in a thread when it would hold up the event loop."""
    return await asyncio.to_thread(work) if size > IN_THREAD_BYTES else work()


def _store_took_none(items: Sequence[Item]) -> DependencyDownError | None:
    """The store's failure when it took nothing so far: then the whole batch may come again."""
    if any(isinstance(item, Accepted) for item in items):
        return None
    return next((item for item in items if isinstance(item, DependencyDownError)), None)
