"""The pure parts around the oracle: the schedule, the recovery times and the mutants' edits."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from chaos_ledger import Confirmed, Kind, Ledger
from chaos_mutants import MUTANTS
from chaos_recovery import Struck, percentile, recoveries, recovery_s
from chaos_schedule import Action, Fault, Weather, schedule

from copydesk_shared import lua
from copydesk_shared.contracts.receipt import Outcome, Receipt

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REPLICAS = {"enrich": 3, "index": 2}


def faults(seed: int, *, embedded: bool = True, duration_s: float = 600) -> Sequence[Fault]:
    return schedule(
        seed,
        duration_s=duration_s,
        weather=Weather(),
        replicas=REPLICAS,
        reclaim_after_s=2.0,
        embedded=embedded,
    )


def test_schedule_follows_from_the_seed() -> None:
    assert faults(1) == faults(1)
    assert faults(1) != faults(2)


def test_every_kind_of_fault_comes_in_time() -> None:
    found = faults(1)
    assert {fault.target for fault in found} == {
        *("enrich-1", "enrich-2", "enrich-3", "index-1", "index-2"),
        *("ingest", "gateway", "redis", "search"),
    }
    assert {fault.action for fault in found} == set(Action)
    assert all(fault.at_s < 600 for fault in found)


def test_stops_outlast_the_reclaim_time() -> None:
    stops = [fault for fault in faults(1) if fault.action is Action.STOP]
    assert stops
    assert all(fault.lasts_s > 2.0 for fault in stops)


def test_only_an_embedded_engine_is_wiped() -> None:
    wiped = {fault.target for fault in faults(1) if fault.action is Action.WIPE}
    assert wiped == {"search"}
    assert all(fault.action is not Action.WIPE for fault in faults(1, embedded=False))


def a_receipt(number: int, *, accepted: float, ended: float) -> Receipt:
    return Receipt(
        submission_id=f"0-{number}",
        article_id=str(number),
        version=1,
        outcome=Outcome.INDEXED,
        accepted_at=NOON + timedelta(seconds=accepted),
        ended_at=NOON + timedelta(seconds=ended),
    )


STRUCK = Struck("kill enrich", NOON)


def test_recovery_lasts_until_what_was_under_way_has_ended() -> None:
    receipts = [
        a_receipt(1, accepted=-9, ended=-1),
        a_receipt(2, accepted=-1, ended=3),
        a_receipt(3, accepted=1, ended=2),
        a_receipt(4, accepted=5, ended=50),
    ]
    assert recovery_s(STRUCK, receipts) == 3


def test_recovery_includes_the_first_article_after_the_fault() -> None:
    receipts = [a_receipt(1, accepted=-1, ended=1), a_receipt(2, accepted=4, ended=6)]
    assert recovery_s(STRUCK, receipts) == 6


def test_recovery_is_unknown_when_nothing_followed() -> None:
    assert recovery_s(STRUCK, [a_receipt(1, accepted=-1, ended=1)]) is None


def test_poison_does_not_count_as_slow_recovery() -> None:
    ledger = Ledger()
    ledger.confirm(Confirmed("0-1", "1", 1, Kind.PUBLISH))
    ledger.confirm(Confirmed("0-2", "2", 1, Kind.POISON, "hangs"))
    receipts = {
        "0-1": a_receipt(1, accepted=1, ended=2),
        "0-2": a_receipt(2, accepted=-1, ended=30),
    }
    assert recoveries([STRUCK], ledger, receipts) == {"kill enrich": [2.0]}


def test_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    assert percentile([7.0], 0.99) == 7


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_still_finds_what_it_changes(name: str) -> None:
    mutant = MUTANTS[name]
    for script in {script for script, _, _ in mutant.edits}:
        assert mutant.mutated(script, lua.source(script)) != lua.source(script)


def test_mutant_that_finds_nothing_says_so() -> None:
    with pytest.raises(ValueError, match="nothing to change"):
        MUTANTS["no_ownership_check"].mutated("held", "return 1")
