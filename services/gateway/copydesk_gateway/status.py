"""How the whole pipeline stands, as far as Redis and the search engine tell."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.query import SearchRequest, Sort
from copydesk_shared.dead_letter_office import DeadLetterOffice, Wanted
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.flow import Flow, flow
from copydesk_shared.store_memory import StoreMemory
from copydesk_shared.streams import EVENTS, entry_ms

LATELY: Final = timedelta(minutes=5)
EVENTS_READ: Final = 500
"""Events looked at to count what became searchable lately: some 100 kB at most."""

LETTERS_READ: Final = 50
"""The newest dead letters, by which the page says what dies and why: one page of the office."""


@dataclass(frozen=True)
class Searching:
    """The search engine: how many articles it finds, or `failure`, why it does not answer."""

    articles: int = 0
    failure: str | None = None


@dataclass(frozen=True)
class Visible:
    """When search last changed, and how many changes of the last five minutes there were.

    `more` says that they are more than were counted.
    """

    newest: datetime | None
    lately: int
    more: bool


@dataclass(frozen=True)
class DeadKind:
    """Letters of one stage and code among the newest."""

    stage: str
    code: str
    count: int
    newest: datetime


@dataclass(frozen=True)
class Status:
    at: datetime
    flow: Flow
    searching: Searching
    visible: Visible
    memory: StoreMemory
    dead: Sequence[DeadKind]


async def status(redis: "Redis", engine: SearchEngine) -> Status:
    """Ask all parts side by side. Raises `RedisError` when the store itself is away."""
    flowing, searching, visible, memory, dead = await asyncio.gather(
        flow(redis), _searching(engine), _visible(redis), _memory(redis), _dead(redis)
    )
    return Status(datetime.now(UTC), flowing, searching, visible, memory, dead)


async def _searching(engine: SearchEngine) -> Searching:
    try:
        page = await engine.search(SearchRequest(sort=Sort.NEWEST, limit=1))
    except DependencyDownError as exc:
        return Searching(failure=exc.message)
    return Searching(page.total.value)


async def _visible(redis: "Redis") -> Visible:
    since = datetime.now(UTC) - LATELY
    events: Any = await redis.xrevrange(EVENTS.name, count=EVENTS_READ)
    moments = [_moment(entry_id) for entry_id, _ in events]
    lately = sum(1 for moment in moments if moment >= since)
    return Visible(moments[0] if moments else None, lately, more=lately == EVENTS_READ)


def _moment(entry_id: bytes) -> datetime:
    return datetime.fromtimestamp(entry_ms(entry_id) / 1000, UTC)


async def _memory(redis: "Redis") -> StoreMemory:
    said: dict[str, Any] = await redis.info("memory")
    return StoreMemory.of(said)


async def _dead(redis: "Redis") -> list[DeadKind]:
    kinds: dict[tuple[str, str], DeadKind] = {}
    read = 0
    async with aclosing(DeadLetterOffice(redis).letters(Wanted())) as letters:
        async for filed in letters:
            letter, read = filed.letter, read + 1
            kind = kinds.get((letter.stage, letter.code))
            count, newest = (kind.count, kind.newest) if kind else (0, letter.died_at)
            kinds[letter.stage, letter.code] = DeadKind(
                letter.stage, letter.code, count + 1, newest
            )
            if read == LETTERS_READ:
                break
    return sorted(kinds.values(), key=lambda kind: -kind.count)
