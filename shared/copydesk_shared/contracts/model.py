"""The one configuration every contract shares."""

from pydantic import AwareDatetime, BaseModel, ConfigDict


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
