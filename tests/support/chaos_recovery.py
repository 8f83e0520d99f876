"""Recovery time: how long after a fault everything that it could have hurt had ended. Pure.

That is everything that was under way when the fault began, and the first article accepted after
it; planted poison is left out, for it is meant to take its time. Faults that follow closely are
counted into each other's times.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chaos_ledger import Kind, Ledger

from copydesk_shared.contracts.receipt import Receipt


@dataclass(frozen=True)
class Struck:
    """A fault that was done, and when it began."""

    what: str
    at: datetime


def recovery_s(struck: Struck, receipts: Iterable[Receipt]) -> float | None:
    """Seconds from the fault to the last end; None when nothing was accepted after it."""
    under_way: list[Receipt] = []
    after: list[Receipt] = []
    for receipt in receipts:
        if receipt.ended_at is not None and receipt.ended_at > struck.at:
            (after if receipt.accepted_at > struck.at else under_way).append(receipt)
    if not after:
        return None
    hurt = [*under_way, min(after, key=lambda receipt: receipt.accepted_at)]
    return max((r.ended_at - struck.at).total_seconds() for r in hurt if r.ended_at)


def recoveries(
    faults: Sequence[Struck], ledger: Ledger, receipts: Mapping[str, Receipt]
) -> Mapping[str, Sequence[float]]:
    """Recovery times by kind of fault, sorted."""
    innocent = [
        receipts[submission.submission_id]
        for submission in ledger.submissions.values()
        if submission.kind is not Kind.POISON and submission.submission_id in receipts
    ]
    times: defaultdict[str, list[float]] = defaultdict(list)
    for fault in faults:
        seconds = recovery_s(fault, innocent)
        if seconds is not None:
            times[fault.what].append(seconds)
    return {what: sorted(found) for what, found in sorted(times.items())}


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted values: one of them, never between two."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
