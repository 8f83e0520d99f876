"""The status page says first whether somebody has to get up, and then what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from copydesk_gateway.pages.status import StatusPage, spoken, status_page
from copydesk_gateway.status import DeadKind, Searching, Status, Visible
from copydesk_shared.flow import Flow, Replica, StreamLag
from copydesk_shared.store_memory import StoreMemory
from copydesk_shared.switches import Paused

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
READER = Replica("host-1", silent_s=0.4, pending=0)


def a_lag(stage: str, stream: str, *, waiting: int = 0, age_s: float | None = None) -> StreamLag:
    return StreamLag(stage, stream, waiting, 0, age_s, readers=1, replicas=[READER])


def unread(lag: StreamLag) -> StreamLag:
    silent = Replica("host-1", silent_s=600, pending=lag.waiting)
    return StreamLag(lag.stage, lag.stream, lag.waiting, lag.waiting, lag.age_s, 0, [silent])


RAW, BULK, ENRICHED = (
    a_lag("enrich", "raw"),
    a_lag("enrich", "bulk"),
    a_lag("index", "enriched"),
)
SEARCHING = Searching(articles=120)
ROOMY = StoreMemory(used=100, limit=1000)


def a_status(
    *streams: StreamLag,
    paused: dict[str, Paused] | None = None,
    dead_letters: int = 0,
    searching: Searching = SEARCHING,
    memory: StoreMemory = ROOMY,
) -> Status:
    given = {lag.stream: lag for lag in (RAW, BULK, ENRICHED, *streams)}
    return Status(
        at=NOW,
        flow=Flow(list(given.values()), paused or {}, dead_letters),
        searching=searching,
        visible=Visible(NOW - timedelta(minutes=3), 7, more=False),
        memory=memory,
        dead=[DeadKind("enrich", "no_text", 2, NOW)] if dead_letters else [],
    )


def shown(status: Status, *, memory_limit_share: float = 0.8) -> StatusPage:
    return status_page(status, memory_limit_share=memory_limit_share)


def test_a_quiet_pipeline_is_well() -> None:
    page = shown(a_status())
    assert page.verdict == "All is well, nothing waits"
    assert not page.troubles
    assert [box.figure for box in page.boxes] == ["open", "0", "1", "0", "1", "120"]
    assert not any(box.bad for box in page.boxes)


def test_work_under_way_is_no_trouble() -> None:
    page = shown(a_status(a_lag("enrich", "raw", waiting=3, age_s=2)))
    assert page.verdict == "All is well, 3 on the way"


@pytest.mark.parametrize(
    ("status", "what", "command"),
    [
        (a_status(unread(ENRICHED)), "No replica of index reads", None),
        (
            a_status(unread(a_lag("index", "enriched", waiting=12, age_s=400))),
            "Nobody reads enriched, where 12 wait",
            "copydesk resume index",
        ),
        (
            a_status(paused={"ingest": Paused(NOW, "ann@desk")}),
            "ingest is paused since 02 March, 03:00 UTC by ann@desk",
            "copydesk resume ingest",
        ),
        (
            a_status(a_lag("enrich", "bulk", waiting=9000, age_s=3700)),
            "enrich is behind: in bulk the oldest has waited 1 h",
            None,
        ),
        (
            a_status(searching=Searching(failure="no answer")),
            "Search does not answer: no answer",
            None,
        ),
        (
            a_status(memory=StoreMemory(used=850, limit=1000)),
            "Redis has 85% of its memory in use",
            None,
        ),
        (
            a_status(dead_letters=2),
            "2 dead letters wait to be replayed or dropped",
            "copydesk dead list",
        ),
    ],
)
def test_each_trouble_is_told_with_its_remedy(
    status: Status, what: str, command: str | None
) -> None:
    page = shown(status)
    assert page.verdict == "1 thing to look at"
    (trouble,) = page.troubles
    assert trouble.what == what
    assert trouble.remedy
    assert command is None or command in trouble.commands


def test_memory_is_short_where_ingest_says_so() -> None:
    status = a_status(memory=StoreMemory(used=850, limit=1000))
    assert shown(status, memory_limit_share=0.85).troubles
    assert not shown(status, memory_limit_share=0.9).troubles


def test_a_paused_stage_is_not_also_called_absent() -> None:
    lag = unread(a_lag("index", "enriched", waiting=5, age_s=10))
    page = shown(a_status(lag, paused={"index": Paused(NOW, "ann")}))
    assert [trouble.what for trouble in page.troubles] == [
        "index is paused since 02 March, 03:00 UTC by ann"
    ]


def test_a_replica_of_two_streams_is_one_row() -> None:
    rows = shown(a_status()).replicas
    assert [(row.stage, row.name) for row in rows] == [("enrich", "host-1"), ("index", "host-1")]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59, "59 s"), (61, "1 min"), (7300, "2 h"), (1e6, "11 d")]
)
def test_ages_are_told_in_their_largest_unit(seconds: float, text: str) -> None:
    assert spoken(seconds) == text
