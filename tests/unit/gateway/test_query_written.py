"""What the answer says of a query can be typed again, and means the same."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.query import Phrase, Plain, Titled, Valued, Word
from copydesk_gateway.query_text import parse
from copydesk_gateway.query_written import written

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = st.text("abcÅz09", min_size=1, max_size=6)
ROW = st.lists(WORDS, min_size=1, max_size=4).map(tuple)
VALUES = st.text('ab "\\\\-(:.é', min_size=1, max_size=12).map(lambda text: f"a{text}b")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Word("sea"), "sea"),
        (Phrase(("title", "bridge")), '"title bridge"'),
        (Titled(("bridge",)), "title:bridge"),
        (Titled(("night", "ferry")), 'title:"night ferry"'),
        (Valued("source", "harbour-post"), "source:harbour-post"),
        (Valued("person", "Marta Lindqvist"), 'person:"Marta Lindqvist"'),
        (Valued("source", 'the "Planet"'), r'source:"the \"Planet\""'),
        (Valued("source", "-a"), 'source:"-a"'),
    ],
)
def test_a_term_is_written_as_it_is_typed(term: Plain, text: str) -> None:
    assert written([term]) == [text]


def test_a_value_is_written_once_for_each_of_its_spellings() -> None:
    given = Valued("person", "lind", ("Ada Lind", "Lind"))
    assert written([given]) == ['person:"Ada Lind"', "person:Lind"]


@given(
    ROW.map(Phrase)
    | ROW.map(Titled)
    | st.builds(Valued, st.sampled_from(["source", "person"]), VALUES)
)
def test_what_is_written_is_read_as_it_was(term: Plain) -> None:
    (text,) = written([term])
    read = parse(f"-{text}", now=NOW)
    assert read.query.excluded == (term,)
    assert not read.warnings
