"""The fields a publisher can give, in JSON or as query parameters.

Wrong types and impossible values are refused with a pointer to each; what can be understood in
one way only is repaired and said so in a warning.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)

from copydesk_ingest.identity import MAX_EXTERNAL_ID, MAX_URL, SOURCE, canonical_url
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import Warned

MAX_NAMED = 20
"""Unknown fields that get a warning each; a foreign format has dozens."""

_LOST_PLUS = re.compile(r"(?<=T[\d:]{8}) (?=\d\d:?\d\d$)")
"""Where `+` stood before a URL's decoding made it a blank, as in `T10:00:00+02:00`."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _moment(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", value.strip()))
    except ValueError as exc:
        raise ValueError("an ISO 8601 date such as 2026-05-01T12:00:00Z") from exc
    if moment.tzinfo is not None:
        return moment
    _warn(info, "timezone_assumed", "The date has no time zone: taken as UTC.")
    return moment.replace(tzinfo=UTC)


def _warn(info: ValidationInfo, code: str, message: str) -> None:
    """Tell the caller, who gave a list as the validation's context."""
    if isinstance(info.context, list):
        info.context.append(Warned(code=code, message=message, field=info.field_name))


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _without_blanks(value: object) -> object:
    if value is None:
        return ()
    if not isinstance(value, list):
        return value
    return tuple(word for word in value if not isinstance(word, str) or word.strip())


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


_Blank = BeforeValidator(_blank_is_absent)
Line = Annotated[str, _line(2000)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


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
    title: Annotated[Line | None, _Blank] = None
    byline: Annotated[Line | None, _Blank] = None
    language: Annotated[
        Annotated[str, _matches(_LANGUAGE, "a language tag such as en or pt-BR")] | None, _Blank
    ] = Field(None, description="BCP 47, such as `en` or `pt-BR`.")
    published: Annotated[Moment | None, _Blank] = Field(
        None, description="ISO 8601; without a time zone it is taken as UTC."
    )
    modified: Annotated[Moment | None, _Blank] = None
    section: Annotated[Line | None, _Blank] = None
    keywords: Annotated[
        tuple[Line, ...], Field(max_length=100), BeforeValidator(_without_blanks)
    ] = ()
    expires: Annotated[Moment | None, _Blank] = Field(
        None, description="When the article is withdrawn by itself; not in the past."
    )
    embargoed_until: Annotated[Moment | None, _Blank] = Field(
        None, description="Accepted now, published then; in the past it means nothing."
    )


class ArticleForm(Metadata):
    """An article in Copydesk's own JSON."""

    content: str = Field(description="The article, verbatim.")
    content_type: str | None = Field(
        None,
        description="`text/plain` or `text/html`; looked for in the content when it is missing.",
    )


@dataclass(frozen=True)
class Reading:
    """What a format read from a request, before the checks that all formats share."""

    metadata: Metadata
    content: str
    content_type: str | None
    warnings: list[Warned] = field(default_factory=list)


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
