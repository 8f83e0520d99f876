from io import StringIO

from rich.console import Console

from copydesk.display import Display, PlainDisplay, TerminalDisplay
from copydesk.part import PartEvent, PartState
from copydesk.run_file import Run

RUN = Run(
    urls={
        "redis": "redis://:secret@store:6379/0",
        "ingest": "http://127.0.0.1:8081",
        "gateway": "http://127.0.0.1:8080",
    },
    pids={},
)
DEATH = PartEvent("enrich-1", PartState.DIED, 2.5, "killed by SIGKILL; starting again in 0.1 s")


def a_day(display: Display) -> None:
    display.report(PartEvent("enrich-1", PartState.WAITING))
    display.report(PartEvent("enrich-1", PartState.STARTING))
    display.report(PartEvent("enrich-1", PartState.READY, 1.25))
    display.up(RUN)
    display.report(DEATH)
    display.stopping()
    display.report(PartEvent("enrich-1", PartState.STOPPED, 521.8))
    display.close()


def test_without_a_terminal_each_event_is_a_plain_line() -> None:
    out = StringIO()
    a_day(PlainDisplay(Console(file=out, width=20)))
    assert out.getvalue().splitlines() == [
        "enrich-1 starting",
        "enrich-1 ready after 1.2 s",
        "redis redis://…@store:6379/0",
        "ingest http://127.0.0.1:8081",
        "gateway http://127.0.0.1:8080",
        "up: search page http://127.0.0.1:8080/",
        "enrich-1 died after 2.5 s: killed by SIGKILL; starting again in 0.1 s",
        "stopping",
        "enrich-1 stopped",
    ]


def test_on_a_terminal_the_addresses_and_next_commands_stay() -> None:
    out = StringIO()
    console = Console(file=out, width=100, force_terminal=True, color_system=None)
    a_day(TerminalDisplay(console, hints=("copydesk post FILE",)))
    shown = out.getvalue()
    assert "http://127.0.0.1:8080/" in shown
    assert "copydesk post FILE" in shown
    assert "killed by SIGKILL" in shown
    assert "secret" not in shown
