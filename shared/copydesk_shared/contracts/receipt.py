"""The receipt: what became of one submission, and when."""

from enum import StrEnum

from pydantic import AwareDatetime

from copydesk_shared.contracts.model import Contract


class Outcome(StrEnum):
    """Where a submission stands. The first two are on the way, all others are ends."""

    ACCEPTED = "accepted"
    ENRICHED = "enriched"
    INDEXED = "indexed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    DEAD = "dead"

    @property
    def final(self) -> bool:
        return self not in {Outcome.ACCEPTED, Outcome.ENRICHED}


class Receipt(Contract):
    """`code` and `hint` are set when the outcome is `dead`; the hint is for a human."""

    submission_id: str
    article_id: str
    version: int
    outcome: Outcome
    accepted_at: AwareDatetime
    enriched_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    code: str | None = None
    hint: str | None = None
