"""Pausing and resuming stages, and how far behind each of them is."""

import asyncio
import getpass
import json
import socket
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from copydesk.ages import spoken
from copydesk.markup import plain
from copydesk.redis_client import redis_at
from copydesk.screen import screen
from copydesk_shared.dead_letter_office import DeadLetterOffice
from copydesk_shared.streams import ENRICHED, RAW, RAW_BULK
from copydesk_shared.switches import STAGES, Switches

STREAMS: Final = (
    ("enrich", "raw", RAW.name, RAW.group),
    ("enrich", "bulk", RAW_BULK.name, RAW_BULK.group),
    ("index", "enriched", ENRICHED.name, ENRICHED.group),
)
READER_SILENT_MS: Final = 10_000
"""A reader asks for more each second, and its heartbeat asks while it works."""


@dataclass(frozen=True)
class StreamLag:
    """`waiting` entries, `pending` of them delivered; the oldest came in `age_s` seconds ago.

    `readers` are the replicas that read: none of a stage that is paused, stopped or not there.
    """

    stage: str
    stream: str
    waiting: int
    pending: int
    age_s: float | None
    readers: int


@dataclass(frozen=True)
class Overview:
    """The streams, since when and by whom stages are paused, and the number of dead letters."""

    streams: list[StreamLag]
    paused: dict[str, str]
    dead_letters: int


def run_pause(stage: str, *, redis_url: str) -> None:
    async def do() -> bool:
        async with redis_at(redis_url) as redis:
            return await Switches(redis).pause(stage, by=_me())

    _say(f"{stage} is paused" if asyncio.run(do()) else f"{stage} was paused already")


def run_resume(stage: str, *, redis_url: str) -> None:
    async def do() -> bool:
        async with redis_at(redis_url) as redis:
            return await Switches(redis).resume(stage)

    was_paused = asyncio.run(do())
    _say(f"{stage} goes on" if was_paused else f"{stage} was not paused; if it stopped, it goes on")


def run_lag(*, redis_url: str, as_json: bool) -> None:
    async def ask() -> Overview:
        async with redis_at(redis_url) as redis:
            return await overview(redis)

    found = asyncio.run(ask())
    if as_json:
        print(json.dumps(asdict(found), indent=2))  # noqa: T201  # the answer itself
    else:
        screen().print(overview_table(found))


async def overview(redis: "Redis") -> Overview:
    switches = Switches(redis)
    paused: dict[str, str] = {}
    for stage in STAGES:
        if found := (await switches.of(stage)).paused:
            paused[stage] = f"since {found.since:%Y-%m-%d %H:%M:%S} UTC by {found.by}"
    streams = [await _stream_lag(redis, *names) for names in STREAMS]
    return Overview(streams, paused, await DeadLetterOffice(redis).count())


def overview_table(found: Overview) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("stage")
    table.add_column("stream")
    for title in ("waiting", "pending", "oldest", "readers"):
        table.add_column(title, justify="right")
    for row in found.streams:
        table.add_row(
            row.stage,
            row.stream,
            f"{row.waiting:,}",
            f"{row.pending:,}",
            "" if row.age_s is None else spoken(timedelta(seconds=row.age_s)),
            str(row.readers),
        )
    lines = [plain(f"{stage} is paused {why}", "yellow") for stage, why in found.paused.items()]
    lines += [
        Text(
            f"nobody reads {row.stream}: is {row.stage} up, or has it stopped? Ask its readiness",
            "red",
        )
        for row in found.streams
        if row.waiting and not row.readers and row.stage not in found.paused
    ]
    count = found.dead_letters
    dead = Text(f"{count:,} dead letter{'' if count == 1 else 's'}", "red" if count else "dim")
    return Group(table, *lines, dead)


async def _stream_lag(redis: "Redis", stage: str, title: str, name: str, group: str) -> StreamLag:
    oldest: Any = await redis.xrange(name, count=1)
    pending, readers = 0, 0
    try:
        summary: Any = await redis.xpending(name, group)
        consumers: Any = await redis.xinfo_consumers(name, group)
    except ResponseError:
        pass  # no stage has ever come up here, so there is no group yet
    else:
        readers = sum(1 for consumer in consumers if consumer["idle"] < READER_SILENT_MS)
        pending = summary["pending"]
    return StreamLag(
        stage=stage,
        stream=title,
        waiting=await redis.xlen(name),
        pending=pending,
        age_s=_age_s(oldest[0][0]) if oldest else None,
        readers=readers,
    )


def _age_s(entry_id: bytes) -> float:
    return time.time() - int(entry_id.partition(b"-")[0]) / 1000


def _me() -> str:
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):
        return socket.gethostname()  # a container's user may have no name


def _say(line: str) -> None:
    print(line)  # noqa: T201  # the answer itself
