"""Words as the search sees them: runs of letters and digits, compared without case and accents."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")

_NO_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart, but readers type without their strokes."""


def unmarked(text: str) -> str:
    """`text` with letters and ligatures taken apart (NFKD), and their marks left out."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char))


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """`Málaga` and `MALAGA` become `malaga`: lower case, without marks."""
    if word.isascii():
        return word.lower()
    return unmarked(word.casefold()).translate(_NO_DECOMPOSITION)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, as written."""
    return tuple(WORD.findall(text))
