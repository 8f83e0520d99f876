"""Slavic names come in several Latin spellings: Zelensky, Zelenskyy, Zelenskiy; Sergei, Sergey."""

import re

_SHORTEST = 5
_ENDINGS = (
    (re.compile(r"(?:yy|iy|ij|ii|yi|yj)$"), "y"),
    (re.compile(r"(?<=[sc]k)i$"), "y"),
    (re.compile(r"(?<=[ae])[ij]$"), "y"),  # Sergei, Nikolai
    (re.compile(r"(?<=[^aeiou])[iy]ev$"), "ev"),
)


def one_spelling(name: str) -> str:
    """A name with the spelling of each word that stands for all; few others are changed by it."""
    return " ".join(map(_of_word, name.split()))


def _of_word(word: str) -> str:
    if len(word) >= _SHORTEST:
        for ending, usual in _ENDINGS:
            word = ending.sub(usual, word)
    return word
