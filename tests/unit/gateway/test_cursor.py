"""A cursor fits only the search that gave it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway import cursor
from copydesk_gateway.engines.port import MAX_DEPTH
from copydesk_gateway.query import Filters, Query, SearchRequest, Sort, Word

NEWEST = SearchRequest(
    query=Query(terms=(Word("sea"),)), filters=Filters(section=("A", "B")), sort=Sort.NEWEST
)


@given(st.integers(0, 2**53))
def test_a_date_cursor_goes_on_behind_its_key(key: int) -> None:
    assert cursor.resume(NEWEST, cursor.write(NEWEST, key)) == replace(NEWEST, after_key=key)


def test_a_relevance_cursor_is_an_offset() -> None:
    request = replace(NEWEST, sort=Sort.RELEVANCE)
    assert cursor.resume(request, cursor.write(request, 40)).offset == 40


def test_relevance_goes_no_deeper_than_the_engines() -> None:
    request = replace(NEWEST, sort=Sort.RELEVANCE)
    with pytest.raises(cursor.InvalidCursorError):
        cursor.resume(request, cursor.write(request, MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "other",
    [
        replace(NEWEST, sort=Sort.OLDEST),
        replace(NEWEST, sort=Sort.RELEVANCE),
        replace(NEWEST, query=Query(excluded=(Word("sea"),))),
        replace(NEWEST, filters=Filters(section=("A",))),
    ],
)
def test_another_search_refuses_it(other: SearchRequest) -> None:
    with pytest.raises(cursor.InvalidCursorError):
        cursor.resume(other, cursor.write(NEWEST, 7))


def test_page_size_facets_and_the_order_of_values_do_not_matter() -> None:
    same = replace(NEWEST, limit=5, facets=("section",), filters=Filters(section=("B", "A")))
    assert cursor.resume(same, cursor.write(NEWEST, 7)).after_key == 7


@given(st.text(max_size=40) | st.binary(max_size=24).map(lambda raw: raw.hex()))
def test_made_up_cursors_are_refused(token: str) -> None:
    with pytest.raises(cursor.InvalidCursorError):
        cursor.resume(NEWEST, token)


@given(st.integers(0, 21), st.sampled_from("AZaz09-_"))
def test_a_changed_letter_is_noticed(place: int, letter: str) -> None:
    token = cursor.write(NEWEST, 1_772_000_000 << 20)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token:
        return
    try:
        resumed = cursor.resume(NEWEST, changed)
    except cursor.InvalidCursorError:
        return
    # The last letter of base64 holds bits that mean nothing.
    assert place == 21
    assert resumed == cursor.resume(NEWEST, token)
