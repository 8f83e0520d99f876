"""`copydesk up`: the stack under a terminal or a service manager, from signal to signal."""

import asyncio
import json
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path

from rich.console import Console, RenderableType

from copydesk.addresses import DEFAULT_DATA_DIR
from copydesk.display import Display, PlainDisplay, TerminalDisplay
from copydesk.plan import StackConfig
from copydesk.run_file import Run
from copydesk.stack import Stack

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

Say = Callable[[RenderableType], None]
"""Shows something on the terminal, or prints it as plain lines."""

Then = Callable[[Run, Say], Coroutine[None, None, None]]
"""Something to do once everything is up; its failure is its own to report."""


def run_up(config: StackConfig, *, then: Then | None = None, as_json: bool = False) -> None:
    """Run the stack until a signal; returns after an orderly stop, raises CommandError if none.

    With `as_json` the addresses and process ids are one line on standard output, and all else is on
    standard error.
    """
    asyncio.run(_up(config, then=then, as_json=as_json))


async def _up(config: StackConfig, *, then: Then | None, as_json: bool) -> None:
    console = Console(stderr=as_json)
    display: Display = PlainDisplay(console)
    if console.is_terminal:
        display = TerminalDisplay(console, hints=next_commands(config.data_dir))
    stack = Stack(config, report=display.report)

    def stop() -> None:
        display.stopping()
        stack.ask_stop()

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        if not await stack.start():
            return
        display.up(stack.run)
        if as_json:
            print(json.dumps(asdict(stack.run)), flush=True)  # noqa: T201  # the answer itself
        async with asyncio.TaskGroup() as group:
            task = group.create_task(then(stack.run, console.print)) if then else None
            await stack.wait()
            if task:
                task.cancel()
    finally:
        display.close()


def next_commands(data_dir: Path) -> tuple[str, ...]:
    """What to type next, as it works from here."""
    name = "copydesk" if shutil.which("copydesk") else os.path.relpath(sys.argv[0])
    where = "" if data_dir == DEFAULT_DATA_DIR else f" --data-dir {shlex.quote(str(data_dir))}"
    return f"{name} post FILE --wait{where}", f"{name} search WORDS{where}"
