"""Marks follow the engines' rules, and nothing but `<mark>` ever comes out as a tag."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.highlight import ELLIPSIS, SNIPPET_CHARS, Highlighter, word_matcher
from copydesk_gateway.query import Phrase, Query, Word
from copydesk_gateway.query_text import parse

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TEXT = st.text(
    alphabet=st.sampled_from("ab<>&\"'é \n-markscript/=1") | st.characters(codec="utf-8"),
    max_size=700,
)
QUERIES = st.sampled_from(
    ["mark", "a b", '"a b"', "script", "é", "amp lt", "markscript", "1", '"b a" ab', ""]
)


def highlighted(query: str, *, title: str = "", summary: str = "", body: str = "") -> str:
    return marks(query).of(title=title, summary=summary, body=body).snippet


def marks(query: str, *, body_chars: int = 1500) -> Highlighter:
    return Highlighter(parse(query, now=NOW).query, body_chars=body_chars)


def stripped(html: str) -> str:
    return unescape(html.replace("<mark>", "").replace("</mark>", ""))


@given(TEXT, QUERIES)
def test_output_is_the_text_itself_with_marks(text: str, query: str) -> None:
    found = marks(query).of(title=text, summary=text, body=text)
    assert stripped(found.title) == text
    snippet = found.snippet.removeprefix(ELLIPSIS).removesuffix(ELLIPSIS)
    assert stripped(snippet) in text


@given(TEXT, QUERIES)
def test_no_other_tag_ever_comes_out(text: str, query: str) -> None:
    found = marks(query).of(title=text, summary=text, body=text)
    for html in (found.title, found.snippet):
        bare = re.sub(r"<mark>[^<>]*</mark>", "", html)
        assert not re.search(r"[<>\"']", bare)
        assert all(
            re.match(r"&(amp|lt|gt|quot|#x27);", bare[at.start() :])
            for at in re.finditer("&", bare)
        )


@given(st.text(alphabet="abcdef gh", min_size=600, max_size=900), QUERIES)
def test_a_snippet_is_no_longer_than_allowed(text: str, query: str) -> None:
    assert len(stripped(highlighted(query, body=text))) <= SNIPPET_CHARS + 2 * len(ELLIPSIS)


@pytest.mark.parametrize(
    ("word", "prefix", "token", "match"),
    [
        ("fund", False, "fund", True),
        ("fund", False, "fond", False),  # four letters: no typo
        ("walls", False, "wails", True),  # five: one
        ("walls", False, "wailz", False),
        ("lindqvst", False, "lindqvist", True),
        ("linqdvist", False, "lindqvist", True),  # a swap of neighbours is one edit
        ("stoltenbreg", False, "stoltemberg", True),  # nine and more: two
        ("20261", False, "20262", False),  # numbers as they are
        ("stolt", True, "stoltenberg", True),
        ("stolt", False, "stoltenberg", False),
        ("s", True, "stoltenberg", False),  # prefixes begin with two letters
        ("malaga", False, "malaga", True),
    ],
)
def test_word_rules(word: str, prefix: bool, token: str, match: bool) -> None:
    assert word_matcher(word, prefix=prefix)(token) is match


def test_accents_and_case_do_not_matter() -> None:
    assert highlighted("malaga", body="El puerto de MÁLAGA.") == (
        "El puerto de <mark>MÁLAGA</mark>."
    )


def test_phrases_are_marked_as_one_and_only_word_for_word() -> None:
    assert highlighted('"sea walls"', body="The sea, walls and sea lions.") == (
        "The <mark>sea, walls</mark> and sea lions."
    )


def test_a_phrase_is_not_tolerant() -> None:
    query = Query(terms=(Phrase(("early", "warning")), Word("mast")))
    found = Highlighter(query, body_chars=500).of(
        title="", summary="", body="early warming, early warning masts"
    )
    assert found.snippet == ("early warming, <mark>early warning</mark> <mark>masts</mark>")


def test_the_snippet_is_cut_around_the_densest_place() -> None:
    body = "fund " + "nothing here " * 60 + "the fund of Lindqvist stands " + "and more " * 60
    snippet = highlighted("lindqvist fund", body=body)
    assert "<mark>fund</mark> of <mark>Lindqvist</mark>" in snippet
    assert snippet.startswith(ELLIPSIS)
    assert snippet.endswith(ELLIPSIS)


def test_a_match_beyond_the_head_of_the_body_falls_back_to_the_summary() -> None:
    found = marks("zebra", body_chars=300).of(
        title="Zoo", summary="A zebra is born.", body="word " * 200 + "zebra"
    )
    assert found.snippet == "A <mark>zebra</mark> is born."


def test_without_any_match_the_summary_stands_unmarked() -> None:
    assert highlighted("zebra", summary="Tea & cake", body="Nothing.") == "Tea &amp; cake"
