"""Dead letters: what is written down about an entry that died, and the move itself."""

import time
import traceback
from datetime import UTC, datetime
from typing import Final

from redis.asyncio import Redis

from copydesk_shared import keys, lua, trace
from copydesk_shared.contracts.events import DeadLetter
from copydesk_shared.delivery.entry import Delivered, names_in
from copydesk_shared.streams import DEAD

MAX_ERROR_CHARS: Final = 500
MAX_TRACEBACK_CHARS: Final = 4_000

HINTS: Final = {
    "no_content": "No article text was found. Check that the page or text holds more than menus.",
    "invalid_event": "The entry does not follow the contract. Was it written by another version?",
    "timed_out": "The article took too long on every try. It may be huge or built to stall.",
    "worker_crashed": "The article ended the worker process on every try.",
    "delivery_limit": "Every replica that took this article stopped before finishing it.",
    "extraction_failed": "Extraction hit a bug in this article; see the traceback.",
    "refused_by_engine": "The search engine does not take this document; see the error.",
}
DEFAULT_HINT: Final = "An unexpected error; see the traceback of the dead letter."


class DeadLetters:
    """Moves entries of one stage to the dead stream."""

    def __init__(self, redis: "Redis", *, stage: str, consumer: str) -> None:
        self._stage = stage
        self._consumer = consumer
        self._move = lua.script(redis, "dead_letter")

    async def bury(
        self, delivered: Delivered, error: BaseException, *, code: str, stream: str, group: str
    ) -> bool:
        """Move the entry, tell its receipt; False when another replica has finished it already."""
        now_ms = time.time_ns() // 1_000_000
        names = names_in(delivered.data)
        letter = DeadLetter(
            stage=self._stage,
            code=code,
            error=_printable(str(error))[:MAX_ERROR_CHARS],
            where=_where(error),
            traceback=_printable("".join(traceback.format_exception(error)))[-MAX_TRACEBACK_CHARS:],
            deliveries=delivered.deliveries,
            consumer=self._consumer,
            stream=stream,
            entry_id=delivered.entry_id,
            first_seen=_entry_time(delivered.entry_id),
            died_at=datetime.fromtimestamp(now_ms / 1000, UTC),
            article_id=names.article_id,
            version=names.version,
            submission_id=names.submission_id,
            source=names.source,
        )
        answer = await self._move(
            keys=[
                stream,
                DEAD.name,
                keys.article(letter.article_id),
                keys.receipt(letter.submission_id),
                keys.trace(letter.article_id),
            ],
            args=[
                group,
                delivered.entry_id,
                letter.version,
                letter.model_dump_json(),
                delivered.data,
                now_ms,
                code,
                HINTS.get(code, DEFAULT_HINT),
                keys.RECEIPT_EXPIRY_S,
                trace.event(
                    "dead",
                    version=letter.version,
                    submission_id=letter.submission_id,
                    stage=letter.stage,
                    consumer=letter.consumer,
                    deliveries=letter.deliveries,
                    code=code,
                )
                if letter.article_id
                else "",
            ],
        )
        return bool(answer == b"dead")


def _printable(text: str) -> str:
    """The text with lone surrogates escaped, which an error may quote and JSON cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""


def _entry_time(entry_id: str) -> datetime:
    """A stream entry's id begins with the milliseconds of its making."""
    return datetime.fromtimestamp(int(entry_id.split("-", 1)[0]) / 1000, UTC)
