"""What readers type is read without ever failing, and nothing is done in silence."""

from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway import query_text
from copydesk_gateway.query import Either, Filters, Phrase, Plain, Term, Titled, Valued, Word
from copydesk_gateway.query_text import MAX_EXCLUDED, MAX_VALUES, MAX_WAYS, MAX_WORDS, ParsedText

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # a Tuesday
PIECES = st.sampled_from(
    [
        *('"', "-", ":", "section:", "before:", "entity:", "after:2026", "“", "U.S.", "a", " "),
        *("\\", " NOT ", " AND ", "(", ") ", " - "),
        *("\x00", " OR ", "OR", "title:", "person:x", "day:", "7d", "-title:b", "source:q"),
    ]
)


def parse(text: str) -> ParsedText:
    return query_text.parse(text, now=NOW)


def at(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def codes(text: str) -> list[str]:
    return [warned.code for warned in parse(text).warnings]


@given(st.text(max_size=200) | st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_read(text: str) -> None:
    parsed = parse(text)
    plain = [each for term in parsed.query.terms for each in plain_terms(term)]
    for term in (*plain, *parsed.query.excluded):
        for word in words_of(term):
            assert any(char.isalnum() for char in word)


def plain_terms(term: Term) -> tuple[Plain, ...]:
    return term.alternatives if isinstance(term, Either) else (term,)


def words_of(term: Plain) -> tuple[str, ...]:
    if isinstance(term, Word):
        return (term.text,)
    return (term.value,) if isinstance(term, Valued) else term.words


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


@pytest.mark.parametrize("word", ["lately", "2026-13", "0000", "99999-01-01", '""'])
def test_what_is_no_date_is_searched_as_words(word: str) -> None:
    parsed = parse(f"before:{word}")
    assert parsed.filters == Filters()
    assert [warned.code for warned in parsed.warnings] in (["bad_date"], ["empty_field"])


def test_a_quotation_that_is_not_closed_goes_on_to_the_end() -> None:
    parsed = parse('"sea walls" and "early warn')
    assert parsed.query.terms == (Phrase(("sea", "walls")), Word("and"), Phrase(("early", "warn")))
    assert parse('section:"Home New').filters == Filters(section=("Home New",))
    assert not parsed.warnings


def test_a_value_can_hold_quotation_marks_and_backslashes() -> None:
    parsed = parse(r'source:"the \"Daily\" Planet" -section:"a\\b\c" sea')
    assert parsed.filters.source == ('the "Daily" Planet',)
    assert parsed.query.excluded == (Valued("section", r"a\b\c"),)
    assert parsed.query.terms == (Word("sea"),)


@pytest.mark.parametrize(
    ("text", "terms", "excluded"),
    [
        ('"bridge cable" AND ferry', (Phrase(("bridge", "cable")), Word("ferry")), ()),
        ("sea NOT football", (Word("sea"),), (Word("football"),)),
        ("NOT football", (), (Word("football"),)),
        ('sea AND NOT "second vote"', (Word("sea"),), (Phrase(("second", "vote")),)),
        ("sea NOT section:Sport", (Word("sea"),), (Valued("section", "Sport"),)),
        ("2025 AND 2026", (Word("2025"), Word("2026")), ()),
        ("sea and not lake", tuple(map(Word, ("sea", "and", "not", "lake"))), ()),
        ("SALT AND PEPPER", tuple(map(Word, ("SALT", "AND", "PEPPER"))), ()),
        ("DO NOT CROSS", tuple(map(Word, ("DO", "NOT", "CROSS"))), ()),
        ('"AND" sea', (Phrase(("AND",)), Word("sea")), ()),
    ],
)
def test_and_and_not_in_capitals(
    text: str, terms: tuple[Term, ...], excluded: tuple[Plain, ...]
) -> None:
    parsed = parse(text)
    assert (parsed.query.terms, parsed.query.excluded) == (terms, excluded)
    assert not parsed.warnings


def test_a_date_between_ands_is_a_filter() -> None:
    parsed = parse("ferry AND after:2026 AND sea")
    assert parsed.query.terms == (Word("ferry"), Word("sea"))
    assert parsed.filters.published_from == at(2026)
    assert not parsed.warnings


@pytest.mark.parametrize(
    "text", ["AND sea", "sea AND", "sea AND AND lake", "sea NOT", "NOT -sea", "NOT NOT", "NOT OR b"]
)
def test_an_operator_without_anything_to_work_on_is_a_word(text: str) -> None:
    parsed = parse(text)
    searched = {
        word for term in parsed.query.terms for each in plain_terms(term) for word in words_of(each)
    }
    assert searched & {"AND", "NOT"}
    assert "bad_operator" in codes(text)


@pytest.mark.parametrize(
    "text", ["(bridge cable) OR ferry", "sea -(football rugby)", "NOT (football)", "a AND (b OR c)"]
)
def test_brackets_that_might_group_are_told(text: str) -> None:
    assert codes(text) == ["brackets_ignored"]


def test_brackets_that_change_nothing_are_no_fault() -> None:
    assert codes("Bank (UK) lowers (again) rates") == []
    assert codes('"sea (walls)" OR lake') == []


def test_a_minus_sign_before_a_blank_is_told() -> None:
    parsed = parse("sea - football")
    assert parsed.query.terms == (Word("sea"), Word("football"))
    assert codes("sea - football") == ["lone_minus"]
    assert codes("sea -") == []


def test_exclusions_have_room_of_their_own() -> None:
    ten = " ".join(f"word{number}" for number in range(MAX_WORDS))
    many = [f"-x{number}" for number in range(MAX_EXCLUDED)]
    parsed = parse(f"{ten} {' '.join(many)}")
    assert len(parsed.query.terms) == MAX_WORDS
    assert len(parsed.query.excluded) == MAX_EXCLUDED
    assert not parsed.warnings
    assert codes(" ".join([*many, "-section:y"])) == ["too_many_exclusions"]


def test_an_unknown_field_is_searched_as_words() -> None:
    parsed = parse("byline:Haddad")
    assert parsed.query.terms == (Word("byline"), Word("Haddad"))
    assert [warned.code for warned in parsed.warnings] == ["unknown_field"]


def test_a_pasted_address_is_no_field() -> None:
    assert codes("https://example.org/a") == []


def test_a_field_can_be_left_out_and_a_date_cannot() -> None:
    query = parse('sea -section:Sport -title:"second vote"').query
    assert query.terms == (Word("sea"),)
    assert query.excluded == (Valued("section", "Sport"), Titled(("second", "vote")))
    assert codes("sea -before:2026") == ["field_exclusion"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("sea OR lake", (Either((Word("sea"), Word("lake"))),)),
        (
            "a sea OR lake b",
            (Word("a"), Either((Word("sea"), Word("lake"))), Word("b")),
        ),
        ('sea OR "a lake" OR c', (Either((Word("sea"), Phrase(("a", "lake")), Word("c"))),)),
        ("title:sea OR person:Lind", (Either((Titled(("sea",)), Valued("person", "Lind"))),)),
        ("war/peace OR sea", (Either((Phrase(("war", "peace")), Word("sea"))),)),
        ("sea OR sea", (Word("sea"),)),
    ],
)
def test_or_joins_its_neighbours(text: str, terms: tuple[Term, ...]) -> None:
    parsed = parse(text)
    assert parsed.query.terms == terms
    assert not parsed.warnings


def test_or_between_values_of_one_field_is_what_they_are_anyway() -> None:
    parsed = parse("source:a OR source:b")
    assert parsed.filters == Filters(source=("a", "b"))
    assert not parsed.query.terms


@pytest.mark.parametrize("text", ["OR sea", "sea OR", "sea OR -lake", "after:2026 OR sea"])
def test_an_or_that_joins_nothing_is_a_word(text: str) -> None:
    parsed = parse(text)
    assert Word("OR") in parsed.query.terms
    assert [warned.code for warned in parsed.warnings] == ["bad_or"]


def test_a_small_or_is_a_word() -> None:
    assert parse("sea or lake").query.terms == (Word("sea"), Word("or"), Word("lake"))


def test_fields_of_entities_headline_and_author() -> None:
    parsed = parse(
        'person:"Ada Lind" organisation:NATO place:Sund author:Pike day:2026-03-05 title:Sea'
    )
    assert parsed.filters == Filters(
        person=("Ada Lind",), org=("NATO",), place=("Sund",), author=("Pike",), day=("2026-03-05",)
    )
    assert parsed.query.terms == (Titled(("Sea",)),)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("after:yesterday before:today", at(2026, 11, 23), at(2026, 11, 24) - 1),
        ("after:7d", at(2026, 11, 17), None),
        ("after:2w", at(2026, 11, 10), None),
        ("after:36h", at(2026, 11, 22) + 22 * 3600, None),
        ('after:"this week"', at(2026, 11, 23), None),
        ("after:this-week", at(2026, 11, 23), None),
    ],
)
def test_dates_as_seen_from_now(text: str, first: int, last: int | None) -> None:
    parsed = parse(text)
    assert parsed.filters == Filters(published_from=first, published_to=last, relative=True)
    assert not parsed.warnings


