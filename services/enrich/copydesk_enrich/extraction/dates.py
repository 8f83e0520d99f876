"""Dates as newsrooms write them: ISO 8601 and English month names, with or without a time."""

import re
from datetime import UTC, datetime, timedelta, timezone

from copydesk_enrich.extraction.found import Dated
from copydesk_shared.contracts.article import Precision, Provenance

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Hours from UTC of the zone names that wires use; an unknown name reads as UTC.
_ZONES = {
    "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "JST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?\s?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3})[a-z]{0,6}\.? (\d{1,2}),? (\d{4})\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2}) ([A-Za-z]{3})[a-z]{0,6}\.?,? (\d{4})\b")
_CLOCK = re.compile(
    r"\b(\d{1,2})[:.](\d\d)(?::(\d\d))? ?(?:([apAP])\.?[mM]\.?)?(?: ?([A-Z]{2,4})\b)?"
)
_LONGEST = 80


def parse_date(text: str, *, provenance: Provenance) -> Dated | None:
    """The first date in a short text, if there is one; without a zone it is taken as UTC."""
    text = text.strip()[:_LONGEST]
    try:
        return _iso(text, provenance) or _written(text, provenance)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, provenance: Provenance) -> Dated | None:
    match = _ISO.match(text)
    if match is None:
        return None
    value = datetime.fromisoformat(match[0].replace(" +", "+"))
    exact = len(match[0]) > len("2024-04-12")
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return Dated(aware, Precision.SECOND if exact else Precision.DAY, provenance)


def _written(text: str, provenance: Provenance) -> Dated | None:
    if match := _MONTH_FIRST.search(text):
        month, day, year = match.groups()
    elif match := _DAY_FIRST.search(text):
        day, month, year = match.groups()
    else:
        return None
    if month.lower() not in _MONTHS:
        return None
    date = datetime(int(year), _MONTHS.index(month.lower()) + 1, int(day), tzinfo=UTC)
    clock = _CLOCK.search(text, match.end())
    if clock is None:
        return Dated(date, Precision.DAY, provenance)
    hour, minute, second, half, zone = clock.groups()
    hours = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    offset = timezone(timedelta(hours=_ZONES.get(zone or "", 0)))
    value = date.replace(hour=hours, minute=int(minute), second=int(second or 0), tzinfo=offset)
    return Dated(value, Precision.SECOND, provenance)
