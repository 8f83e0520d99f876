"""Intake: from a posting to accepted articles. The use cases behind the routes."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import TypeVar

from copydesk_ingest.accept import Accepter, Idempotency, Prepared, prepare, utc_now
from copydesk_ingest.accepted import Accepted
from copydesk_ingest.formats.batch import split_array, split_lines
from copydesk_ingest.formats.checks import checked
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.html import read_html
from copydesk_ingest.formats.json import read_json
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.formats.query import IN_THE_DOCUMENT, refuse_unknown
from copydesk_ingest.formats.text import read_text
from copydesk_ingest.gate import Gate
from copydesk_ingest.posting import Posting
from copydesk_ingest.refusals import RefusedError, too_large
from copydesk_shared.errors import CopydeskError, DependencyDownError

JSON = "application/json"
NDJSON = "application/x-ndjson"
TEXT = "text/plain"
HTML = "text/html"

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
        self._batch_max_items = batch_max_items
        self._clock = clock

    async def article(self, posting: Posting) -> Accepted:
        """Accept one article. RefusedError, DependencyDownError."""
        self._gate.pass_through()
        prepared, idempotency = await _off_the_loop(
            lambda: (self._prepared(posting), posting.idempotency()), size=len(posting.body)
        )
        return await self._accepter.accept(prepared, idempotency=idempotency)

    async def batch(self, posting: Posting) -> list[Item]:
        """What became of each item, in order: accepted or refused as if posted one by one.

        An error of the whole batch is raised, and so is a store that took none of its items.
        """
        self._gate.pass_through()
        refuse_unknown(posting.query, known=(), message=IN_THE_DOCUMENT)
        documents = await _off_the_loop(lambda: self._documents(posting), size=len(posting.body))
        if len(documents) > self._batch_max_items:
            raise RefusedError(
                "too_many_items",
                f"The batch has {len(documents)} items, the limit is {self._batch_max_items}.",
                status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            )
        items: list[Item] = []
        remaining = iter(enumerate(documents))
        while chunk := list(islice(remaining, IN_FLIGHT)):
            items += await self._chunk(posting, chunk)
            if down := _store_took_none(items):
                raise down
        return items

    async def withdrawal(self, article_id: str, *, trace: str | None) -> Accepted:
        """Withdraw an article. RefusedError when it is unknown, DependencyDownError."""
        return await self._accepter.withdraw(article_id, at=self._clock(), trace=trace)

    async def _chunk(self, posting: Posting, chunk: Sequence[tuple[int, bytes]]) -> Sequence[Item]:
        prepared = await _off_the_loop(
            lambda: list(self._prepared_items(posting, chunk)),
            size=sum(len(document) for _, document in chunk),
        )
        return await asyncio.gather(*(self._item(*item) for item in prepared))

    def _prepared_items(
        self, posting: Posting, chunk: Sequence[tuple[int, bytes]]
    ) -> Iterator[tuple[Prepared | RefusedError, Idempotency | None]]:
        """Each item as a posting of its own; its idempotency key is the batch's with its place."""
        for place, document in chunk:
            key = posting.idempotency_key
            single = dataclasses.replace(
                posting,
                media_type=JSON,
                body=document,
                idempotency_key=key if key is None else f"{key}\x00{place}",
            )
            try:
                if len(document) > self._limits.max_bytes:
                    raise too_large("The item", limit=self._limits.max_bytes)
                yield self._prepared(single), single.idempotency()
            except RefusedError as refusal:
                yield refusal, None

    async def _item(
        self, prepared: Prepared | RefusedError, idempotency: Idempotency | None
    ) -> Item:
        if isinstance(prepared, RefusedError):
            return prepared
        try:
            return await self._accepter.accept(prepared, bulk=True, idempotency=idempotency)
        except CopydeskError as exc:
            return exc

    def _prepared(self, posting: Posting) -> Prepared:
        received_at = self._clock()
        draft = checked(
            self._read(posting), limits=self._limits, received_at=received_at, place=posting.place
        )
        return prepare(draft, received_at=received_at, trace=posting.trace)

    def _read(self, posting: Posting) -> Reading:
        match posting.media_type:
            case "application/json":
                refuse_unknown(posting.query, known=(), message=IN_THE_DOCUMENT)
                return read_json(posting.body, limits=self._limits)
            case "text/plain":
                return read_text(posting.body, charset=posting.charset, query=posting.query)
            case "text/html":
                return read_html(posting.body, charset=posting.charset, query=posting.query)
            case _:
                raise _unsupported(JSON, TEXT, HTML)

    def _documents(self, posting: Posting) -> list[bytes]:
        match posting.media_type:
            case "application/x-ndjson":
                return split_lines(posting.body)
            case "application/json":
                return split_array(posting.body, limits=self._limits)
            case _:
                raise _unsupported(NDJSON, JSON)


async def _off_the_loop(work: Callable[[], T], *, size: int) -> T:
    """Do pure work on `size` bytes, in a thread when it would hold up the event loop."""
    return await asyncio.to_thread(work) if size > IN_THREAD_BYTES else work()


def _store_took_none(items: Sequence[Item]) -> DependencyDownError | None:
    """The store's failure when it took nothing so far: then the whole batch may come again."""
    if any(isinstance(item, Accepted) for item in items):
        return None
    return next((item for item in items if isinstance(item, DependencyDownError)), None)


def _unsupported(*supported: str) -> RefusedError:
    return RefusedError(
        "unsupported_media_type",
        f"The Content-Type is to be one of {', '.join(supported)}.",
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )
