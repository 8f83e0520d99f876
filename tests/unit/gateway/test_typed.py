"""What narrows a search in its text is found there as the query language reads it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.pages.chips import chips
from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.pages.typed import box
from copydesk_gateway.query_text import parse

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)

PIECES = st.sampled_from(
    [
        "flood",
        '"sea wall"',
        "title:bridge",
        "-football",
        '-"red card"',
        "section:Politics",
        'person:"Jens Stoltenberg"',
        "-source:blog",
        "after:2026-03-01",
        "before:today",
        "lang:en OR lang:de",
        "storm OR section:Sport",
        "person:“Ada Nyberg”",
        "NOT derby",
        "wall AND org:NATO",
    ]
)


@given(st.lists(PIECES, unique=True))
def test_nothing_that_narrows_is_left_when_all_of_it_is_taken_out(pieces: list[str]) -> None:
    text = " ".join(pieces)
    whole, rest = parse(text, now=NOW), parse(box(text, now=NOW).words, now=NOW)
    assert rest.query.terms == whole.query.terms
    assert not rest.query.excluded
    assert rest.filters == type(rest.filters)()


@given(st.text(alphabet='ab:-"“” OR\n', max_size=40))
def test_any_text_is_read(text: str) -> None:
    for each in box(text, now=NOW).typed:
        assert each.text in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("-football", ("Without", "football")),
        ('-"red card"', ("Without", "“red card”")),
        ("-title:derby", ("Without", "“derby” in the headline")),
        ("NOT football", ("Without", "football")),
        ("-source:blog", ("Source", "not blog")),
        ("lang:en OR lang:de", ("Language", "English or German")),
        ("after:2026-03-01", ("Published", "from 1 March 2026")),
        ("before:2026-03-15", ("Published", "until 14 March 2026")),
        ("after:7d", ("Published", "from 1 March 2026")),
        ("day:2026-03-05", ("On", "5 March 2026")),
    ],
)
def test_a_typed_filter_is_a_chip_that_takes_it_out(typed: str, shown: tuple[str, str]) -> None:
    state = SearchState(q=f"storm {typed} wall")
    (chip,) = chips(state, box(state.q, now=NOW), {})
    assert (chip.label, chip.value) == shown
    assert chip.without.q == "storm wall"


def test_what_one_word_of_several_alternatives_narrows_is_no_filter() -> None:
    assert not box("storm OR section:Sport", now=NOW).typed
