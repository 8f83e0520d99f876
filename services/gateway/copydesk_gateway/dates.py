"""Ends of a time range as readers write them, in seconds since 1970, UTC.

A year, a month, a day or a week names a span; a date-time names an instant. Times without a zone
are UTC. `7d` is the day a week ago, `36h` the hour a day and a half ago.
"""

import re
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,5})([hdw])", re.ASCII)
_LOST_PLUS = re.compile(r"(?<=T[\d:]{8}) (?=\d\d:?\d\d$)")
"""Where `+` stood before a URL's decoding made it a blank, as in `T10:00:00+02:00`."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_FIRST = int(datetime.min.replace(tzinfo=UTC).timestamp())
_LAST = int(datetime.max.replace(microsecond=0, tzinfo=UTC).timestamp())
DECEMBER = 12


def first_second(text: str, now: datetime) -> int:
    """Where the named span or instant begins. Raises ValueError for what is no date."""
    return span(text, now)[0]


def last_second(text: str, now: datetime) -> int:
    """Where the named span ends, its last second included; an instant is its own end."""
    return span(text, now)[1]


def moment(seconds: int) -> datetime:
    """The second as a UTC time; outside the calendar, its edge."""
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC)


def relative(text: str, now: datetime) -> bool:
    """Whether the text names its time as seen from `now`."""
    return _as_seen_from(text.strip().lower(), now) is not None


def span(text: str, now: datetime) -> tuple[int, int]:
    """First and last second of what the text names. Raises ValueError or OverflowError."""
    seen = _as_seen_from(text.strip().lower(), now)
    match = _SPAN.fullmatch(text.strip())
    if seen is not None:
        start, length = seen
    elif match is not None:
        start, length = _named(*(int(part) if part else None for part in match.groups()))
    else:
        instant = datetime.fromisoformat(_LOST_PLUS.sub("+", text.strip()))
        second = _seconds(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
        return second, second
    return _seconds(start), _seconds(start) + int(length.total_seconds()) - 1


def _named(
    year: int | None, month: int | None, day_of_month: int | None
) -> tuple[datetime, timedelta]:
    start = datetime(year or 0, month or 1, day_of_month or 1, tzinfo=UTC)
    if day_of_month is not None:
        return start, _DAY
    if month is None:
        return start, start.replace(year=start.year + 1) - start
    following = (
        start.replace(year=start.year + 1, month=1)
        if month == DECEMBER
        else start.replace(month=month + 1)
    )
    return start, following - start


def _as_seen_from(text: str, now: datetime) -> tuple[datetime, timedelta] | None:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match text.replace("-", " "):
        case "today":
            return today, _DAY
        case "yesterday":
            return today - _DAY, _DAY
        case "this week":
            return today - today.weekday() * _DAY, 7 * _DAY
    ago = _AGO.fullmatch(text)
    if ago is None:
        return None
    number, unit = int(ago[1]), ago[2]
    if unit == "h":
        return now.astimezone(UTC).replace(
            minute=0, second=0, microsecond=0
        ) - number * _HOUR, _HOUR
    return today - number * (7 if unit == "w" else 1) * _DAY, _DAY


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
