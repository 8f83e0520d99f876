"""Matches by day where there are too many days to count: the newest of them, by a second search."""

from dataclasses import replace
from datetime import UTC, datetime, time

from copydesk_gateway.histogram import Calendar, Interval, countable_from
from copydesk_gateway.search import Found, Searcher


async def countable(searcher: Searcher, found: Found, wanted: Interval | None) -> Found:
    """What was found, with a calendar that `wanted` can be made of."""
    calendar = found.calendar
    first = countable_from(calendar, wanted) if calendar and wanted else None
    if calendar is None or first is None:
        return found
    request = found.request
    start = int(datetime.combine(first, time(), UTC).timestamp())
    filters = replace(
        request.filters, published_from=max(start, request.filters.published_from or start)
    )
    narrow = replace(request, filters=filters, limit=0, offset=0, after_key=None, facets=())
    newest = (await searcher.search(narrow, highlight=False)).calendar
    if newest is None:
        return found
    before = sum(calendar.years.values()) - sum(newest.years.values())
    counted = Calendar(newest.days, newest.months, calendar.years, before=max(before, 0))
    return replace(found, calendar=counted)
