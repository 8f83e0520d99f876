"""Logs: one JSON object a line in production, with the ids that the work is about."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from copydesk_shared.logging import bind, configure_logging
from copydesk_shared.settings import Environment


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_event_carries_its_fields_and_the_bound_ids(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("enrich", environment=Environment.PRODUCTION, level="info")
    with bind(article_id="a1", deliveries=2, trace=None):
        structlog.get_logger().info("article_enriched", outcome="forwarded")
    (line,) = lines(capsys.readouterr().err)
    assert line.pop("timestamp")
    assert line == {
        "event": "article_enriched",
        "outcome": "forwarded",
        "level": "info",
        "service": "enrich",
        "article_id": "a1",
        "deliveries": 2,
    }


def test_ids_are_unbound_after_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("enrich", environment=Environment.PRODUCTION, level="info")
    with bind(article_id="a1"):
        pass
    structlog.get_logger().info("stage_reading")
    (line,) = lines(capsys.readouterr().err)
    assert "article_id" not in line


def test_traceback_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("index", environment=Environment.PRODUCTION, level="info")
    try:
        int("broken\nin two")
    except ValueError:
        structlog.get_logger().exception("batch_failed")
    (line,) = lines(capsys.readouterr().err)
    assert "ValueError: invalid literal" in str(line["exception"])


def test_libraries_speak_through_the_same_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("index", environment=Environment.PRODUCTION, level="info")
    logging.getLogger("some.library").warning("watch out")
    logging.getLogger("some.library").debug("not this")
    (line,) = lines(capsys.readouterr().err)
    assert (line["event"], line["level"]) == ("watch out", "warning")
