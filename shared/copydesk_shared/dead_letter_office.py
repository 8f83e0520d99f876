"""The dead-letter office: what died lies here until somebody replays or drops it.

`delivery.dead_letters` brings the letters in.
"""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import ValidationError
from redis.asyncio import Redis

from copydesk_shared import keys, lua, trace
from copydesk_shared.contracts.events import DeadLetter
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.streams import DEAD, ENRICHED, RAW, RAW_BULK, entry_ms

PAGE: Final = 50
"""Letters in one answer of the server, some 5 kB each."""

_STREAM_ID: Final = re.compile(r"\d{1,15}-\d{1,15}")
_STREAMS: Final = frozenset({RAW.name, RAW_BULK.name, ENRICHED.name})


class Replay(StrEnum):
    """What became of a replay; all but the first change nothing, and `hint` says why."""

    REPLAYED = "replayed"
    GONE = "gone"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ALIVE = "alive"

    @property
    def hint(self) -> str:
        return _HINTS[self]


_HINTS: Final = {
    Replay.REPLAYED: "Back in the stream that it came from.",
    Replay.GONE: "The letter was replayed or dropped already.",
    Replay.UNKNOWN: "The store does not know the article; it may have been removed.",
    Replay.SUPERSEDED: "The article has a newer version.",
    Replay.WITHDRAWN: "The article has been withdrawn since.",
    Replay.ALIVE: "This version of the article is not dead.",
}


@dataclass(frozen=True)
class Filed:
    """A letter under its id in the dead stream; `size` is that of the original, in bytes."""

    letter_id: str
    letter: DeadLetter
    size: int


@dataclass(frozen=True)
class Wanted:
    """Which letters; an empty field wants all. An id is a letter's, article's or submission's."""

    ids: frozenset[str] = field(default_factory=frozenset)
    stages: frozenset[str] = field(default_factory=frozenset)
    codes: frozenset[str] = field(default_factory=frozenset)
    sources: frozenset[str] = field(default_factory=frozenset)
    died_after: datetime | None = None
    died_before: datetime | None = None

    def has(self, filed: Filed) -> bool:
        letter = filed.letter
        names = {filed.letter_id, letter.article_id, letter.submission_id}
        return (
            (not self.ids or bool(self.ids & names))
            and (not self.stages or letter.stage in self.stages)
            and (not self.codes or letter.code in self.codes)
            and (not self.sources or letter.source in self.sources)
            and (self.died_after is None or letter.died_at > self.died_after)
            and (self.died_before is None or letter.died_at < self.died_before)
        )


class DeadLetterOffice:
    """Reads, replays and drops dead letters. Several may work at it at once."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._page = lua.script(redis, "dead_page")
        self._replay = lua.script(redis, "replay")

    async def letters(self, wanted: Wanted) -> AsyncGenerator[Filed, None]:
        """The letters that are wanted, newest first, read page by page."""
        newest, oldest = _bound(wanted.died_before, "+"), _bound(wanted.died_after, "-")
        while rows := await self._page(keys=[DEAD.name], args=[newest, oldest, PAGE]):
            for row in rows:
                filed = _filed(*row)
                if wanted.has(filed):
                    yield filed
            newest = f"({rows[-1][0].decode()}"

    async def letter(self, letter_id: str) -> Filed | None:
        """One letter; None when there is none, or the id is no id of a stream at all."""
        if not _STREAM_ID.fullmatch(letter_id):
            return None
        rows = await self._page(keys=[DEAD.name], args=[letter_id, letter_id, 1])
        return _filed(*rows[0]) if rows else None

    async def original(self, letter_id: str) -> bytes:
        """The bytes of the entry that died, empty when the letter is gone."""
        rows: Any = await self._redis.xrange(DEAD.name, letter_id, letter_id)
        return bytes(rows[0][1].get(b"original", b"")) if rows else b""

    async def replay(self, filed: Filed) -> Replay:
        """Bring the article back to where it died, if it still stands as it died.

        Atomic, and safe to repeat: the letter goes with it.
        """
        letter = filed.letter
        if letter.stream not in _STREAMS:
            return Replay.UNKNOWN
        before = Outcome.ENRICHED if letter.stream == ENRICHED.name else Outcome.ACCEPTED
        answer: bytes = await self._replay(
            keys=[
                DEAD.name,
                letter.stream,
                keys.article(letter.article_id),
                keys.receipt(letter.submission_id),
                keys.trace(letter.article_id),
            ],
            args=[
                filed.letter_id,
                letter.version,
                before,
                trace.event(
                    "replayed",
                    version=letter.version,
                    submission_id=letter.submission_id,
                    stage=letter.stage,
                ),
            ],
        )
        return Replay(answer.decode())

    async def drop(self, filed: Filed) -> bool:
        """Throw the letter away; the receipt stays dead. False when it is gone already."""
        return bool(await self._redis.xdel(DEAD.name, filed.letter_id))

    async def count(self) -> int:
        return int(await self._redis.xlen(DEAD.name))


def _filed(letter_id: bytes, data: bytes, size: int) -> Filed:
    return Filed(letter_id.decode(), _read(letter_id.decode(), data), size)


def _read(letter_id: str, data: bytes) -> DeadLetter:
    """The letter; one that cannot be read is shown as such, so that it can be dropped."""
    try:
        return DeadLetter.model_validate_json(data)
    except ValidationError as exc:
        moment = datetime.fromtimestamp(entry_ms(letter_id) / 1000, UTC)
        return DeadLetter(
            stage="",
            code="unreadable_letter",
            error=str(exc),
            where="",
            traceback="",
            deliveries=0,
            consumer="",
            stream="",
            entry_id="",
            article_id="",
            version=0,
            submission_id="",
            source="",
            first_seen=moment,
            died_at=moment,
        )


def _bound(moment: datetime | None, otherwise: str) -> str:
    """A stream id begins with the milliseconds of its making, which is when the letter came in.

    The server's clock made it and a replica's clock the time of death, so a minute is left
    between them: `Wanted.has` decides.
    """
    if moment is None:
        return otherwise
    slack_ms = 60_000 if otherwise == "+" else -60_000
    return str(max(0, int(moment.timestamp() * 1000) + slack_ms))
