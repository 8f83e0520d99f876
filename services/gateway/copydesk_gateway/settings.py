"""The gateway's settings: what all services know, the search engine, and its own limits."""

from pydantic import Field

from copydesk_shared.settings import CommonSettings, SearchSettings


class Settings(CommonSettings, SearchSettings):
    port: int = Field(8080, ge=0, le=65535, description="The port to listen on.")
    highlight_chars: int = Field(
        1500,
        ge=240,
        le=100_000,
        description="How much of a body is looked through for the snippet, from its beginning.",
    )
    public_name: str = Field("Copydesk", min_length=1, description="The name on the masthead.")
