"""The fields a publisher can give, in whatever format: their checks and the reading they end in.

What only describes an article (title, byline, section, language, keywords, dates) never keeps it
out: it is repaired (`repairs.py`) or left out, and a warning says so. What says which article it is
and when it may be seen (source, id, address, embargo, expiry) is never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from copydesk_ingest.formats import repairs
from copydesk_ingest.formats.images import image_members
from copydesk_ingest.formats.links import link_members
from copydesk_ingest.identity import MAX_EXTERNAL_ID, SOURCE
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.addresses import MAX_URL, canonical_url
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Warned
from copydesk_shared.dates import ReadDate

MAX_NAMED = 20
"""Unknown fields that get a warning each; a foreign format has dozens."""


def _http_url(value: str) -> str:
    canonical_url(value)
    return value


def _matches(pattern: "re.Pattern[str]", what: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(what)
        return value

    return AfterValidator(check)


def _line(limit: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


_Blank = BeforeValidator(repairs.blank)
Line = Annotated[str | None, BeforeValidator(repairs.line)]
Moment = Annotated[datetime | None, BeforeValidator(repairs.moment)]
Date = Annotated[
    ReadDate | None,
    BeforeValidator(repairs.date),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
]


class Metadata(BaseModel):
    """Everything but the text. Unknown fields are kept aside, for a warning."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    source: Annotated[
        Annotated[str, _matches(SOURCE, "1 to 100 of A-Z a-z 0-9 . _ -")] | None, _Blank
    ] = Field(None, description="Who publishes; by default the host of `url`, else `default`.")
    external_id: Annotated[Annotated[str, _line(MAX_EXTERNAL_ID)] | None, _Blank] = Field(
        None, description="The publisher's own id: the same id is the same article."
    )
    url: Annotated[Annotated[str, _line(MAX_URL), AfterValidator(_http_url)] | None, _Blank] = (
        Field(None, description="The article's address, http or https.")
    )
    title: Annotated[str | None, BeforeValidator(repairs.title)] = None
    byline: Annotated[str | None, BeforeValidator(repairs.byline)] = None
    language: Annotated[str | None, BeforeValidator(repairs.language)] = Field(
        None, description="BCP 47, such as `en` or `pt-BR`."
    )
    published: Date = Field(
        None, description="ISO 8601 or in English; without a time zone it is UTC."
    )
    modified: Date = None
    section: Line = None
    keywords: Annotated[
        tuple[str, ...],
        Field(max_length=repairs.MAX_KEYWORDS),
        BeforeValidator(repairs.keywords),
    ] = ()
    expires: Moment = Field(
        None, description="When the article is withdrawn by itself; not in the past."
    )
    embargoed_until: Moment = Field(
        None, description="Accepted now, published then; in the past it means nothing."
    )


class ImageForm(BaseModel):
    """A picture that goes with the article; where it cannot be found, it is left out."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    href: str = Field(description="Its address, http or https; relative to `url`.")
    caption: Line = None
    credit: Line = None


class LinkForm(BaseModel):
    """What the publisher relates an article to; without a web address it is left out."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    href: str = Field(description="Its address, http or https; relative to `url`.")
    label: Line = None


class ArticleForm(Metadata):
    """An article in Copydesk's own JSON."""

    content: str = Field(description="The article, verbatim.")
    content_type: str | None = Field(
        None,
        description="`text/plain` or `text/html`; looked for in the content when it is missing.",
    )
    images: Annotated[list[ImageForm], BeforeValidator(image_members)] = Field(
        [], description="The first 20 are kept."
    )
    links: Annotated[list[LinkForm], BeforeValidator(link_members)] = Field(
        [], description="The first 50 are kept."
    )


@dataclass(frozen=True)
class Reading:
    """What a format read from a request, before the checks that all formats share."""

    metadata: Metadata
    content: str
    content_type: str | None
    warnings: list[Warned] = field(default_factory=list)
    images: Sequence[GivenImage] = ()
    links: Sequence[GivenLink] = ()
    standfirst: str | None = None
    """A summary beside the text."""
    withdraws: bool = False
    """The publisher takes the article back; there need not be a text."""
    home: str | None = None
    """The address of the feed that it came in: its host is the source where none is named."""


def unknown_fields(metadata: Metadata) -> list[Warned]:
    return [
        Warned(code="unknown_field", message="Unknown field, ignored.", field=name[:100])
        for name in list(metadata.model_extra or ())[:MAX_NAMED]
    ]


def invalid_fields(error: ValidationError, *, named: str = "pointer") -> RefusedError:
    """A 422 with the place and the fault of each; JSON pointers (RFC 6901), or parameter names."""
    errors = [
        {
            named: _pointer(fault["loc"]) if named == "pointer" else str(fault["loc"][0]),
            "message": fault["msg"].removeprefix("Value error, "),
        }
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    places = ", ".join(str(fault[named]) or "the document" for fault in errors[:MAX_NAMED])
    return RefusedError("invalid_field", f"Check {places}.", errors=errors[:MAX_NAMED])


def _pointer(location: Sequence[int | str]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in location)
