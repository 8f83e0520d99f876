"""What `copydesk dead` does, at the dead-letter office of a Redis."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import typer

from copydesk.dead_view import deed_summary, letter_page, letters_table
from copydesk.failures import CommandError, Exit
from copydesk.redis_client import redis_at
from copydesk.screen import screen
from copydesk_shared.dead_letter_office import DeadLetterOffice, Filed, Replay, Wanted


class Deed(StrEnum):
    """What can be done to a letter."""

    REPLAY = "replay"
    DROP = "drop"


def run_list(wanted: Wanted, *, limit: int, redis_url: str, as_json: bool) -> None:
    async def ask() -> tuple[list[Filed], int]:
        async with redis_at(redis_url) as redis:
            office = DeadLetterOffice(redis)
            return await _take(office.letters(wanted), limit), await office.count()

    found, total = asyncio.run(ask())
    if as_json:
        _print_json([_as_dict(filed) for filed in found])
    else:
        screen().print(letters_table(found, total=total, now=datetime.now(UTC)))


def run_show(name: str, *, redis_url: str, as_json: bool) -> None:
    """Show the letter of this id, else the newest of the article or submission."""

    async def ask() -> tuple[Filed | None, bytes]:
        async with redis_at(redis_url) as redis:
            office = DeadLetterOffice(redis)
            filed = await office.letter(name)
            if filed is None:
                found = await _take(office.letters(Wanted(ids=frozenset({name}))), 1)
                filed = found[0] if found else None
            return filed, await office.original(filed.letter_id) if filed else b""

    filed, original = asyncio.run(ask())
    if filed is None:
        raise CommandError(f"there is no dead letter {name}")
    event = _event(original)
    if as_json:
        _print_json(_as_dict(filed) | {"original": event})
    else:
        screen().print(letter_page(filed, event))


def run_deed(
    deed: Deed,
    wanted: Wanted,
    *,
    limit: int,
    dry_run: bool,
    yes: bool,
    redis_url: str,
    as_json: bool,
) -> bool:
    """Replay or drop what is wanted; False when nothing was done."""

    async def ask() -> list[Filed]:
        async with redis_at(redis_url) as redis:
            return await _take(DeadLetterOffice(redis).letters(wanted), limit)

    found = asyncio.run(ask())
    if found and not dry_run:
        _confirm(deed, len(found), yes=yes)
    outcomes = (
        [f"would {deed}"] * len(found)
        if dry_run
        else asyncio.run(_do(deed, found, redis_url=redis_url))
    )
    if as_json:
        _print_json(
            [
                _as_dict(filed) | {"outcome": outcome}
                for filed, outcome in zip(found, outcomes, strict=True)
            ]
        )
    else:
        screen().print(deed_summary(found, outcomes, full=len(found) == limit))
    return dry_run or any(outcome in {Replay.REPLAYED, "dropped"} for outcome in outcomes)


async def _do(deed: Deed, found: Sequence[Filed], *, redis_url: str) -> list[str]:
    """The outcome of each letter, in order; the work goes from the oldest to the newest."""
    outcomes: list[str] = []
    async with redis_at(redis_url) as redis:
        office = DeadLetterOffice(redis)
        for filed in reversed(found):
            if deed is Deed.REPLAY:
                outcomes.append(await office.replay(filed))
            else:
                outcomes.append("dropped" if await office.drop(filed) else Replay.GONE)
    return outcomes[::-1]


def _confirm(deed: Deed, count: int, *, yes: bool) -> None:
    """A single letter was named by somebody; of many, ask whoever sits there."""
    if yes or count == 1:
        return
    if not sys.stdin.isatty():
        raise CommandError(f"this would {deed} {count} letters; say --yes", exit_code=Exit.USAGE)
    if not typer.confirm(f"{deed.capitalize()} {count} letters?", err=True):
        raise CommandError("nothing was done")


async def _take(letters: AsyncGenerator[Filed, None], limit: int) -> list[Filed]:
    found: list[Filed] = []
    async with aclosing(letters) as stream:
        async for filed in stream:
            found.append(filed)
            if len(found) == limit:
                break
    return found


def _as_dict(filed: Filed) -> dict[str, Any]:
    letter = filed.letter.model_dump(mode="json")
    return {"letter_id": filed.letter_id, **letter, "size": filed.size}


def _event(original: bytes) -> Any:
    """The event that died, or what its bytes say when they are no JSON."""
    try:
        return json.loads(original)
    except ValueError:
        return original.decode("utf-8", "replace")


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201  # the answer itself
