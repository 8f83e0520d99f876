"""What readers type is read without ever failing, and nothing is done in silence."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.query import Filters, Phrase, Word
from copydesk_gateway.query_text import MAX_WORDS, parse

PIECES = st.sampled_from(
    ['"', "-", ":", "section:", "before:", "entity:", "after:2026", "“", "U.S.", "a", " ", "\x00"]
)


def at(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def codes(text: str) -> list[str]:
    return [warned.code for warned in parse(text).warnings]


@given(st.text(max_size=200) | st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_read(text: str) -> None:
    parsed = parse(text)
    for term in parsed.query.terms + parsed.query.excluded:
        for word in (term.text,) if isinstance(term, Word) else term.words:
            assert word.isalnum() or any(char.isalnum() for char in word)


def test_words_phrases_and_exclusions() -> None:
    query = parse('sea "early warning masts" -football -"second vote"').query
    assert query.terms == (Word("sea"), Phrase(("early", "warning", "masts")))
    assert query.excluded == (Word("football"), Phrase(("second", "vote")))


@pytest.mark.parametrize("text", ["section:", "section: ", 'section:""', "-before: "])
def test_a_field_without_a_value_is_no_word(text: str) -> None:
    parsed = parse(text)
    assert codes(text) == ["empty_field"]
    assert not parsed.query.terms


@pytest.mark.parametrize("text", ["\U0001f6a2", '"..."', "- ?"])
def test_a_query_without_a_word_says_so(text: str) -> None:
    assert codes(text) == ["nothing_to_search"]


def test_an_empty_query_is_no_fault() -> None:
    assert codes("  ") == []


def test_typographic_quotes_make_phrases() -> None:
    assert parse("“sea walls”").query.terms == (Phrase(("sea", "walls")),)


def test_field_prefixes_become_filters() -> None:
    parsed = parse('Section:Politics source:a.org lang:EN entity:"Marta Lindqvist" walls')
    assert parsed.query.terms == (Word("walls"),)
    assert parsed.filters == Filters(
        section=("Politics",), source=("a.org",), language=("en",), entity=("Marta Lindqvist",)
    )
    assert not parsed.warnings


def test_after_includes_its_date_and_before_does_not() -> None:
    filters = parse("after:2026-03 before:2026-03-15").filters
    assert filters.published_from == at(2026, 3)
    assert filters.published_to == at(2026, 3, 15) - 1


def test_a_field_said_twice_gives_alternatives() -> None:
    assert parse("section:Sport section:Local section:Sport").filters.section == ("Sport", "Local")


@pytest.mark.parametrize("word", ["yesterday", "2026-13", "0000", "99999-01-01", '""'])
def test_what_is_no_date_is_searched_as_words(word: str) -> None:
    parsed = parse(f"before:{word}")
    assert parsed.filters == Filters()
    assert [warned.code for warned in parsed.warnings] in (["bad_date"], ["empty_field"])


def test_an_open_quote_is_ignored_with_a_warning() -> None:
    parsed = parse('"sea walls" and "early')
    assert parsed.query.terms == (Phrase(("sea", "walls")), Word("and"), Word("early"))
    assert [warned.code for warned in parsed.warnings] == ["open_quote"]


def test_an_unknown_field_is_searched_as_words() -> None:
    parsed = parse("byline:Haddad")
    assert parsed.query.terms == (Word("byline"), Word("Haddad"))
    assert [warned.code for warned in parsed.warnings] == ["unknown_field"]


def test_a_pasted_address_is_no_field() -> None:
    assert codes("https://example.org/a") == []


def test_leaving_out_by_field_is_refused_with_a_warning() -> None:
    parsed = parse("sea -section:Sport")
    assert parsed.query.terms == (Word("sea"),)
    assert parsed.filters == Filters()
    assert [warned.code for warned in parsed.warnings] == ["field_exclusion"]


def test_an_acronym_stays_together_and_a_compound_is_words() -> None:
    assert parse("U.S.").query.terms == (Phrase(("U", "S")),)
    assert parse("COVID-19 war/peace").query.terms == tuple(
        map(Word, ("COVID", "19", "war", "peace"))
    )


def test_words_beyond_the_limit_are_left_out_with_a_warning() -> None:
    parsed = parse(" ".join(f"word{number}" for number in range(MAX_WORDS + 5)))
    assert len(parsed.query.terms) == MAX_WORDS
    assert [warned.code for warned in parsed.warnings] == ["too_many_words"]


def test_a_lone_minus_excludes_nothing() -> None:
    assert parse("- sea - -").query.excluded == ()
