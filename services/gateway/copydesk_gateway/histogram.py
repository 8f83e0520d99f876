"""Matches counted by date: days as the engine counts them, in the width that suits their span."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from copydesk_shared.search_schema import MONTHS, day_number, day_of

MAX_BUCKETS: Final = 1000
"""More days than this an engine does not count one by one; the histogram is coarser then."""

SHOWN: Final = 62
"""How many bars `auto` aims at, at most: two months of days, a year of weeks."""


class Interval(StrEnum):
    AUTO = "auto"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Calendar:
    """Matches by day (since 1970), month (since the year 0) and year; None where too many."""

    days: Mapping[int, int] | None
    months: Mapping[int, int] | None
    years: Mapping[int, int]


@dataclass(frozen=True)
class Bucket:
    """`count` matches from `start` (weeks begin on Monday) to the next bucket."""

    start: date
    count: int


@dataclass(frozen=True)
class Histogram:
    """Without gaps between first and last match, but for years; `interval` is never auto."""

    interval: Interval
    buckets: Sequence[Bucket]


def histogram(calendar: Calendar, wanted: Interval) -> Histogram:
    """The finest interval from `wanted` upwards that the counts and `MAX_BUCKETS` allow."""
    finest = list(Interval)[1:]
    start = 0 if wanted is Interval.AUTO else finest.index(wanted)
    room = SHOWN if wanted is Interval.AUTO else MAX_BUCKETS
    for interval in finest[start:-1]:
        counts = _counts(calendar, interval)
        if counts is not None and max(counts, default=0) - min(counts, default=0) < room:
            return _filled(interval, counts)
    years = [Bucket(date(year, 1, 1), count) for year, count in sorted(calendar.years.items())]
    return Histogram(Interval.YEAR, years)


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


def _filled(interval: Interval, counts: Mapping[int, int]) -> Histogram:
    numbers = range(min(counts), max(counts) + 1) if counts else range(0)
    return Histogram(
        interval, [Bucket(_start(interval, number), counts.get(number, 0)) for number in numbers]
    )


def _start(interval: Interval, number: int) -> date:
    if interval is Interval.MONTH:
        return date(number // MONTHS, number % MONTHS + 1, 1)
    if interval is Interval.DAY:
        return day_of(number)
    # The first week of all begins before the calendar does.
    return day_of(max(number * 7 - _MONDAY, day_number(date.min)))