def test_alternatives_beyond_the_limit_are_left_out_with_a_warning() -> None:
    parsed = parse("a OR b OR c c OR d OR e f OR g OR h")
    assert [len(plain_terms(term)) for term in parsed.query.terms] == [3, 3]
    assert MAX_WAYS < 3**3
    assert [warned.code for warned in parsed.warnings] == ["too_many_alternatives"]


def test_values_beyond_the_limit_are_left_out_with_a_warning() -> None:
    parsed = parse(" ".join(f"source:s{number}" for number in range(MAX_VALUES + 1)))
    assert len(parsed.filters.source) == MAX_VALUES
    assert [warned.code for warned in parsed.warnings] == ["too_many_values"]


@pytest.mark.parametrize(
    "unit",
    [
        'x" ',
        "a:",
        '"a" OR ',
        "-",
        "a OR ",
        "title:",
        '-"',
        "_",
        "a_",
        ":",
        "“”",
        "OR ",
        '\\"',
        '"\\',
        "NOT ",
        "AND ",
        "(",
        "- ",
    ],
)
def test_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    def steps(length: int) -> float:
        text = unit * (length // len(unit))
        began = process_time()
        parse(text)
        return process_time() - began

    steps(1000)
    # Quadratic would be a hundred times as long; the machine may be slow at the wrong moment.
    assert min(steps(40_000) for _ in range(2)) < 50 * max(min(steps(4000) for _ in range(3)), 1e-3)


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
