"""The change feed: the events stream, in the order in which search saw what became of articles."""

import time
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from copydesk_gateway.reading_answers import ChangeEntry, ChangesAnswer, article_card
from copydesk_shared.contracts.events import ArticleIndexed, ArticleWithdrawn
from copydesk_shared.problems import Problem
from copydesk_shared.store import ArticleStore
from copydesk_shared.streams import DATA_FIELD, EVENTS, EVENTS_KEPT_MS, entry_ms

_EVENT: TypeAdapter[ArticleIndexed | ArticleWithdrawn] = TypeAdapter(
    ArticleIndexed | ArticleWithdrawn
)


async def since(redis: "Redis", store: ArticleStore, cursor: str, *, limit: int) -> ChangesAnswer:
    """The changes behind the cursor, a stream id; an empty one is before the first that is kept.

    Raises Problem 410 when changes behind the cursor are not kept any more.
    """
    behind = f"({cursor}" if cursor else "-"
    async with redis.pipeline(transaction=False) as pipe:
        pipe.xrange(EVENTS.name, count=1)
        pipe.xrange(EVENTS.name, min=behind, count=limit + 1)
        pipe.xinfo_stream(EVENTS.name)
        oldest, rows, stream = await pipe.execute(raise_on_error=False)
    for answer in (oldest, rows):
        if isinstance(answer, Exception):
            raise answer
    if cursor and _trimmed(stream) and _dropped_behind(cursor, oldest):
        raise Problem(
            HTTPStatus.GONE,
            "cursor_expired",
            "Changes are kept for a week, and some behind this cursor are gone; begin without it.",
        )
    shown = [
        (entry_id.decode(), _EVENT.validate_json(fields[DATA_FIELD.encode()]))
        for entry_id, fields in rows[:limit]
    ]
    found = await store.articles([event.article_id for _, event in shown])
    return ChangesAnswer(
        changes=[
            ChangeEntry(
                cursor=entry_id,
                event=event.event,
                article_id=event.article_id,
                version=event.version,
                at=event.at,
                article=article_card(held[1])
                if held and held[1] and isinstance(event, ArticleIndexed)
                else None,
            )
            for (entry_id, event), held in zip(shown, found, strict=True)
        ],
        next=shown[-1][0] if shown else cursor or "0-0",
        more=len(rows) > limit,
    )


def _trimmed(stream: dict[str, Any] | Exception) -> bool:
    """Whether any event was ever dropped."""
    if isinstance(stream, ResponseError):  # no such stream: nothing was ever written to it
        return False
    if isinstance(stream, Exception):
        raise stream
    return bool(stream["entries-added"] > stream["length"])


def _dropped_behind(cursor: str, oldest: list[Any]) -> bool:
    """Whether retention may have dropped events between the cursor and the oldest one kept.

    The beginning of time, `0-0`, is what an empty feed answers: nobody has read anything yet.
    """
    kept_from_ms = time.time_ns() // 1_000_000 - EVENTS_KEPT_MS
    if cursor == "0-0" or entry_ms(cursor) >= kept_from_ms:
        return False
    return not oldest or entry_ms(oldest[0][0]) > entry_ms(cursor)
