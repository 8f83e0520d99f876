"""The words of a headline as filter values, for an engine that cannot search one term in it alone.

Meilisearch searches all terms of a query in the same attributes. So its documents hold the words of
their headline and the pairs of neighbours among them, and a query names those that it must have. Of
three words and more, all pairs are asked for: not quite the phrase, but no headline tells.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from copydesk_shared.words import fold, words

MAX_LETTERS: Final = 50
"""Of a word: two of them, at four bytes a letter, stay below a filter value's 468 bytes."""

MAX_WORDS: Final = 100


def held(title: str) -> list[str]:
    """All words and pairs of a headline."""
    tokens = _tokens([title])[:MAX_WORDS]
    return list(dict.fromkeys((*tokens, *_pairs(tokens))))


def wanted(phrase: Iterable[str]) -> list[str]:
    """What a headline must hold in order to have these words in a row."""
    tokens = _tokens(phrase)
    return _pairs(tokens) or tokens


def _tokens(texts: Iterable[str]) -> list[str]:
    return [fold(word)[:MAX_LETTERS] for text in texts for word in words(text)]


def _pairs(tokens: list[str]) -> list[str]:
    return [" ".join(pair) for pair in pairwise(tokens)]
