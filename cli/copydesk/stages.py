"""Pausing and resuming stages, and how far behind each of them is."""

import asyncio
import getpass
import json
import socket
from dataclasses import asdict
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from copydesk.ages import spoken
from copydesk.markup import plain
from copydesk.redis_client import redis_at
from copydesk.screen import screen
from copydesk_shared.flow import Flow, flow
from copydesk_shared.switches import Paused, Switches


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
    async def ask() -> Flow:
        async with redis_at(redis_url) as redis:
            return await flow(redis)

    found = asyncio.run(ask())
    if as_json:
        print(_as_json(found))  # noqa: T201  # the answer itself
    else:
        screen().print(flow_table(found))


def _as_json(found: Flow) -> str:
    paused = {stage: _said(switch) for stage, switch in found.paused.items()}
    return json.dumps({**asdict(found), "paused": paused}, indent=2)


def _said(paused: Paused) -> str:
    return f"since {paused.since:%Y-%m-%d %H:%M:%S} UTC by {paused.by}"


def flow_table(found: Flow) -> RenderableType:
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
    lines = [
        plain(f"{stage} is paused {_said(switch)}", "yellow")
        for stage, switch in found.paused.items()
    ]
    lines += [
        Text(
            f"nobody reads {row.stream}: is {row.stage} up, or has it stopped? Ask its readiness",
            "red",
        )
        for row in found.unread
    ]
    count = found.dead_letters
    dead = Text(f"{count:,} dead letter{'' if count == 1 else 's'}", "red" if count else "dim")
    return Group(table, *lines, dead)


def _me() -> str:
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):
        return socket.gethostname()  # a container's user may have no name


def _say(line: str) -> None:
    print(line)  # noqa: T201  # the answer itself
