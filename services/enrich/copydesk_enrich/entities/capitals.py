"""Text set in capitals, written as a recogniser knows it: old wires shout, names hide in it."""

# ruff: noqa: RUF001  # typographic marks are meant here

import gzip
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from copydesk_enrich.entities.gazetteer import Gazetteer

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:(?:\.[^\W\d_])+\.?)?")
# Not after the full stop of "U.S.".
_SENTENCE_START = re.compile(r"(?:^|\w\w[.!?:][\"'”’)]?\s|[-–—]\s)[\"'“‘(]*$")
_FEWEST_WORDS = 3
_LEAST_SHARE = 0.9
_LONGEST_ACRONYM = 4
_VOWELS = frozenset("AEIOUY")
_SMALL = frozenset({"a", "and", "for", "of", "the"})


def without_capitals(text: str, table: Gazetteer) -> str:
    """The text, or, of one in capitals, a copy with capitals only where names may be.

    The copy is as long as the text and each letter stands where it stood.
    """
    if not _in_capitals(text):
        return text
    words = list(_WORD.finditer(text))
    written = list(text)
    known = [""] * len(text)
    for number, match in enumerate(words):
        small = _is_small(words, number, table)
        if small and not _SENTENCE_START.search(text[max(0, match.start() - 8) : match.start()]):
            written[match.start() : match.end()] = _lower(match[0])
        elif small or not _is_acronym(match[0], table):
            written[match.start() : match.end()] = [match[0][0], *_lower(match[0][1:])]
        # UNITED STATES, WHITE HOUSE: known names are written as they are known.
        for form in table.by_first_word.get(match[0].title(), ()):
            end = match.start() + len(form)
            if text[match.start() : end] == form.upper() and not text[end : end + 1].isalnum():
                known[match.start() : end] = form
                break
    return "".join(k or w for k, w in zip(known, written, strict=True))


def _in_capitals(text: str) -> bool:
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return (
        upper > 0 and upper >= _LEAST_SHARE * (upper + lower) and len(text.split()) >= _FEWEST_WORDS
    )


def _is_small(words: Sequence["re.Match[str]"], number: int, table: Gazetteer) -> bool:
    """Whether the news writes the word in small letters: HOPE is small, but not HOPE OAKLEY."""
    word = words[number][0]
    if not _is_common(word):
        return False
    following = words[number + 1][0] if number + 1 < len(words) else "a"
    before = words[number - 1][0] if number else "a"
    return not (
        (word.title() in table.given_names and not _is_common(following))
        or (word.title() in table.heads and not _is_common(before))
    )


def _is_common(word: str) -> bool:
    return word.lower() in _small_words() or word.lower() in _SMALL


def _is_acronym(word: str, table: Gazetteer) -> bool:
    """`NATO`, `U.S.`, `BBC`: known, dotted, or not to be spoken as a word."""
    if word in table.known or "." in word:
        return True
    return len(word) <= _LONGEST_ACRONYM and _VOWELS.isdisjoint(word)


def _lower(text: str) -> list[str]:
    """In small letters, but where that would make two of one (the Turkish capital I)."""
    return [small if len(small := char.lower()) == 1 else char for char in text]


@cache
def _small_words() -> frozenset[str]:
    """Read `lower_words.gz`: a word a line, made by evals/tables/lower_words.py."""
    packed = resources.files("copydesk_enrich").joinpath("tables/lower_words.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))
