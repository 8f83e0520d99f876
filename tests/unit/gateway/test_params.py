"""A URL's parameters become one request."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from copydesk_gateway.params import PageParams, SearchParams, asked
from copydesk_gateway.query import SearchRequest, Sort
from copydesk_shared.search_schema import FACETS


def request(**params: object) -> SearchRequest:
    return asked(SearchParams.model_validate(params), limit=20, facets=()).request


def at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]  # year first


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-03-01", "2026-03-02", at(2026, 3, 1), at(2026, 3, 2, 23, 59, 59)),
        ("2026-03-01T10:00:00", "2026-03-01T12:00:00Z", at(2026, 3, 1, 10), at(2026, 3, 1, 12)),
        ("2026-03-01T10:00:00+02:00", "", at(2026, 3, 1, 8), None),
        ("2026-03-01T10:00:00 02:00", "", at(2026, 3, 1, 8), None),  # a plus that a URL lost
        ("", "2024-02", None, at(2024, 2, 29, 23, 59, 59)),
        ("2025", "2025-12", at(2025, 1, 1), at(2025, 12, 31, 23, 59, 59)),
    ],
)
def test_dates_are_utc_and_a_date_alone_is_the_whole_day(
    start: str, end: str, first: int | None, last: int | None
) -> None:
    filters = request(**{"from": start, "to": end}).filters
    assert (filters.published_from, filters.published_to) == (first, last)


@pytest.mark.parametrize(
    "params",
    [
        {"from": "soon"},
        {"to": "2026-02-30"},
        {"limit": 0},
        {"limit": 101},
        {"facets": "section,colour"},
        {"sort": "best"},
        {"colour": "red"},
        {"day": "2026-02-30"},
        {"min_quality": 2},
        {"min_quality": "nan"},
        {"page": 0},
        {"page": 51, "limit": 20},
        {"page": 2, "cursor": "x"},
        {"fields": "title,colour"},
        {"collapse": "story"},
        {"histogram": "hour"},
        {"q": "x" * 1001},
    ],
)
def test_bad_parameters_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SearchParams.model_validate(params)


def test_facets_are_comma_separated_or_repeated() -> None:
    params = SearchParams.model_validate({"facets": ["section, source", "entity", "section"]})
    assert params.facets == ["section", "source", "entity"]


@pytest.mark.parametrize("params", [{"facets": "sections"}, {"from": "foo"}])
def test_a_refusal_is_in_words_for_the_caller(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refusal:
        SearchParams.model_validate(params)
    assert refusal.value.errors()[0]["msg"] in {
        f"sections: not one of {', '.join(FACETS)}",
        "not an ISO 8601 date or date-time, nor 7d or today",
    }


def test_a_page_ignores_what_it_does_not_know() -> None:
    assert PageParams.model_validate({"q": "sea", "fbclid": "1"}).q == "sea"


def test_filters_in_the_text_add_to_those_beside_it() -> None:
    filters = request(q="section:Sport sea after:2026", section=["Local", ""], **{"from": "2025"})
    assert filters.filters.section == ("Local", "Sport")
    assert filters.filters.published_from == at(2026, 1, 1)


def test_order_is_relevance_with_words_and_newest_without() -> None:
    assert request(q="sea").sort is Sort.RELEVANCE
    assert request(q="section:Sport").sort is Sort.NEWEST
    assert request(q="sea", sort="oldest").sort is Sort.OLDEST


def test_an_empty_range_is_warned_of() -> None:
    params = SearchParams.model_validate({"from": "2026-03-02", "to": "2026-03-01"})
    assert [w.code for w in asked(params, limit=20, facets=()).warnings] == ["empty_range"]


@given(st.text(max_size=60) | st.sampled_from(["before:0001-01-01 after:9998", "after:9999"]))
def test_any_text_makes_a_request(q: str) -> None:
    request(q=q)
