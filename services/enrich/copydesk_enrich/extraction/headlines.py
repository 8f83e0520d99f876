"""Telling a headline from a sentence, and one headline from another."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from functools import lru_cache

_SHORTEST_WORDS, _LONGEST_WORDS = 3, 28
_LONGEST_CHARS = 220
_SENTENCE_END = (".", ":", ";", ",", "。", "、")
_ELLIPSIS = ("...", "…")
_TITLE_CASE = 0.75
QUOTES = "\"'“‘("
_PROSE_CHARS = 80
PROSE_END = tuple(".!?\"”’'")
SPOKEN_END = ('."', ".”", "!”", "?”")
_SENTENCE = re.compile(r"(?<=[.?!])['’”\"]? (?=[A-Z'‘“\"])")
_SAME_END = 3
_FEWEST_OPENING = 4
_PLAYER = re.compile(r"\s+(?:Listen|Watch|Play|Download)\s?[·:|-]?\s?(?:\d{1,2}:\d\d\s?){0,2}")
_NOT_WORD = re.compile(r"\W+")
# What of two headlines is compared: "the" and its like are in every one.
_TELLING_LETTERS = 4
_FEWEST_SHARED = 2
_RETOLD, _LONGEST_RETOLD = 0.35, 12
_LABEL_WORDS = 6
_FEWEST_SET = 5
# The first of an article's own summary points, run together with their heading.
_HIGHLIGHTS = re.compile(r"(?:story )?highlights\b", re.IGNORECASE)


def looks_like_headline(line: str) -> bool:
    """3 to 28 words that do not end as a sentence does."""
    if len(line) > _LONGEST_CHARS or (line.endswith(_SENTENCE_END) and not line.endswith("...")):
        return False
    words = len(line.split())
    # Scripts without spaces: a line of characters is one "word".
    unspaced = words < _SHORTEST_WORDS and not line.isascii() and len(line) >= 8  # noqa: PLR2004  # characters
    return unspaced or _SHORTEST_WORDS <= words <= _LONGEST_WORDS


def is_prose(line: str) -> bool:
    """Longer than any heading, and ending as a sentence does."""
    return len(line) >= _PROSE_CHARS and line.endswith(PROSE_END)


def in_title_case(line: str) -> bool:
    """A headline of four words or more, most of which begin with a capital, as English sets it."""
    words = line.split()
    # "the", "for" and their like stay small.
    long = [word.lstrip(QUOTES) for word in words if len(word) > 3]  # noqa: PLR2004  # letters
    capitals = sum(word[:1].isupper() or word[:1].isdigit() for word in long)
    return (
        looks_like_headline(line)
        and len(words) > 3  # noqa: PLR2004  # a name has three at most
        and line.lstrip(QUOTES)[:1].isalnum()
        and not line.endswith(SPOKEN_END)
        and capitals >= _TITLE_CASE * len(long)
    )


def same_headline(one: str, other: str) -> bool:
    """Equal but for case, punctuation and white space."""
    return headline_key(one) == headline_key(other) != ""


def summary_above(line: str, *, title: str) -> str | None:
    """The sentences before a headline that was pasted behind them: "It is open. Ferries stay".

    The headline may begin in other words than `title`, as long as both end in the same three, or
    share much of what they tell.
    """
    if line.endswith((*_SENTENCE_END, *SPOKEN_END)):
        return None
    *_, start = (0, *(match.end() for match in _SENTENCE.finditer(line)))
    tail, words = headline_key(line[start:]).split(), headline_key(title).split()
    if not start or len(tail) < _SAME_END:
        return None
    retold = not line.endswith("?") and _shares(line[start:], title, least=_RETOLD)
    same = tail[-_SAME_END:] == words[-_SAME_END:] or (len(tail) <= _LONGEST_RETOLD and retold)
    return line[:start].strip() if same else None


def varies_title(line: str, *, title: str) -> bool:
    """Whether a line above the prose is the headline in other words, or with a button before it.

    It is one when it shares half of its telling words with the title, or is set in title case.
    """
    if not looks_like_headline(line) or line.endswith((*SPOKEN_END, "!")):
        return False
    if _HIGHLIGHTS.match(line):
        return False
    words, whole = headline_key(line), headline_key(title)
    if len(whole.split()) >= _FEWEST_OPENING and words.startswith(f"{whole} "):
        return True
    if whole and words.endswith(f" {whole}"):
        return len(words.split()) - len(whole.split()) <= _LABEL_WORDS
    set_as_one = in_title_case(line) and not line.isupper()
    if set_as_one and len(line.split()) >= _FEWEST_SET:
        return True
    return not line.endswith("?") and _shares(line, title, least=0.5)


def _shares(line: str, title: str, *, least: float) -> bool:
    """Whether two or more of the line's telling words, and so large a part, are in the title."""
    mine, others = _telling(line), _telling(title)
    shared = mine & others
    return len(shared) >= _FEWEST_SHARED and len(shared) >= least * len(mine)


def _telling(text: str) -> set[str]:
    words = (word.removesuffix("s") for word in headline_key(text).split())
    return {word for word in words if len(word) >= _TELLING_LETTERS or word.isdigit()}


def opens_title(line: str, *, title: str) -> bool:
    """Whether the title is the line with the words of a player's button: "… Listen· 1:46"."""
    stem, whole = headline_key(line).split(), headline_key(title).split()
    return (
        len(stem) >= _FEWEST_OPENING
        and whole[: len(stem)] == stem
        and bool(_PLAYER.fullmatch(title[len(line) :]))
    )


def continues(line: str, *, truncated: str) -> bool:
    """Whether `line` is the full form of a headline that was cut with an ellipsis."""
    stem = headline_key(truncated)
    return bool(stem) and truncated.endswith(_ELLIPSIS) and headline_key(line).startswith(stem)


@lru_cache(maxsize=256)  # a page's titles are compared with each of its lines
def headline_key(text: str) -> str:
    """What headlines are compared by: words in lower case, at most 220 characters."""
    return _NOT_WORD.sub(" ", text[:_LONGEST_CHARS]).casefold().strip()
