"""What can be set about ingest; sizes are bytes, durations seconds."""

from datetime import timedelta

from pydantic import Field

from copydesk_shared.durability import Durability
from copydesk_shared.settings import CommonSettings, IntakeSettings, Seconds


class Settings(CommonSettings, IntakeSettings):
    port: int = Field(8081, ge=0, le=65535, description="The port to listen on.")
    max_body_bytes: int = Field(10 * 2**20, gt=0, description="The largest article.")
    batch_max_bytes: int = Field(16 * 2**20, gt=0, description="The largest batch.")
    batch_max_items: int = Field(1000, gt=0, description="The most articles in one batch.")
    backlog_limit: int = Field(
        100_000,
        gt=0,
        description="Articles waiting for enrich from which on new ones are refused with 503.",
    )
    durability: Durability = Field(
        Durability.EVERYSEC,
        description="everysec: a power failure takes two seconds at most. fsync (or always):"
        " nothing, and Redis has to run appendfsync always.",
    )
    min_chars: int = Field(20, ge=1, description="The shortest plain text that is an article.")
    html_max_depth: int = Field(500, gt=0, description="The deepest nesting of HTML elements.")
    html_max_tags: int = Field(50_000, gt=0, description="The most tags in one HTML page.")
    json_max_depth: int = Field(32, gt=0, description="The deepest nesting of JSON.")
    embargo_max: Seconds = Field(
        timedelta(days=366), gt=timedelta(0), description="The longest embargo, from now on."
    )
    accept_timeout: Seconds = Field(
        timedelta(seconds=5), description="How long Redis may take to accept before a 503."
    )
    accept_queue: int = Field(
        4096, gt=0, description="Articles that may wait for a round trip to Redis in one process."
    )
    preview_timeout: Seconds = Field(
        timedelta(seconds=10), gt=timedelta(0), description="How long a preview may take."
    )
    previews_waiting: int = Field(
        16, gt=0, description="Previews that may wait for an enrich replica; more get a 503."
    )
    wait_max: Seconds = Field(
        timedelta(seconds=60), description="The longest wait for a receipt in one request."
    )
