"""The one configuration every contract shares."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """Immutable, and deaf to fields it does not know, so that a newer peer can add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")
