"""Counting and cutting prose."""

# ruff: noqa: RUF001  # typographic marks are meant here

import math
import re

# The usual figure for adults reading English prose silently (Brysbaert 2019: 238 for non-fiction).
WORDS_PER_MINUTE = 230
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9À-Þ])|[。！？]")
# Han, kana and Thai.
_UNSPACED = re.compile(r"[\u0e01-\u0e2e\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|St|Jr|Sr|No|vs|Inc|Ltd|Co|Corp"
    r"|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec)|\b[A-Za-z])\.$"
)


def count_words(text: str) -> int:
    """Runs of non-space that hold a letter or a digit; two signs where a script sets no spaces.

    Two, since readers of Chinese and Japanese take in about twice as many signs as words a minute.
    """
    unspaced = len(_UNSPACED.findall(text))
    if unspaced:
        text = _UNSPACED.sub(" ", text)
    return sum(any(map(str.isalnum, token)) for token in text.split()) + math.ceil(unspaced / 2)


def reading_minutes(words: int) -> int:
    """Whole minutes at 230 words a minute, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def sentences(text: str) -> list[str]:
    """Sentences of a paragraph; `U.S. forces` and `Dr. Who` are not split."""
    return [text[start:end] for start, end in sentence_bounds(text)]


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end, without the blanks between them."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[max(start, match.start() - 8) : match.start() + 1]):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    trimmed = ((end - len(text[start:end].lstrip()), start, end) for start, end in found)
    return [
        (first, start + len(text[start:end].rstrip()))
        for first, start, end in trimmed
        if first < end
    ]


def first_words(text: str, *, limit: int) -> str:
    """At most `limit` characters, cut between words, with an ellipsis where something was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;:–—-") + "…"
