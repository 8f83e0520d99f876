"""Settings that several services share; each service adds its own slice in its `settings.py`.

The environment is read once, by `create_app`, through these classes. Every name is prefixed
`COPYDESK_`. Durations take a number of seconds or ISO 8601. What the environment does not say may
be in a file of the same name, in lower case, under `/run/secrets`, where containers get secrets.
"""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _seconds(value: object) -> object:
    """Let an environment say `10` for ten seconds, which pydantic alone refuses as text."""
    if isinstance(value, str):
        try:
            return timedelta(seconds=float(value))
        except ValueError:
            return value
    return value


Seconds = Annotated[timedelta, BeforeValidator(_seconds)]

SECRETS_DIR: Final = Path("/run/secrets")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Slice(BaseSettings):
    """Settings that belong together; where they come from is said here alone, for all slices.

    Of several slices in one class the last would have its way.
    """

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_",
        frozen=True,
        extra="ignore",
        # pydantic-settings warns of a folder that is not there.
        secrets_dir=SECRETS_DIR if SECRETS_DIR.is_dir() else None,
    )


class CommonSettings(Slice):
    """What every service needs to know."""

    environment: Environment = Field(
        Environment.DEVELOPMENT, description="Production logs JSON, development logs for eyes."
    )
    log_level: str = Field("info", description="debug, info, warning or error.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(0, ge=0, le=65535, description="The port to listen on.")
    redis_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"), description="Redis or Valkey, with password if any."
    )


class DeliverySettings(Slice):
    """How a stage that reads a stream treats what it reads."""

    reclaim_after: Seconds = Field(
        timedelta(seconds=10),
        description="An entry untouched for so long is taken over by another replica.",
    )
    max_deliveries: int = Field(
        5, ge=2, description="An entry that failed so often is dead-lettered."
    )
    consumer_expiry: Seconds = Field(
        timedelta(hours=1), description="A silent consumer with nothing pending is forgotten then."
    )
    stop_window: int = Field(
        50, ge=0, description="The stop rule looks at so many last articles; 0 turns it off."
    )
    stop_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="The share of them whose unexpected errors stop the stage, to be resumed.",
    )
    stop_sources: int = Field(
        3, ge=1, description="They must come from so many sources, or the stage goes on."
    )


class IntakeSettings(Slice):
    """When ingest takes nothing more in; the gateway tells operators of it."""

    memory_limit_share: float = Field(
        0.8,
        gt=0,
        le=1,
        description="The share of Redis' maxmemory at which new articles are refused with 503.",
    )


class SearchSettings(Slice):
    """Which search engine: Meilisearch when `search_url` is set, else tantivy in `search_dir`."""

    search_url: str | None = Field(None, description="Meilisearch's address; empty for embedded.")
    search_key: SecretStr | None = Field(None, description="Meilisearch's API key.")
    search_index: str = Field("articles", description="The name of the Meilisearch index.")
    search_dir: Path = Field(Path("data/search"), description="Where the embedded engine lives.")
