"""An article's trace on a screen."""

from io import StringIO
from typing import Any

from rich.console import Console

from copydesk.trace_view import trace_table


def shown(*events: dict[str, Any]) -> str:
    out = StringIO()
    Console(file=out, width=160).print(trace_table({"article_id": "a-1", "events": list(events)}))
    return out.getvalue()


def test_a_trace_has_a_row_an_event_with_the_time_between() -> None:
    text = shown(
        {"event": "accepted", "at": "2026-11-01T12:00:00.500Z", "version": 1, "stage": "ingest"},
        {
            "event": "deferred",
            "at": "2026-11-01T12:00:00.750Z",
            "version": 1,
            "stage": "enrich",
            "deliveries": 1,
            "consumer": "desk-7-1",
            "code": "timed_out",
        },
        {"event": "indexed", "at": "2026-11-01T13:00:01.750Z", "version": 1, "stage": "index"},
    )
    assert "2026-11-01 12:00:00.500" in text
    assert "+0.250 s" in text
    assert "deferred timed_out" in text
    assert "desk-7-1" in text
    assert "+1:00:01" in text


def test_a_foreign_name_cannot_repaint_the_screen() -> None:
    text = shown({"event": "accepted", "at": "2026-11-01T12:00:00Z", "consumer": "[b]\x1b[2Jx"})
    assert "[b][2Jx" in text
    assert "\x1b" not in text
