"""Matches counted by date: days as the engine counts them, in the width that suits their span."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from copydesk_shared.search_schema import MONTHS, day_number, day_of

MAX_BUCKETS: Final = 1000
"""More days than this an engine does not count one by one, and a histogram does not show."""

SHOWN: Final = 62
"""How many bars `auto` aims at, at most: two months of days, a year of weeks."""

STRAYS: Final = 5
"""One of so many matches may be earlier than what `auto` shows, lest it makes all else one bar."""


class Interval(StrEnum):
    AUTO = "auto"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Calendar:
    """Matches by day (since 1970), month (since the year 0) and year; None where too many.

    `before` are those earlier than what was counted of too many, see `countable_from`.
    """

    days: Mapping[int, int] | None
    months: Mapping[int, int] | None
    years: Mapping[int, int]
    before: int = 0


@dataclass(frozen=True)
class Bucket:
    """`count` matches from `start` (weeks begin on Monday) to the next bucket."""

    start: date
    count: int


@dataclass(frozen=True)
class Histogram:
    """Without gaps between first and last match, but for years; `interval` is never auto.

    `earlier` are the matches before the first bucket.
    """

    interval: Interval
    buckets: Sequence[Bucket]
    earlier: int = 0


def histogram(calendar: Calendar, wanted: Interval) -> Histogram:
    """The matches by the wanted interval, the newest where there are too many buckets.

    `auto` is the finest that leaves few out. What is not counted by `wanted` is counted by the next
    coarser interval.
    """
    finest = list(Interval)[1:]
    for interval in finest[0 if wanted is Interval.AUTO else finest.index(wanted) : -1]:
        counts = _counts(calendar, interval)
        if counts is None:
            continue
        if wanted is not Interval.AUTO:
            return _newest(interval, counts, MAX_BUCKETS, before=calendar.before)
        found = _newest(interval, counts, SHOWN)
        if found.earlier * STRAYS <= sum(counts.values()):
            return found
    years = [Bucket(date(year, 1, 1), count) for year, count in sorted(calendar.years.items())]
    return Histogram(Interval.YEAR, years)


def countable_from(calendar: Calendar, wanted: Interval) -> date | None:
    """The day from which on an engine counts by the wanted interval; None if it did for all."""
    if not calendar.years:
        return None
    last = max(calendar.years)
    if wanted is Interval.MONTH and calendar.months is None:
        return date(max(last - MAX_BUCKETS // MONTHS + 1, date.min.year), 1, 1)
    if wanted in {Interval.DAY, Interval.WEEK} and calendar.days is None:
        end = date(last, MONTHS, 31)
        if calendar.months:
            year, month = divmod(max(calendar.months), MONTHS)
            end = date(year, month + 1, monthrange(year, month + 1)[1])
        return end - timedelta(days=min(MAX_BUCKETS - 2, end.toordinal() - 1))
    return None


def _counts(calendar: Calendar, interval: Interval) -> Mapping[int, int] | None:
    """Matches by the number of their day, week or month."""
    if interval is Interval.MONTH:
        return calendar.months
    if interval is Interval.DAY or calendar.days is None:
        return calendar.days
    weeks: dict[int, int] = {}
    for day, count in calendar.days.items():
        week = (day + _MONDAY) // 7
        weeks[week] = weeks.get(week, 0) + count
    return weeks


_MONDAY: Final = 3
"""1970 began on a Thursday."""


def _newest(
    interval: Interval, counts: Mapping[int, int], room: int, *, before: int = 0
) -> Histogram:
    """The matches in as many buckets as there is room for, up to the last match."""
    last = max(counts, default=0)
    first = min((number for number in counts if number > last - room), default=last + 1)
    return Histogram(
        interval,
        [Bucket(_start(interval, n), counts.get(n, 0)) for n in range(first, last + 1)],
        before + sum(count for number, count in counts.items() if number < first),
    )


def _start(interval: Interval, number: int) -> date:
    if interval is Interval.MONTH:
        return date(number // MONTHS, number % MONTHS + 1, 1)
    if interval is Interval.DAY:
        return day_of(number)
    # The first week of all begins before the calendar does.
    return day_of(max(number * 7 - _MONDAY, day_number(date.min)))
