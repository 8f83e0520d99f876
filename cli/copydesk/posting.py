"""Posting copy to ingest: in order where order matters, side by side where not."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2

from copydesk.answers import Params, body_of, problem_of
from copydesk.copy_source import Copy, CopySource
from copydesk.document_form import NDJSON
from copydesk.ledger import Ledger
from copydesk.sending import send

SINGLE = "/v1/articles"
BATCH = "/v1/articles:batch"

CONCURRENCY = 8

MAX_BATCH_ITEMS = 1000
"""Ingest's own limit."""

MAX_BATCH_BYTES = 8 * 2**20
"""Half of ingest's limit, so that one chunk takes a fair time to send."""


@dataclass(frozen=True)
class Posted:
    """What became of one copy at the door. `answer` is ingest's, or None with a `problem`."""

    name: str
    answer: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    resumed: bool = False

    @property
    def duplicate(self) -> bool:
        return bool(self.answer and self.answer.get("duplicate"))


Progress = Callable[[Posted], None]


class Posting:
    """One run over a source: what the ledger knows is skipped, what is accepted is remembered."""

    def __init__(
        self, source: CopySource, *, ingest: httpx2.AsyncClient, ledger: Ledger, progress: Progress
    ) -> None:
        self._source = source
        self._ingest = ingest
        self._ledger = ledger
        self._progress = progress
        self._results: dict[str, Sequence[Posted]] = {}

    async def run(self) -> list[Posted]:
        """Post everything; the results come in the order of the source.

        CommandError when ingest stays away.
        """
        names: list[str] = []
        queue = parcels(self._fresh(names))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(1 if self._source.ordered else CONCURRENCY):
                    group.create_task(self._work(queue))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [posted for name in names for posted in self._results[name]]

    async def _work(self, queue: Iterator[tuple[Copy, ...]]) -> None:
        for parcel in queue:
            answers = await _post(parcel, ingest=self._ingest, run=self._ledger.run)
            for copy, posted in zip(parcel, answers, strict=True):
                # What holds many is not remembered: posted again, it changes nothing.
                if not copy.holds_many and posted[0].answer:
                    self._ledger.accepted(copy, posted[0].answer)
                self._done(copy, posted)

    def _fresh(self, names: list[str]) -> Iterator[Copy]:
        for copy in self._source.copies():
            names.append(copy.name)
            answer = self._ledger.answer(copy)
            if answer is None:
                yield copy
            else:
                self._done(copy, [Posted(copy.name, answer, resumed=True)])

    def _done(self, copy: Copy, posted: Sequence[Posted]) -> None:
        self._results[copy.name] = posted
        for one in posted:
            self._progress(one)


def parcels(copies: Iterable[Copy]) -> Iterator[tuple[Copy, ...]]:
    """What is sent together: single copies alone, lines of NDJSON in chunks within the limits."""
    chunk: list[Copy] = []
    size = 0
    for copy in copies:
        over = len(chunk) >= MAX_BATCH_ITEMS or size + len(copy.content) > MAX_BATCH_BYTES
        if chunk and (over or not copy.batched):
            yield tuple(chunk)
            chunk, size = [], 0
        if copy.batched:
            chunk.append(copy)
            size += len(copy.content) + 1
        else:
            yield (copy,)
    if chunk:
        yield tuple(chunk)


async def _post(
    parcel: Sequence[Copy], *, ingest: httpx2.AsyncClient, run: str
) -> Sequence[Sequence[Posted]]:
    """What became of each copy of a parcel: of one that holds many, of each that is in it."""
    first = parcel[0]
    digest = hashlib.sha256("".join(copy.digest for copy in parcel).encode()).hexdigest()
    headers = {"Idempotency-Key": f"{run[:8]}-{digest[:40]}"}
    if first.batched:
        content, query = b"\n".join(copy.content for copy in parcel), None
    else:
        content, query = first.content, metadata_query(first)
    path = BATCH if first.batched or first.holds_many else SINGLE
    headers["Content-Type"] = NDJSON if first.batched else first.content_type
    request = ingest.build_request("POST", path, params=query, content=content, headers=headers)
    answer = await send(request, ingest)
    body = body_of(answer)
    if not answer.is_success or not isinstance(body, dict):
        problem = problem_of(answer.status_code, body)
        return [[Posted(copy.name, problem=problem)] for copy in parcel]
    if path == SINGLE:
        return [[Posted(first.name, answer=body)]]
    if first.holds_many:
        numbered = enumerate(body["items"], start=1)
        return [[_of_item(f"{first.name}:{number}", item) for number, item in numbered]]
    return [[_of_item(copy.name, item)] for copy, item in zip(parcel, body["items"], strict=True)]


def _of_item(name: str, item: dict[str, Any]) -> Posted:
    if item.get("problem") or item.get("status", 0) >= HTTPStatus.BAD_REQUEST:
        problem = problem_of(item.get("status", 0), item.get("problem"))
        return Posted(name, problem=problem)
    return Posted(name, answer=item)


def metadata_query(copy: Copy) -> Params:
    """The metadata of copy that does not hold it itself, as parameters of the request."""
    return [
        (name, one)
        for name, value in copy.metadata.items()
        for one in ([value] if isinstance(value, str) else value)
    ]
