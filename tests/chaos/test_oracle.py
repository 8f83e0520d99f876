"""The oracle sees every way to break the promise: each is planted in a clean world, alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chaos_ledger import Confirmed, Kind, Ledger
from chaos_observed import Column, Happened, Letter, Observed, Read
from chaos_oracle import judge, visible_version

from copydesk_shared.contracts.receipt import Outcome, Receipt
from copydesk_shared.contracts.submission import Op
from copydesk_shared.store import Standing, State

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def submitted(
    article_id: str, version: int, kind: Kind = Kind.PUBLISH, poison: str = ""
) -> Confirmed:
    return Confirmed(f"0-{article_id}-{version}", article_id, version, kind, poison)


def receipt(of: Confirmed, outcome: Outcome, **fields: Any) -> Receipt:
    enriched = outcome in {Outcome.INDEXED, Outcome.ENRICHED}
    given: dict[str, Any] = {
        "submission_id": of.submission_id,
        "article_id": of.article_id,
        "version": of.version,
        "outcome": outcome,
        "accepted_at": NOON,
        "enriched_at": NOON + timedelta(seconds=1) if enriched else None,
        "ended_at": NOON + timedelta(seconds=2) if outcome.final else None,
    }
    return Receipt(**(given | fields))


CORRECTED = (submitted("corrected", 1), submitted("corrected", 2))
GONE = (submitted("gone", 1), submitted("gone", 2, Kind.WITHDRAW))
SPOILED = (submitted("spoiled", 1), submitted("spoiled", 2, Kind.POISON, "hangs"))
POISON = (submitted("poison", 1, Kind.POISON, "raises"),)
OUTCOMES = {
    CORRECTED[0]: Outcome.SUPERSEDED,
    CORRECTED[1]: Outcome.INDEXED,
    GONE[0]: Outcome.INDEXED,
    GONE[1]: Outcome.WITHDRAWN,
    SPOILED[0]: Outcome.INDEXED,
    SPOILED[1]: Outcome.DEAD,
    POISON[0]: Outcome.DEAD,
}


def standing(of: Confirmed, state: State, *, enriched: int, indexed: int) -> Standing:
    return Standing(of.article_id, of.version, state, enriched, indexed, of.submission_id)


STORE = {
    "corrected": standing(CORRECTED[1], State.LIVE, enriched=2, indexed=2),
    "gone": standing(GONE[1], State.WITHDRAWN, enriched=0, indexed=2),
    "spoiled": standing(SPOILED[1], State.DEAD, enriched=1, indexed=1),
    "poison": standing(POISON[0], State.DEAD, enriched=0, indexed=0),
}
CLEAN = Observed(
    store=STORE,
    engine=[("corrected", 2), ("spoiled", 1)],
    found=2,
    reads={
        "corrected": Read(200, 2),
        "gone": Read(410),
        "spoiled": Read(200, 1),
        "poison": Read(404),
    },
    events=[
        Happened("gone", 1, Op.PUBLISH),
        Happened("spoiled", 1, Op.PUBLISH),
        Happened("gone", 2, Op.WITHDRAW),
        Happened("corrected", 2, Op.PUBLISH),
    ],
    receipts={of.submission_id: receipt(of, outcome) for of, outcome in OUTCOMES.items()},
    letters=[
        Letter(SPOILED[1].submission_id, "timed_out"),
        Letter(POISON[0].submission_id, "extraction_failed"),
    ],
    handed_to_enrich=6,
    handed_to_index=4,
    queued={"raw": 0},
    pending={"raw": 0},
)


def a_ledger() -> Ledger:
    ledger = Ledger()
    for submission in OUTCOMES:
        ledger.confirm(submission)
    return ledger


def columns(observed: Observed, ledger: Ledger | None = None) -> set[Column]:
    verdict = judge(ledger or a_ledger(), observed)
    return {finding.column for finding in verdict.findings}


def with_store(article_id: str, **fields: Any) -> Observed:
    return replace(CLEAN, store={**STORE, article_id: replace(STORE[article_id], **fields)})


def with_receipt(of: Confirmed, outcome: Outcome, **fields: Any) -> Observed:
    changed = receipt(of, outcome, **fields)
    return replace(CLEAN, receipts={**CLEAN.receipts, of.submission_id: changed})


def without(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != name}


def test_kept_promise_leaves_nothing_to_say() -> None:
    verdict = judge(a_ledger(), CLEAN)
    assert verdict.clean, verdict.findings
    assert all(verdict.count(column) == 0 for column in Column)


PLANTED: dict[str, tuple[Observed, Column]] = {
    "no store row": (replace(CLEAN, store=without(STORE, "corrected")), Column.LOST),
    "store lost the newest": (with_store("corrected", version=1), Column.LOST),
    "no document": (replace(CLEAN, engine=[("spoiled", 1)]), Column.LOST),
    "search is refused": (replace(CLEAN, found='{"code": "search_down"}'), Column.LOST),
    "search misses one": (replace(CLEAN, found=1), Column.LOST),
    "no receipt": (
        replace(CLEAN, receipts=without(CLEAN.receipts, CORRECTED[0].submission_id)),
        Column.LOST,
    ),
    "no event of the newest": (replace(CLEAN, events=CLEAN.events[:3]), Column.LOST),
    "hand-off to index missing": (replace(CLEAN, handed_to_index=3), Column.LOST),
    "unreadable": (replace(CLEAN, reads={**CLEAN.reads, "corrected": Read(404)}), Column.LOST),
    "document twice": (
        replace(CLEAN, engine=[*CLEAN.engine, ("corrected", 2)]),
        Column.DUPLICATED,
    ),
    "document of nobody": (replace(CLEAN, engine=[*CLEAN.engine, ("x", 1)]), Column.DUPLICATED),
    "store row of nobody": (
        replace(CLEAN, store={**STORE, "x": STORE["gone"]}),
        Column.DUPLICATED,
    ),
    "search finds one more": (replace(CLEAN, found=3), Column.DUPLICATED),
    "version nobody posted": (with_store("gone", version=3), Column.DUPLICATED),
    "event twice": (
        replace(CLEAN, events=[*CLEAN.events, CLEAN.events[-1]]),
        Column.DUPLICATED,
    ),
    "handed to index twice": (replace(CLEAN, handed_to_index=5), Column.DUPLICATED),
    "handed to enrich twice": (replace(CLEAN, handed_to_enrich=7), Column.DUPLICATED),
    "letter twice": (
        replace(CLEAN, letters=[*CLEAN.letters, CLEAN.letters[0]]),
        Column.DUPLICATED,
    ),
    "receipt of nobody": (
        replace(
            CLEAN,
            receipts={**CLEAN.receipts, "0-x": receipt(submitted("x", 1), Outcome.WITHDRAWN)},
        ),
        Column.DUPLICATED,
    ),
    "old text in the store": (with_store("corrected", enriched_version=1), Column.STALE),
    "newest never confirmed": (with_store("corrected", indexed_version=1), Column.STALE),
    "old document": (replace(CLEAN, engine=[("corrected", 1), ("spoiled", 1)]), Column.STALE),
    "old event last": (
        replace(CLEAN, events=[*CLEAN.events, Happened("corrected", 1, Op.PUBLISH)]),
        Column.STALE,
    ),
    "old text read": (
        replace(CLEAN, reads={**CLEAN.reads, "corrected": Read(200, 1)}),
        Column.STALE,
    ),
    "withdrawn but live": (with_store("gone", state=State.LIVE), Column.RESURRECTED),
    "withdrawn text kept": (with_store("gone", enriched_version=1), Column.RESURRECTED),
    "withdrawn but found": (
        replace(CLEAN, engine=[*CLEAN.engine, ("gone", 1)]),
        Column.RESURRECTED,
    ),
    "withdrawn but read": (
        replace(CLEAN, reads={**CLEAN.reads, "gone": Read(200, 1)}),
        Column.RESURRECTED,
    ),
    "withdrawal told as publication": (
        replace(
            CLEAN,
            events=[e if e.op is Op.PUBLISH else replace(e, op=Op.PUBLISH) for e in CLEAN.events],
        ),
        Column.RESURRECTED,
    ),
    "receipt still open": (
        with_receipt(CORRECTED[0], Outcome.ACCEPTED),
        Column.UNEXPLAINED,
    ),
    "newest superseded": (with_receipt(GONE[1], Outcome.SUPERSEDED), Column.UNEXPLAINED),
    "receipt of another version": (
        with_receipt(CORRECTED[0], Outcome.SUPERSEDED, version=9),
        Column.UNEXPLAINED,
    ),
    "event of a version nobody posted": (
        replace(CLEAN, events=[*CLEAN.events, Happened("corrected", 3, Op.PUBLISH)]),
        Column.UNEXPLAINED,
    ),
    "withdrawn but unknown": (
        replace(CLEAN, reads={**CLEAN.reads, "gone": Read(404)}),
        Column.UNEXPLAINED,
    ),
    "never read": (replace(CLEAN, reads=without(CLEAN.reads, "gone")), Column.UNEXPLAINED),
    "poison of another death": (
        replace(CLEAN, letters=[CLEAN.letters[0], replace(CLEAN.letters[1], code="no_content")]),
        Column.UNEXPLAINED,
    ),
    "still queued": (replace(CLEAN, queued={"raw": 1}), Column.PENDING),
    "still pending": (replace(CLEAN, pending={"raw": 2}), Column.PENDING),
    "consumer left": (replace(CLEAN, consumers_left=["desk-1-2"]), Column.CONSUMERS),
    "part not ready": (replace(CLEAN, unready=["index-1"]), Column.UNREADY),
    "part crashed": (replace(CLEAN, crashes=["index-1: exit code 1"]), Column.CRASHED),
    "innocent receipt dead": (
        with_receipt(CORRECTED[0], Outcome.DEAD, code="unexpected"),
        Column.INNOCENT_DEAD,
    ),
    "innocent letter": (
        replace(CLEAN, letters=[*CLEAN.letters, Letter(GONE[0].submission_id, "unexpected")]),
        Column.INNOCENT_DEAD,
    ),
    "poison indexed": (with_receipt(POISON[0], Outcome.INDEXED), Column.POISON_ALIVE),
    "poison without a letter": (replace(CLEAN, letters=CLEAN.letters[:1]), Column.POISON_ALIVE),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_breach_is_found_in_its_column(planted: str) -> None:
    observed, column = PLANTED[planted]
    assert column in columns(observed)


@pytest.mark.parametrize("column", [c for c in Column if c is not Column.UNCONFIRMED])
def test_each_column_has_a_planted_breach(column: Column) -> None:
    assert any(found is column for _, found in PLANTED.values())


def test_post_that_was_given_up_is_named() -> None:
    ledger = a_ledger()
    ledger.unconfirmed.append("POST /v1/articles of desk-1")
    assert columns(CLEAN, ledger) == {Column.UNCONFIRMED}


def test_repeat_that_made_a_version_is_a_duplicate() -> None:
    ledger = a_ledger()
    ledger.confirm_repeat(CORRECTED[1], submission_id=CORRECTED[1].submission_id, version=2)
    assert judge(ledger, CLEAN).clean
    ledger.confirm_repeat(CORRECTED[1], submission_id="0-other", version=3)
    assert columns(CLEAN, ledger) == {Column.DUPLICATED}


def test_version_given_twice_is_a_duplicate() -> None:
    ledger = a_ledger()
    ledger.confirm(Confirmed("0-other", "corrected", 2, Kind.PUBLISH))
    assert Column.DUPLICATED in columns(CLEAN, ledger)


def test_submission_id_of_two_posts_is_a_duplicate() -> None:
    ledger = a_ledger()
    ledger.confirm(replace(CORRECTED[1], version=3))
    assert columns(CLEAN, ledger) == {Column.DUPLICATED}


def test_dead_version_leaves_the_older_one_visible() -> None:
    assert visible_version(SPOILED, CLEAN.receipts) == 1


def test_withdrawal_hides_what_came_before_a_dead_version() -> None:
    history = (*GONE, submitted("gone", 3, Kind.POISON, "dies"))
    assert visible_version(history, CLEAN.receipts) == 0
