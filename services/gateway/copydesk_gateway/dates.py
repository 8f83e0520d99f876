"""Ends of a time range as readers write them, in seconds since 1970, UTC.

A year, a month or a day names a span; a date-time names an instant. Times without a zone are UTC.
"""

import re
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_LOST_PLUS = re.compile(r"(?<=T[\d:]{8}) (?=\d\d:?\d\d$)")
"""Where `+` stood before a URL's decoding made it a blank, as in `T10:00:00+02:00`."""

_FIRST = int(datetime.min.replace(tzinfo=UTC).timestamp())
_LAST = int(datetime.max.replace(microsecond=0, tzinfo=UTC).timestamp())
DECEMBER = 12


def first_second(text: str) -> int:
    """Where the named span or instant begins. Raises ValueError for what is no date."""
    return _span(text)[0]


def last_second(text: str) -> int:
    """Where the named span ends, its last second included; an instant is its own end."""
    return _span(text)[1]


def moment(seconds: int) -> datetime:
    """The second as a UTC time; outside the calendar, its edge."""
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC)


def _span(text: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        instant = datetime.fromisoformat(_LOST_PLUS.sub("+", text.strip()))
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        second = _seconds(aware)
        return second, second
    year, month, day_of_month = (int(part) if part else None for part in match.groups())
    start = datetime(year or 0, month or 1, day_of_month or 1, tzinfo=UTC)
    if day_of_month is not None:
        length = timedelta(days=1)
    elif month is not None:
        following = (
            start.replace(year=start.year + 1, month=1)
            if month == DECEMBER
            else start.replace(month=month + 1)
        )
        length = following - start
    else:
        length = start.replace(year=start.year + 1) - start
    return _seconds(start), _seconds(start) + int(length.total_seconds()) - 1


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
