"""What must hold for any text at all."""

import string

from enrich_submissions import a_submission
from hypothesis import given
from hypothesis import strategies as st

from copydesk_enrich.extraction.rules import rule_book
from copydesk_enrich.extraction.settled import Settled, extract
from copydesk_shared.errors import PermanentError

JUNK = [
    "Read More: Ferry Strike Enters Third Week", "Credits: LensHouse", "Advertisement", "1. Home",
    "2. /", "By Ada Marlowe", "3 May 2026", "READ MORE:", "Share this article", "***", "",
    "Ada Marlowe is a writer.", "Home > Local", "(AP Photo/X)", "Photo: A", "© 2026 Herald",
]  # fmt: skip
# "&" is left out: entities are decoded, which makes new characters.
ANY_TEXT = st.text(st.characters(exclude_characters="&", exclude_categories=["Cs"]), max_size=400)
SCRAPED = st.lists(st.sampled_from(JUNK) | ANY_TEXT, max_size=20).map("\n".join)

WORDS = st.text(string.ascii_lowercase, min_size=3, max_size=9)
SENTENCES = st.lists(WORDS, min_size=8, max_size=30).map(lambda words: f"The {' '.join(words)}.")
PROSE = st.lists(SENTENCES, min_size=1, max_size=8, unique=True)


def settle(text: str) -> Settled | str:
    """What comes of a text: an article, or the code of the refusal. Any other error is a bug."""
    try:
        return extract(a_submission(text), rules=rule_book())
    except PermanentError as refusal:
        return refusal.code


@given(SCRAPED)
def test_extraction_gives_text_or_says_that_there_is_none(text: str) -> None:
    settled = settle(text)
    if isinstance(settled, str):
        assert settled == "no_content"
        return
    assert settled.title
    assert all(settled.paragraphs)
    assert 0 <= settled.extraction.quality <= 1


@given(SCRAPED)
def test_the_body_is_made_of_the_input_and_of_nothing_else(text: str) -> None:
    settled = settle(text)
    body = "" if isinstance(settled, str) else settled.body
    allowed = iter("".join(text.split()))
    # In order, too: the body is what is left after taking out, never a rearrangement.
    assert all(char in allowed for char in "".join(body.split()))


@given(SCRAPED)
def test_the_same_text_settles_the_same_way(text: str) -> None:
    assert settle(text) == settle(text)


@given(PROSE)
def test_clean_prose_passes_unchanged(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    settled = extract(a_submission(text, title="A headline"), rules=rule_book())
    assert settled.body == text
    assert settled.extraction.removed_blocks == ()
