"""The repairs of single fields, the same in every format; each leaves a warning that names it.

They run inside a validation whose context is the list of warnings. A blank value is none, and one
of another type is read as what it can only mean, or left out. One function a field: calling Python
is what validating costs.
"""

import re
from datetime import UTC, datetime
from typing import Final

from pydantic import ValidationInfo

from copydesk_ingest.formats.languages import language_tag
from copydesk_ingest.formats.markup import plain_title
from copydesk_shared.contracts.submission import Warned
from copydesk_shared.dates import ReadDate, read_date, read_exact_date

MAX_LINE: Final = 2000
MAX_KEYWORDS: Final = 100

_SHOWN = 60
"""Characters of a wrong value that a warning quotes."""

_KINDS = {bool: "true or false", dict: "an object", list: "a list", int: "a huge number"}

_LOST_PLUS = re.compile(r"(?<=T[\d:]{8}) (?=\d\d:?\d\d$)")
"""Where `+` stood before a URL's decoding made it a blank, as in `T10:00:00+02:00`."""

_MOST = 1e18
"""A number from here on says nothing in a line; writing out the longest is refused by Python."""

_EPOCH = re.compile(r"\d{10}|\d{13}")
_MILLISECONDS = 1e11
"""From here on a Unix time counts milliseconds: in seconds it were the year 5138."""

_NOBODY = re.compile(
    r"((written )?by|von|par|por|di|door|av|af)?[\s:.,–—-]*"  # noqa: RUF001  # dashes are meant
    r"|null|none|undefined|n/a|unknown|\(?no author\)?",
    re.IGNORECASE,
)


def tell(info: ValidationInfo, code: str, message: str) -> None:
    """Add a warning about the field under validation."""
    if isinstance(info.context, list):
        info.context.append(Warned(code=code, message=message, field=info.field_name))


def blank(value: object) -> object:
    """Nothing else is repaired."""
    return None if isinstance(value, str) and not value.strip() else value


def line(value: object, info: ValidationInfo) -> object:
    """Over-long lines are cut; of a list the first member counts."""
    text = (_text(value, info) or "").strip()
    return _cut(text, info) if len(text) > MAX_LINE else text or None


def title(value: object, info: ValidationInfo) -> object:
    """Tags are taken out of it, and entities decoded."""
    text = line(value, info)
    if not isinstance(text, str) or (found := plain_title(text)) == text:
        return text
    tell(info, "markup_removed", f"It was HTML: {_quoted(text)}.")
    return found or None


def byline(value: object, info: ValidationInfo) -> object:
    """A list names one author a member; a byline that names nobody (`By`, `null`) is none."""
    if isinstance(value, list | tuple) and (names := [*filter(None, map(meant, value))]):
        tell(info, "field_repaired", f"A list of {len(value)} is read as one line.")
        value = "; ".join(names)
    text = line(value, info)
    if isinstance(text, str) and _NOBODY.fullmatch(text):
        tell(info, "empty_byline", f"It names nobody: {_quoted(text)}.")
        return None
    return text


def language(value: object, info: ValidationInfo) -> object:
    """A tag of BCP 47 whose language ISO 639 knows; else enrich finds out by itself."""
    if not (text := (_text(value, info) or "").strip()):
        return None
    tag = language_tag(text)
    if tag is None:
        tell(info, "unknown_language", f"No language that we know: {_quoted(text)}.")
        return None
    if tag != text:
        tell(info, "language_repaired", f"{_quoted(text)} is read as {tag}.")
    return tag


def keywords(value: object, info: ValidationInfo) -> object:
    """Blank ones are none, a string is split at its commas, too many and too long ones are cut."""
    if value is None:
        return ()
    if isinstance(value, str):
        tell(info, "keywords_split", "One string is taken as a list with commas.")
        value = value.split(",")
    if not isinstance(value, list | tuple):
        value = [value]
    meanings = [meant(one) for one in value]
    if strange := sum(one is not None and not isinstance(one, str) for one in value):
        left_out = sum(
            meaning is None and one is not None
            for one, meaning in zip(value, meanings, strict=True)
        )
        tell(info, "field_repaired", f"{strange} are no lines, {left_out} of them are left out.")
    words = tuple(word for one in meanings if (word := line(one, info)) is not None)
    if len(words) > MAX_KEYWORDS:
        tell(info, "too_many", f"Only the first {MAX_KEYWORDS} of {len(words)} are kept.")
    return words[:MAX_KEYWORDS]


def date(value: object, info: ValidationInfo) -> ReadDate | None:
    """A date that only informs: one that cannot be read is left out."""
    try:
        found = _epoch(value)
        if found is not None:
            tell(info, "field_repaired", f"{value} is read as a Unix time.")
            return ReadDate(found)
        if not (text := (_text(value, info) or "").strip()):
            return None
        return _in_a_zone(read_date(_LOST_PLUS.sub("+", text)), info)
    except (ValueError, OverflowError):
        tell(info, "invalid_date", f"No date: {_quoted(value)}.")
        return None


def moment(value: object, info: ValidationInfo) -> object:
    """The moment that decides what may be seen: ISO 8601, or the form of mails. ValueError."""
    if not isinstance(value, str) or not (text := value.strip()):
        return blank(value)
    return _in_a_zone(read_exact_date(_LOST_PLUS.sub("+", text)), info).value


def _in_a_zone(found: ReadDate | None, info: ValidationInfo) -> ReadDate:
    if found is None:
        raise ValueError("an ISO 8601 date such as 2026-05-01T12:00:00Z")
    if not found.zoned:
        tell(info, "timezone_assumed", "The date has no time zone that we know: taken as UTC.")
    return found


def meant(value: object) -> str | None:
    """The line that a value can only mean: a number, the first member of a list, a `name`."""
    match value:
        case str():
            return value
        case bool():
            return None
        case int() | float() if abs(value) < _MOST:
            return str(value)
        case list() | tuple():
            return next((found for one in value if (found := meant(one))), None)
        case {"name": str(name)}:
            return name
    return None


def _text(value: object, info: ValidationInfo) -> str | None:
    if value is None or isinstance(value, str):
        return value
    found = meant(value)
    if found is None:
        tell(info, "field_left_out", f"It cannot be used: {_quoted(value)} is no line.")
    else:
        tell(info, "field_repaired", f"It was no line: read as {_quoted(found)}.")
    return found


def _epoch(value: object) -> datetime | None:
    """A Unix time in seconds or milliseconds, also as digits. ValueError, OverflowError."""
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value <= 0:  # what a system writes that knows of none
        raise ValueError(value)
    return datetime.fromtimestamp(value if value < _MILLISECONDS else value / 1000, tz=UTC)


def _cut(text: str, info: ValidationInfo) -> str:
    tell(info, "shortened", f"Cut after {MAX_LINE} of {len(text)} characters.")
    return text[:MAX_LINE]


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    return meant(value) or _KINDS.get(type(value), "this")
