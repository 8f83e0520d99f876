"""An article's trace, for eyes."""

from datetime import datetime, timedelta
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from copydesk.markup import plain

MINUTE_S = 60
STYLES = {
    "indexed": "green",
    "withdrawn": "yellow",
    "superseded": "yellow",
    "held": "cyan",
    "deferred": "red",
    "reclaimed": "red",
    "dead": "bold red",
}


def trace_table(found: dict[str, Any]) -> RenderableType:
    """One row an event, with the time since the one before."""
    table = Table(box=None, pad_edge=False, header_style="dim", title=plain(found["article_id"]))
    for title in ("at", "after", "event", "version", "stage", "delivery", "consumer", "submission"):
        table.add_column(title, overflow="fold")
    before: datetime | None = None
    for event in found["events"]:
        at = datetime.fromisoformat(event["at"])
        said = plain(event["event"], STYLES.get(event["event"], ""))
        if event.get("code"):
            said.append_text(plain(f" {event['code']}", "default"))
        table.add_row(
            f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}",
            Text(_span(at - before) if before else "", style="dim"),
            said,
            *(
                plain("" if event.get(name) is None else event[name])
                for name in ("version", "stage", "deliveries", "consumer", "submission_id")
            ),
        )
        before = at
    return table


def _span(passed: timedelta) -> str:
    seconds = passed.total_seconds()
    return f"+{seconds:.3f} s" if seconds < MINUTE_S else f"+{timedelta(seconds=round(seconds))}"
