"""What the oracle is shown, and the form of what it says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from copydesk_shared.contracts.receipt import Receipt
from copydesk_shared.contracts.submission import Op
from copydesk_shared.store import Standing


class Column(StrEnum):
    """The ways to break the promise. A run passes when there is nothing in any of them."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    STALE = "stale"
    RESURRECTED = "resurrected"
    UNEXPLAINED = "unexplained"
    PENDING = "pending"
    CONSUMERS = "consumers left"
    INNOCENT_DEAD = "innocent dead"
    POISON_ALIVE = "poison alive"
    UNCONFIRMED = "unconfirmed"
    UNREADY = "not ready"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Happened:
    """An event: this version became visible, or its withdrawal did."""

    article_id: str
    version: int
    op: Op


@dataclass(frozen=True)
class Letter:
    """A dead letter, as far as the oracle cares."""

    submission_id: str
    code: str


@dataclass(frozen=True)
class Read:
    """What the gateway answered for an article; the version is 0 without one."""

    status: int
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Observed:
    """All that can be seen of a pipeline that has come to rest.

    `engine` holds a document as often as the engine does; `found` is how many the search finds, or
    the problem that it answers with. `queued` and `pending` are by stream. `handed_to_enrich` and
    `handed_to_index` count all entries that their streams ever took.
    """

    store: Mapping[str, Standing]
    engine: Sequence[tuple[str, int]]
    found: int | str
    reads: Mapping[str, Read]
    events: Sequence[Happened]
    receipts: Mapping[str, Receipt]
    letters: Sequence[Letter]
    handed_to_enrich: int
    handed_to_index: int
    queued: Mapping[str, int] = field(default_factory=dict)
    pending: Mapping[str, int] = field(default_factory=dict)
    consumers_left: Sequence[str] = ()
    unready: Sequence[str] = ()
    crashes: Sequence[str] = ()


@dataclass(frozen=True)
class Finding:
    column: Column
    what: str


@dataclass(frozen=True)
class Verdict:
    findings: Sequence[Finding]

    @property
    def clean(self) -> bool:
        return not self.findings

    def count(self, column: Column) -> int:
        return sum(finding.column is column for finding in self.findings)
