"""The receipt: what became of one submission, and when."""

from enum import StrEnum

from pydantic import AwareDatetime

from copydesk_shared.contracts.model import Contract


class Outcome(StrEnum):
    """Where a submission stands. The first three are on the way, all others are ends."""

    ACCEPTED = "accepted"
    HELD = "held"
    ENRICHED = "enriched"
    INDEXED = "indexed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    DEAD = "dead"

    @property
    def final(self) -> bool:
        return self not in {Outcome.ACCEPTED, Outcome.HELD, Outcome.ENRICHED}

    @property
    def settled(self) -> bool:
        """Nothing more happens, or not before the embargo ends."""
        return self.final or self is Outcome.HELD


class Receipt(Contract):
    """`code` and `hint` are set when the outcome is `dead`; the hint is for a human.

    `held_until` is there from when the article was held for its embargo.
    """

    submission_id: str
    article_id: str
    version: int
    outcome: Outcome
    accepted_at: AwareDatetime
    enriched_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    held_until: AwareDatetime | None = None
    code: str | None = None
    hint: str | None = None
