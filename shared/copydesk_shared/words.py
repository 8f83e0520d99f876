"""Words as the search sees them: runs of letters and digits, compared without case and accents."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")

_NO_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart, but readers type without their strokes."""


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """`Málaga` and `MALAGA` become `malaga`: lower case, without marks."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return kept.translate(_NO_DECOMPOSITION)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, as written."""
    return tuple(WORD.findall(text))
