"""What `copydesk up` shows: a calm table on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from time import monotonic
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from copydesk.part import PartEvent, PartState
from copydesk.run_file import Run

STYLES = {
    PartState.WAITING: "dim",
    PartState.STARTING: "yellow",
    PartState.READY: "green",
    PartState.DIED: "red",
    PartState.STOPPED: "dim",
}


class Display(Protocol):
    """Told of every change; `up` and `close` end the time of starting, one way or the other."""

    def report(self, event: PartEvent) -> None: ...

    def up(self, run: Run) -> None: ...

    def stopping(self) -> None: ...

    def close(self) -> None: ...


class PlainDisplay:
    """One line an event, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def report(self, event: PartEvent) -> None:
        if event.state is not PartState.WAITING:
            self._say(event_line(event))

    def up(self, run: Run) -> None:
        for name, url in run.urls.items():
            self._say(f"{name} {without_password(url)}")
        self._say(f"up: search page {run.urls['gateway']}/")

    def stopping(self) -> None:
        self._say("stopping")

    def close(self) -> None:
        pass

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class TerminalDisplay:
    """A live table while starting, then a panel with the addresses, then a line an event.

    `hints` are the commands that a newcomer wants next.
    """

    def __init__(self, console: Console, *, hints: Sequence[str] = ()) -> None:
        self._console = console
        self._hints = hints
        self._events: dict[str, PartEvent] = {}
        self._since: dict[str, float] = {}
        self._live: Live | None = Live(
            console=console, get_renderable=self._table, refresh_per_second=8, transient=True
        )
        self._live.start()

    def report(self, event: PartEvent) -> None:
        self._events[event.part] = event
        self._since[event.part] = monotonic() - event.after_s
        if self._live is None or event.state is PartState.DIED:
            self._console.print(Text(event_line(event), style=STYLES[event.state]))

    def up(self, run: Run) -> None:
        self.close()
        addresses = Table.grid(padding=(0, 2))
        addresses.add_column(style="bold")
        addresses.add_column()
        addresses.add_row("search page", Text(f"{run.urls['gateway']}/", style="cyan"))
        addresses.add_row("post to", Text(f"{run.urls['ingest']}/v1/articles", style="cyan"))
        addresses.add_row("redis", Text(without_password(run.urls["redis"]), style="dim"))
        hints = Text("\nNext:", style="dim")
        for hint in self._hints:
            hints.append(f"\n  {hint}", style="bold not dim")
        hints.append("\nCtrl-C stops everything.")
        self._console.print(
            Panel(Group(addresses, hints), title="Copydesk is up", expand=False, padding=(1, 2))
        )

    def stopping(self) -> None:
        self.close()
        self._console.print(Text("Stopping…", style="dim"))

    def close(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def _table(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for name, event in self._events.items():
            moving = event.state is PartState.STARTING
            seconds = monotonic() - self._since[name] if moving else event.after_s
            table.add_row(
                Spinner("dots", style="yellow") if moving else Text("●", STYLES[event.state]),
                Text(name, style="bold"),
                Text(event.state, style=STYLES[event.state]),
                Text(f"{seconds:.1f} s" if event.state is not PartState.WAITING else "", "dim"),
            )
        return table


def event_line(event: PartEvent) -> str:
    why = f": {event.why}" if event.why else ""
    timed = event.state in {PartState.READY, PartState.DIED}
    after = f" after {event.after_s:.1f} s" if timed else ""
    return f"{event.part} {event.state}{after}{why}"


def without_password(url: str) -> str:
    """The URL, fit for a screen."""
    scheme, separator, rest = url.partition("://")
    credentials, at, place = rest.rpartition("@")
    return f"{scheme}{separator}…@{place}" if at and credentials else url
