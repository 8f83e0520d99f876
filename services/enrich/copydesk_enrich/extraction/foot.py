"""Headlines at the foot of a text, where a heading of its own would have nothing below it."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Sequence

from copydesk_enrich.extraction.headlines import (
    QUOTES,
    SPOKEN_END,
    in_title_case,
    is_prose,
    looks_like_headline,
)

_FEWEST_ALONE, _MOST_ALONE = 5, 18
# Headlines do without these; a sentence that lost its full stop seldom does.
_IN_SENTENCES = re.compile(
    r"\b(?:is|are|was|were|be|been|has|had|have|having|said|says|will|would|could|should|did|does"
    r"|i|we|you|he|she|they|it|there|this|these|those|my|our|your|his|her|their|here|below)\b"
    r"|[•|@#();:]$|[@#(]|://|\.\.\.|…|[.?!] |\.(?:com|org)\b",
    re.IGNORECASE,
)
_OPENS_ITEM = re.compile(r"[^\w'‘“\"$£€]|\d{1,2}[.)] ")
_OPENS_DATE = re.compile(
    r"(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? )?\d{1,2}\b\s?[–—:,.-]"
)
_PAST_WITHIN = 6
_LOWER_LETTERS = 4
_DASH = "- "


def count_headlines(paragraphs: Sequence[str], *, own: Sequence[bool]) -> int:
    """How many paragraphs at the end are headlines of other articles; `own` are none.

    A list that a sentence introduces with a colon is the article's own. One alone must stand below
    prose, and be worded as a headline.
    """
    run = 0
    while run < len(paragraphs) and not own[-1 - run] and _is_loose(paragraphs[-1 - run]):
        run += 1
    if run in {0, len(paragraphs)}:
        return 0
    above = paragraphs[-1 - run]
    if paragraphs[-1].startswith(_DASH):
        listed = all(text.startswith(_DASH) for text in paragraphs[-run:])
        return run if listed and is_prose(above) and not above.startswith(_DASH) else 0
    sure = run > 1 or (stands_as_headline(paragraphs[-1]) and is_prose(above))
    return run if sure and not above.endswith(":") else 0


def _is_loose(text: str) -> bool:
    if text.startswith(_DASH):
        return looks_like_headline(text) and not text.endswith(tuple('.!?”"'))
    return (in_title_case(text) or stands_as_headline(text)) and not names_an_event(text)


def names_an_event(line: str) -> bool:
    """Whether the line is of a list of dates and places: "June 9: Port Elder @ The Quay"."""
    return "@" in line or _OPENS_DATE.match(line) is not None


def stands_as_headline(line: str) -> bool:
    """A headline, and no sentence without its full stop: no auxiliary, pronoun or past tense."""
    words = line.split()
    return (
        looks_like_headline(line)
        and _FEWEST_ALONE <= len(words) <= _MOST_ALONE
        and not line.isupper()
        and not line.endswith((*SPOKEN_END, "!", ")", "”", '"'))
        and not _IN_SENTENCES.search(line)
        and not _OPENS_ITEM.match(line)
        and words[0].lstrip(QUOTES)[:1].isupper() | words[0].lstrip(QUOTES)[:1].isdigit()
        and not any(word.isalpha() and word.endswith("ed") for word in words[1:_PAST_WITHIN])
        and any(word.islower() and len(word) >= _LOWER_LETTERS for word in words)
    )
