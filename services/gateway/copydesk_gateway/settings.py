"""The gateway's settings: what all services know, the search engine, and its own limits."""

from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from copydesk_shared.settings import CommonSettings, IntakeSettings, SearchSettings


def _listed(value: object) -> object:
    """Let an environment say `a, b` for a list of two."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(CommonSettings, SearchSettings, IntakeSettings):
    port: int = Field(8080, ge=0, le=65535, description="The port to listen on.")
    highlight_chars: int = Field(
        1500,
        ge=240,
        le=100_000,
        description="How much of a body is looked through for the snippet, from its beginning.",
    )
    public_name: str = Field("Copydesk", min_length=1, description="The name on the masthead.")
    public_url: str = Field(
        "",
        pattern="^(https?://[^/]+.*)?$",
        description="The address of readers, for feeds and sitemaps; empty: the one they asked.",
    )
    rate_limit: int = Field(
        0, ge=0, description="Requests a minute of one client, in one process; 0: no limit."
    )
    reader_keys: SecretStr = Field(
        SecretStr(""),
        description="Readers' API keys, or `sha256:` and a key's digest; empty: open to all.",
    )
    trusted_proxies: Listed = Field(
        (), description="Addresses or networks whose X-Forwarded-For and -Proto are believed."
    )
    cors_origins: Listed = Field(
        (), description="Origins whose scripts may read the API in a browser; `*` for all."
    )
