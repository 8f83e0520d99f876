"""Days become the bars of a histogram, and none of them is lost."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.histogram import (
    MAX_BUCKETS,
    SHOWN,
    Bucket,
    Calendar,
    Interval,
    countable_from,
    histogram,
)
from copydesk_shared.search_schema import DAY_S, calendar, day_number


def counted(days: list[date]) -> Calendar:
    fields = [calendar(day_number(day) * DAY_S) for day in days]
    by_day, by_month, by_year = (
        Counter(each[f"published_{name}"] for each in fields) for name in ("day", "month", "year")
    )
    return Calendar(by_day, by_month, by_year)


MARCH = [date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 4), date(2026, 4, 1)]


def test_days_have_no_gaps() -> None:
    found = histogram(counted(MARCH[:3]), Interval.DAY)
    assert found.buckets == [
        Bucket(date(2026, 3, 2), 1),
        Bucket(date(2026, 3, 3), 0),
        Bucket(date(2026, 3, 4), 2),
    ]


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    weeks = histogram(counted(MARCH), Interval.WEEK).buckets
    assert [(each.start.weekday(), each.count) for each in weeks] == [
        *((0, 3), (0, 0), (0, 0), (0, 0), (0, 1))
    ]
    months = histogram(counted(MARCH), Interval.MONTH).buckets
    assert months == [Bucket(date(2026, 3, 1), 3), Bucket(date(2026, 4, 1), 1)]
    years = histogram(counted(MARCH), Interval.YEAR).buckets
    assert years == [Bucket(date(2026, 1, 1), 4)]


@pytest.mark.parametrize(
    ("days", "interval"), [(1, "day"), (61, "day"), (62, "week"), (500, "month"), (4000, "year")]
)
def test_auto_suits_the_span(days: int, interval: str) -> None:
    ends = [date(2001, 1, 1), date(2001, 1, 1) + timedelta(days=days)]
    assert histogram(counted(ends), Interval.AUTO).interval == interval


def test_the_newest_buckets_are_shown_where_there_are_too_many() -> None:
    old = date(1826, 5, 1)
    found = histogram(counted([old, old, *MARCH]), Interval.MONTH)
    assert (found.interval, found.earlier, len(found.buckets)) == ("month", 2, 2)
    assert found.buckets[-1] == Bucket(date(2026, 4, 1), 1)


def test_a_stray_from_long_ago_does_not_make_all_else_one_bar() -> None:
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(20)]
    found = histogram(counted([date(1826, 5, 1), *days]), Interval.AUTO)
    assert (found.interval, found.earlier) == ("day", 1)
    assert [bucket.start for bucket in found.buckets][-20:] == days


def test_of_too_many_days_the_newest_are_countable() -> None:
    days = [date(2020, 1, 1) + timedelta(days=2 * n) for n in range(1200)]
    all_days = counted(days)
    too_many = Calendar(None, all_days.months, all_days.years)
    first = countable_from(too_many, Interval.DAY)
    assert first is not None
    kept = [day for day in days if day >= first]
    # Fewer than an engine counts, and as many of the newest as there can be.
    assert MAX_BUCKETS / 2 - 31 < len(kept) < MAX_BUCKETS / 2
    assert countable_from(all_days, Interval.DAY) is None
    assert countable_from(too_many, Interval.MONTH) is None
    centuries = counted([date(year, 1, 1) for year in range(1, 2027)])
    assert countable_from(Calendar(None, None, centuries.years), Interval.MONTH) == date(1944, 1, 1)
    assert countable_from(Calendar(None, None, {1: 5000}), Interval.DAY) == date.min


def test_what_an_engine_cannot_count_by_day_is_coarser() -> None:
    without_days = Calendar(None, counted(MARCH).months, counted(MARCH).years)
    assert histogram(without_days, Interval.DAY).interval is Interval.MONTH
    assert histogram(Calendar({}, {}, {}), Interval.DAY).buckets == []


@given(st.lists(st.dates(), max_size=30), st.sampled_from(list(Interval)))
def test_every_match_is_in_one_bar(days: list[date], interval: Interval) -> None:
    found = histogram(counted(days), interval)
    assert sum(bucket.count for bucket in found.buckets) + found.earlier == len(days)
    starts = [bucket.start for bucket in found.buckets]
    assert starts == sorted(set(starts))
    if interval is Interval.AUTO and found.interval is not Interval.YEAR:
        assert len(starts) <= SHOWN
    assert len(starts) <= MAX_BUCKETS
