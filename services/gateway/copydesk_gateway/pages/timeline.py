"""Matches over time as a chart whose bars lead to what was published then."""

from datetime import date, timedelta
from typing import Final

from copydesk_gateway.histogram import Calendar, Histogram, Interval, histogram
from copydesk_gateway.pages.chart import Chart, Count, chart
from copydesk_gateway.pages.dates_shown import day
from copydesk_gateway.pages.links import SearchState

DECEMBER: Final = 12


def timeline(state: SearchState, calendar: Calendar) -> Chart | None:
    """The finest chart that is not crowded, and what is long before; None when nothing matches."""
    counted = histogram(calendar, Interval.AUTO)
    return chart(
        [
            Count(
                _label(counted.interval, bucket.start),
                bucket.count,
                state.published(
                    bucket.start.isoformat(), _last(counted.interval, bucket.start).isoformat()
                ).url,
            )
            for bucket in counted.buckets
        ],
        earlier=_earlier(state, counted) if counted.earlier else None,
    )


def _earlier(state: SearchState, counted: Histogram) -> Count:
    last = counted.buckets[0].start - timedelta(days=1)
    url = state.published(state.published_from, last.isoformat()).url
    return Count("Earlier", counted.earlier, url)


def _label(interval: Interval, start: date) -> str:
    match interval:
        case Interval.YEAR:
            return f"{start.year}"
        case Interval.MONTH:
            return f"{start:%B %Y}"
        case Interval.WEEK:
            return f"Week of {day(start)}"
        case _:
            return day(start)


def _last(interval: Interval, start: date) -> date:
    """The last day of the bucket."""
    match interval:
        case Interval.YEAR:
            return start.replace(month=DECEMBER, day=31)
        case Interval.MONTH if start.month == DECEMBER:
            return start.replace(day=31)
        case Interval.MONTH:
            return start.replace(month=start.month + 1, day=1) - timedelta(days=1)
        case Interval.WEEK:
            return start + timedelta(days=6)
        case _:
            return start
