"""The one configuration every contract shares."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # at an edge of the calendar
        return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time in UTC, in whatever zone it was given."""


class Contract(BaseModel):
    """Immutable, and deaf to fields it does not know, so that a newer peer can add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")


class StreamEvent(Contract):
    """What every event on a work stream says: whose it is and where it comes from.

    `trace` is a W3C traceparent, when the publisher's request carried one.
    """

    submission_id: str
    article_id: str
    version: int
    received_at: AwareDatetime
    trace: str | None = None
