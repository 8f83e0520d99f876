"""Dates as newsrooms write them: ISO 8601, mails, and names of months; with a time or without.

The names are English, German, French, Spanish, Italian, Portuguese or Dutch. In figures, the day
comes first, and where that is not plain (`4/5/2026`) it is no date. A date without a zone is UTC,
and so is one with a zone that nobody here knows.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from copydesk_shared.contracts.submission import Precision

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# How a month begins elsewhere, where it does not begin as in English.
_MONTHS_ELSEWHERE = {
    "jän": 1, "ene": 1, "gen": 1, "fév": 2, "fev": 2, "mär": 3, "maa": 3, "avr": 4, "abr": 4,
    "mai": 5, "mei": 5, "mag": 5, "juin": 6, "giu": 6, "juil": 7, "lug": 7, "aoû": 8, "aou": 8,
    "ago": 8, "set": 9, "okt": 10, "ott": 10, "out": 10, "déc": 12, "dez": 12, "dic": 12,
}  # fmt: skip
# Hours from UTC of the zone names that wires use.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2,
    "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "SGT": 8, "HKT": 8, "JST": 9,
    "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "ET": -5,
    "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_OFFSET = r"(?:UTC|GMT)? ?[+-]\d{1,2}(?::?\d\d)?"
_NAMED = "|".join(_ZONES)

_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(
        r"\b(?P<month>[A-Za-z]{3})[A-Za-z]{0,6}\.? (?P<day>\d{1,2})(?i:st|nd|rd|th)?,? "
        r"(?P<year>\d{4})\b"
    ),
    re.compile(
        r"\b(?P<day>\d{1,2})(?i:st|nd|rd|th|er)?[.º]? (?:(?i:de) )?(?P<month>[^\W\d_]{3,10})\.?,? "
        r"(?:(?i:de) )?(?P<year>\d{4})\b"
    ),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)"),
    re.compile(
        r"(?<![\d/])(?P<day>1[3-9]|2\d|3[01])/(?P<month>0?[1-9]|1[0-2])/(?P<year>\d{4})(?!\d)"
    ),
)
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})(?:[:.]| ?[hH] ?)(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r" ?(?:(?P<half>[apAP])\.?[mM]\b\.?)?"
    rf"(?: ?\(?(?:(?P<offset>{_OFFSET})|(?P<zone>Z|[A-Z]{{2,5}})\b))?"
)
_EXACT = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
    r"|(?:[A-Za-z]{3}, ?)?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d(?::\d\d)?)"
    rf"(?: ?(?:{_OFFSET}|{_NAMED}))?"
)
_LONGEST = 80
_DAY_CHARS = 10
"""`2026-11-20`, `20261120`, `2026-W47-5`: no time in ISO 8601 is as short."""


FUTURE_AFTER = timedelta(days=1)
"""A clock may be a little wrong, and a day covers every time zone: what is later is a mistake."""


def latest_plausible(received_at: datetime, *, embargoed_until: datetime | None) -> datetime:
    """The latest date that an article may bear: what is embargoed may bear its embargo's end."""
    return max(received_at + FUTURE_AFTER, embargoed_until or received_at)


@dataclass(frozen=True)
class ReadDate:
    """An aware date, how exact it is, and whether the text named the zone."""

    value: datetime
    precision: Precision = Precision.SECOND
    zoned: bool = True


def read_date(text: str) -> ReadDate | None:
    """The first date in a short text, if there is one."""
    text = text.strip()[:_LONGEST]
    try:
        return _iso(text) or _written(text)
    except (ValueError, OverflowError):
        return None


def read_exact_date(text: str) -> ReadDate | None:
    """The date of a text that says nothing else, in ISO 8601 or as in mails, in a known zone."""
    text = text.strip()
    try:
        return _iso(text) or (_written(text) if _EXACT.fullmatch(text) else None)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> ReadDate | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    precision = Precision.DAY if len(text) <= _DAY_CHARS else Precision.SECOND
    zoned = value.tzinfo is not None
    return ReadDate(value if zoned else value.replace(tzinfo=UTC), precision, zoned)


def _written(text: str) -> ReadDate | None:
    found = _DAYS[0].match(text) or next(
        filter(None, (day.search(text) for day in _DAYS[1:])), None
    )
    if found is None or (month := _month(found["month"])) is None:
        return None
    date = datetime(int(found["year"]), month, int(found["day"]), tzinfo=UTC)
    clock = _CLOCK.search(text, found.end()) or _CLOCK.search(text, 0, found.start())
    if clock is None:
        return ReadDate(date, Precision.DAY, zoned=False)
    hour, half = int(clock["hour"]), clock["half"]
    offset = _offset(clock["offset"]) if clock["offset"] else _named(clock["zone"])
    value = date.replace(
        hour=hour % 12 + (12 if half.lower() == "p" else 0) if half else hour,
        minute=int(clock["minute"]),
        second=int(clock["second"] or 0),
        tzinfo=timezone(offset or timedelta()),
    )
    return ReadDate(value, Precision.SECOND, zoned=offset is not None)


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    name = text.lower()
    if month := _MONTHS_ELSEWHERE.get(name[:4]) or _MONTHS_ELSEWHERE.get(name[:3]):
        return month
    return _MONTHS.index(name[:3]) + 1 if name[:3] in _MONTHS else None


def _offset(text: str) -> timedelta:
    """`+0200`, `-5`, `UTC+5:30`."""
    sign, digits = re.sub(r"[^+-]", "", text), re.sub(r"\D", "", text)
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])  # noqa: PLR2004
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    return -distance if sign == "-" else distance


def _named(zone: str | None) -> timedelta | None:
    return timedelta(hours=_ZONES[zone]) if zone in _ZONES else None
