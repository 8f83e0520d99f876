"""Bars of the timeline lead to just what they count."""

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

from copydesk_gateway.histogram import Calendar
from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.pages.timeline import timeline
from copydesk_shared.search_schema import day_number


def a_calendar(*days: date) -> Calendar:
    return Calendar(
        days={day_number(day): 2 for day in days},
        months={day.year * 12 + day.month - 1: 2 for day in days},
        years={day.year: 2 for day in days},
    )


def bars(*days: date) -> list[tuple[str, str, str]]:
    """Label, first and last day of each bar with articles."""
    drawn = timeline(SearchState(q="sea"), a_calendar(*days))
    assert drawn is not None
    found = []
    for bar in drawn.bars:
        if bar.url:
            query = dict(parse_qsl(urlsplit(bar.url).query))
            assert query["q"] == "sea"
            found.append((bar.label, query["from"], query["to"]))
    return found


def test_a_few_days_are_days() -> None:
    assert bars(date(2026, 3, 2), date(2026, 3, 4)) == [
        ("2 March 2026", "2026-03-02", "2026-03-02"),
        ("4 March 2026", "2026-03-04", "2026-03-04"),
    ]


def test_half_a_year_is_weeks() -> None:
    assert bars(date(2026, 1, 7), date(2026, 6, 28)) == [
        ("Week of 5 January 2026", "2026-01-05", "2026-01-11"),
        ("Week of 22 June 2026", "2026-06-22", "2026-06-28"),
    ]


def test_some_years_are_months_and_a_lifetime_is_years() -> None:
    assert bars(date(2024, 2, 3), date(2026, 12, 5)) == [
        ("February 2024", "2024-02-01", "2024-02-29"),
        ("December 2026", "2026-12-01", "2026-12-31"),
    ]
    assert bars(date(1950, 2, 3), date(2026, 12, 5))[-1] == ("2026", "2026-01-01", "2026-12-31")


def test_what_is_long_before_all_else_is_told_beside_the_chart() -> None:
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(9)]
    drawn = timeline(SearchState(q="sea"), a_calendar(date(1826, 3, 1), *days))
    assert drawn is not None
    assert [bar.label for bar in drawn.bars] == [f"{n} March 2026" for n in range(1, 10)]
    assert drawn.earlier is not None
    assert (drawn.earlier.count, drawn.earlier.url) == (2, "/?q=sea&to=2026-02-28")


def test_nothing_found_is_no_timeline() -> None:
    assert timeline(SearchState(), Calendar({}, {}, {})) is None
