"""The oracle: what was confirmed against what is there. Pure; it knows ids, versions and ends."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from chaos_ledger import Confirmed, Kind, Ledger
from chaos_observed import Column, Finding, Happened, Letter, Observed, Read, Verdict

from copydesk_shared.contracts.receipt import Outcome, Receipt
from copydesk_shared.contracts.submission import Op
from copydesk_shared.store import Standing, State

POISON_CODES: Final = {
    "raises": frozenset({"extraction_failed", "delivery_limit"}),
    "hangs": frozenset({"timed_out", "worker_crashed", "delivery_limit"}),
    "dies": frozenset({"worker_crashed", "timed_out", "delivery_limit"}),
}
"""The last try of a poison may be cut short by a fault, which then gives the reason."""

_ENDS: Final = {
    Kind.PUBLISH: Outcome.INDEXED,
    Kind.WITHDRAW: Outcome.WITHDRAWN,
    Kind.POISON: Outcome.DEAD,
}


def judge(ledger: Ledger, observed: Observed) -> Verdict:
    """Every breach of the promise, each in its column."""
    return Verdict(
        [
            *_answers(ledger),
            *_hand_offs(ledger, observed),
            *_receipts(ledger, observed),
            *_letters(ledger, observed),
            *_articles(ledger, observed),
            *_leftovers(observed),
        ]
    )


def visible_version(history: Sequence[Confirmed], receipts: Mapping[str, Receipt]) -> int:
    """The version that readers are to see, 0 for none: a dead version leaves the older one up."""
    for submission in reversed(history):
        if submission.kind is Kind.WITHDRAW:
            return 0
        receipt = receipts.get(submission.submission_id)
        died = submission.kind is Kind.POISON or (receipt and receipt.outcome is Outcome.DEAD)
        if died:
            continue
        if submission is history[-1] or (receipt and receipt.outcome is Outcome.INDEXED):
            return submission.version
    return 0


def _answers(ledger: Ledger) -> Iterator[Finding]:
    for what in ledger.unconfirmed:
        yield Finding(Column.UNCONFIRMED, what)
    for what in ledger.broken_repeats:
        yield Finding(Column.DUPLICATED, what)
    taken = Counter((s.article_id, s.version) for s in ledger.submissions.values())
    for (article_id, version), times in taken.items():
        if times > 1:
            yield Finding(Column.DUPLICATED, f"{article_id} v{version} was given {times} times")


def _hand_offs(ledger: Ledger, observed: Observed) -> Iterator[Finding]:
    """Each submission enters a stream once; more is a hand-off that happened twice."""
    kinds = Counter(submission.kind for submission in ledger.submissions.values())
    enriched = sum(receipt.enriched_at is not None for receipt in observed.receipts.values())
    for stream, added, due in (
        ("enrich", observed.handed_to_enrich, kinds[Kind.PUBLISH] + kinds[Kind.POISON]),
        ("index", observed.handed_to_index, kinds[Kind.WITHDRAW] + enriched),
    ):
        column = Column.DUPLICATED if added > due else Column.LOST
        for _ in range(abs(added - due)):
            yield Finding(column, f"{stream} was handed {added} entries for {due} submissions")


def _receipts(ledger: Ledger, observed: Observed) -> Iterator[Finding]:
    newest = {history[-1].submission_id for history in ledger.histories().values()}
    for submission_id, submission in ledger.submissions.items():
        receipt = observed.receipts.get(submission_id)
        if receipt is None:
            yield Finding(Column.LOST, f"{submission_id} has no receipt")
            continue
        what = f"the receipt of {submission} says {receipt.outcome} v{receipt.version}"
        told = (receipt.article_id, receipt.version)
        if not receipt.outcome.final or told != (submission.article_id, submission.version):
            yield Finding(Column.UNEXPLAINED, what)
        elif receipt.outcome is Outcome.DEAD and submission.kind is not Kind.POISON:
            yield Finding(Column.INNOCENT_DEAD, f"{what}: {receipt.code}")
        elif submission.kind is Kind.POISON and receipt.outcome is Outcome.INDEXED:
            yield Finding(Column.POISON_ALIVE, what)
        elif receipt.outcome is not _ENDS[submission.kind] and (
            submission_id in newest or receipt.outcome is not Outcome.SUPERSEDED
        ):
            yield Finding(Column.UNEXPLAINED, what)
    for submission_id in observed.receipts.keys() - ledger.submissions.keys():
        yield Finding(Column.DUPLICATED, f"nobody was told of submission {submission_id}")


def _letters(ledger: Ledger, observed: Observed) -> Iterator[Finding]:
    letters: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in observed.letters:
        letters[letter.submission_id].append(letter)
    for submission_id, found in letters.items():
        submission = ledger.submissions.get(submission_id)
        if len(found) > 1:
            yield Finding(Column.DUPLICATED, f"{submission_id} has {len(found)} dead letters")
        if submission is None or submission.kind is not Kind.POISON:
            yield Finding(Column.INNOCENT_DEAD, f"a dead letter of {submission or submission_id}")
        elif found[0].code not in POISON_CODES[submission.poison]:
            yield Finding(Column.UNEXPLAINED, f"{submission} died of {found[0].code}")
    for submission_id, receipt in observed.receipts.items():
        if receipt.outcome is Outcome.DEAD and submission_id not in letters:
            yield Finding(Column.POISON_ALIVE, f"{submission_id} has died without a letter")


def _articles(ledger: Ledger, observed: Observed) -> Iterator[Finding]:
    histories = ledger.histories()
    engine: defaultdict[str, list[int]] = defaultdict(list)
    for article_id, version in observed.engine:
        engine[article_id].append(version)
    events: defaultdict[str, list[Happened]] = defaultdict(list)
    for event in observed.events:
        events[event.article_id].append(event)
    expected = 0
    for article_id, history in histories.items():
        visible = visible_version(history, observed.receipts)
        expected += visible > 0
        yield from _stored(history, observed.store.get(article_id), visible=visible)
        yield from _held(history, engine[article_id], visible=visible)
        yield from _told(history, events[article_id])
        yield from _read(history, observed.reads.get(article_id), visible=visible)
    for where, ids in (
        ("store", observed.store.keys()),
        ("engine", engine.keys()),
        ("events", events.keys()),
    ):
        for article_id in ids - histories.keys():
            yield Finding(Column.DUPLICATED, f"the {where} has {article_id}, nobody posted it")
    if isinstance(observed.found, str):
        yield Finding(Column.LOST, f"the search is refused: {observed.found}")
    elif observed.found != expected:
        column = Column.LOST if observed.found < expected else Column.DUPLICATED
        yield Finding(column, f"search finds {observed.found} articles of {expected}")


def _stored(
    history: Sequence[Confirmed], standing: Standing | None, *, visible: int
) -> Iterator[Finding]:
    newest = history[-1]
    if standing is None:
        yield Finding(Column.LOST, f"the store has no {newest.article_id}")
        return
    what = f"the store has {standing} for {newest}"
    if standing.version != newest.version:
        lost = standing.version < newest.version
        yield Finding(Column.LOST if lost else Column.DUPLICATED, what)
    elif newest.kind is Kind.WITHDRAW:
        if standing.state is not State.WITHDRAWN or standing.enriched_version:
            yield Finding(Column.RESURRECTED, what)
    elif standing.enriched_version != visible:
        yield Finding(Column.STALE, what)
    if newest.kind is not Kind.POISON and standing.indexed_version < newest.version:
        yield Finding(Column.STALE, f"{what}: not the newest is confirmed")


def _held(
    history: Sequence[Confirmed], versions: Sequence[int], *, visible: int
) -> Iterator[Finding]:
    newest = history[-1]
    if len(versions) > 1:
        yield Finding(Column.DUPLICATED, f"the engine has {newest.article_id} as {versions}")
    held = max(versions, default=0)
    what = f"the engine has v{held} of {newest}, not v{visible}"
    if held == visible:
        return
    if visible == 0:
        gone = newest.kind is Kind.WITHDRAW
        yield Finding(Column.RESURRECTED if gone else Column.UNEXPLAINED, what)
    elif held == 0:
        yield Finding(Column.LOST, what)
    else:
        yield Finding(Column.STALE, what)


def _told(history: Sequence[Confirmed], events: Sequence[Happened]) -> Iterator[Finding]:
    newest, kinds = history[-1], {each.version: each.kind for each in history}
    versions = [event.version for event in events]
    for earlier, later in pairwise(versions):
        if later == earlier:
            yield Finding(Column.DUPLICATED, f"two events of {newest.article_id} v{later}")
        elif later < earlier:
            yield Finding(Column.STALE, f"an event of {newest.article_id} v{later} after {earlier}")
    for event in events:
        # A withdrawal may be told under the version it overtook; a publication may not.
        if event.version not in kinds or (
            event.op is Op.PUBLISH and kinds[event.version] is not Kind.PUBLISH
        ):
            yield Finding(Column.UNEXPLAINED, f"{event} in {newest.article_id}")
    if newest.kind is Kind.POISON:
        return
    if newest.version not in versions:
        yield Finding(Column.LOST, f"no event of {newest}")
    elif newest.kind is Kind.WITHDRAW and events[-1].op is not Op.WITHDRAW:
        yield Finding(Column.RESURRECTED, f"the last event is {events[-1]} after {newest}")


def _read(history: Sequence[Confirmed], read: Read | None, *, visible: int) -> Iterator[Finding]:
    newest = history[-1]
    if read is None:
        yield Finding(Column.UNEXPLAINED, f"nobody tried to read {newest.article_id}")
        return
    what = f"reading {newest} gives {read}"
    if visible:
        if read.status != 200:
            yield Finding(Column.LOST, what)
        elif read.version != visible:
            yield Finding(Column.STALE, what)
    elif read.status == 200:
        yield Finding(Column.RESURRECTED, what)
    elif newest.kind is Kind.WITHDRAW and read.status != 410:
        yield Finding(Column.UNEXPLAINED, what)


def _leftovers(observed: Observed) -> Iterator[Finding]:
    for name, counts in (("queued", observed.queued), ("pending", observed.pending)):
        for stream, count in counts.items():
            for _ in range(count):
                yield Finding(Column.PENDING, f"{count} entries {name} in {stream}")
    for consumer in observed.consumers_left:
        yield Finding(Column.CONSUMERS, consumer)
    for part in observed.unready:
        yield Finding(Column.UNREADY, part)
    for crash in observed.crashes:
        yield Finding(Column.CRASHED, crash)
