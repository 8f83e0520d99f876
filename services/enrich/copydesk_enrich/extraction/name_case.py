"""Names that a system wrote in capitals, as people write them."""

import re

from copydesk_enrich.extraction.agencies import ACRONYMS

_SCOTTISH = re.compile(r"\bMc([a-z])")
_NUMERAL = re.compile(r"(?:II|III|IV)\.?")
_PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "de da do di du del della der den dos das des van von zu la le el al bin ibn ten ter y e",
    )
)


def well_cased(name: str) -> str:
    """A name of several words in capitals with only its initials in capitals; any other as it is.

    `MACDONALD` is Macdonald: whether it is MacDonald only its bearer knows.
    """
    words = name.split()
    if not name.isupper() or len(words) < 2:  # noqa: PLR2004  # one word may be an acronym
        return name
    last = len(words) - 1
    return " ".join(_word(word, inside=0 < position < last) for position, word in enumerate(words))


def _word(word: str, *, inside: bool) -> str:
    if word in ACRONYMS or _NUMERAL.fullmatch(word):
        return word
    if inside and word.lower() in _PARTICLES:
        return word.lower()
    return _SCOTTISH.sub(lambda found: f"Mc{found[1].upper()}", word.title())
