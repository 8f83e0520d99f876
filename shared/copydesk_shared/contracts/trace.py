"""The trace: an article's life, told by the stages that it passed."""

from pydantic import AwareDatetime

from copydesk_shared.contracts.model import Contract


class TraceEvent(Contract):
    """What happened, when by Redis' clock, to which version and on whose hands.

    `event` is accepted, withdrawal_accepted, superseded, held, released, expired, deferred,
    reclaimed, enriched, indexed, withdrawn, dead or replayed; there will be more. `deliveries`
    counts this one.
    """

    event: str
    at: AwareDatetime
    version: int | None = None
    submission_id: str | None = None
    stage: str | None = None
    consumer: str | None = None
    deliveries: int | None = None
    code: str | None = None
