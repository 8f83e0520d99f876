"""Who is let in, and how long the others are told to wait."""

import pytest

from copydesk_ingest.pressure import Room
from copydesk_shared.store_memory import StoreMemory

ROOM = Room(backlog_limit=1000, memory_limit_share=0.8)
PLENTY = StoreMemory(used=500, limit=0)


def at(share: float) -> StoreMemory:
    return StoreMemory(used=int(share * 1000), limit=1000)


def test_without_maxmemory_only_entries_count() -> None:
    assert ROOM.entries(PLENTY, bulk=False) == 1000
    assert ROOM.entries(PLENTY, bulk=True) == 875


@pytest.mark.parametrize(
    ("share", "single", "bulk"),
    [(0.0, 1000, 875), (0.69, 1000, 875), (0.71, 1000, 0), (0.79, 1000, 0), (0.8, 0, 0)],
)
def test_memory_shuts_bulk_out_first(share: float, single: int, bulk: int) -> None:
    assert ROOM.entries(at(share), bulk=False) == single
    assert ROOM.entries(at(share), bulk=True) == bulk


def test_the_smallest_limit_takes_one() -> None:
    assert Room(backlog_limit=1, memory_limit_share=1).entries(PLENTY, bulk=True) == 1


def test_the_wait_grows_with_the_fill() -> None:
    waits = [
        ROOM.refusal(at(share), backlog=10, bulk=False).retry_after_s
        for share in (0.8, 0.85, 0.9, 1.0)
    ]
    assert waits == [2, 7, 12, 22]
    assert ROOM.refusal(PLENTY, backlog=875, bulk=True).retry_after_s == 2
    assert ROOM.refusal(PLENTY, backlog=1000, bulk=True).retry_after_s == 12
    assert ROOM.refusal(PLENTY, backlog=10_000, bulk=False).retry_after_s == 60


def test_the_refusal_says_what_is_full() -> None:
    assert ROOM.refusal(at(0.82), backlog=10, bulk=False).message.startswith("The store has 82%")
    by_entries = ROOM.refusal(at(0.1), backlog=1000, bulk=False)
    assert by_entries.message == "1000 articles wait already, the limit is 1000."
    assert by_entries.code == "backlog_full"
