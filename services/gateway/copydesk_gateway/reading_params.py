"""The parameters of what is read beside searches; any that is not here is refused by name."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from copydesk_gateway import dates
from copydesk_gateway.params import MAX_LIMIT
from copydesk_gateway.representations import Format
from copydesk_shared.contracts.article import EntityType

_STREAM_ID = re.compile(r"\d{1,15}-\d{1,19}", re.ASCII)


def _cursor_or_date(value: str) -> str:
    """A stream id stays; a date becomes the stream id before its first millisecond."""
    text = value.strip()
    if not text or _STREAM_ID.fullmatch(text):
        return text
    try:
        first = dates.first_second(text, datetime.now(UTC))
    except (ValueError, OverflowError) as exc:
        raise PydanticCustomError("since", "neither a cursor nor an ISO date") from exc
    return f"{max(first, 0) * 1000}-0"


class ArticleParams(BaseModel):
    """Which version of an article, in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int | None = Field(
        None, ge=1, lt=2**31, description="One of those under `/versions`; else the current one."
    )
    format: Format | None = Field(
        None, description="The form; else the end of the address or the Accept header decides."
    )


class ChangesSinceParams(BaseModel):
    """From where on the change feed is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[str, AfterValidator(_cursor_or_date)] = Field(
        "",
        max_length=40,
        description="`next` of the answer before, or an ISO date or date-time; "
        "else the oldest change that is kept.",
    )
    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="Changes in one answer.")


class EntitiesParams(BaseModel):
    """Which entities."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefix: str = Field(
        min_length=2,
        max_length=100,
        description="How a name, an alias or a word of it begins; case and accents do not matter.",
    )
    type: EntityType | None = None
    limit: int = Field(10, ge=1, le=50, description="Entities in the answer.")


class EntityParams(BaseModel):
    """How much of an entity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(30, ge=1, le=366, description="Days that are counted, up to today (UTC).")
    limit: int = Field(20, ge=1, le=50, description="Newest articles in the answer.")


class SuggestParams(BaseModel):
    """What has been typed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(max_length=200, description="What has been typed so far.")
    limit: int = Field(5, ge=1, le=10, description="The most entities, and the most headlines.")
