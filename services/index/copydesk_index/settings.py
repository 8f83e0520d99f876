"""The settings of the index service."""

from datetime import timedelta

from pydantic import Field

from copydesk_shared.settings import CommonSettings, DeliverySettings, SearchSettings, Seconds


class Settings(CommonSettings, DeliverySettings, SearchSettings):
    """Read once, by `create_app`."""

    port: int = Field(8083, ge=0, le=65535, description="The port to listen on.")
    index_batch: int = Field(
        200, ge=1, le=1000, description="The most articles that one engine write takes."
    )
    sweep_every: Seconds = Field(
        timedelta(minutes=1), description="How often engine and store are compared."
    )
    sweep_window: Seconds = Field(
        timedelta(hours=1), description="How far back a sweep looks; the one at start looks at all."
    )
    keep_raw: Seconds = Field(
        timedelta(days=30),
        gt=timedelta(0),
        description="An article's raw copy is dropped so long after its last change.",
    )
    keep_articles: Seconds = Field(
        timedelta(0),
        ge=timedelta(0),
        description="An article is forgotten so long after its last change; 0 keeps it for ever.",
    )
