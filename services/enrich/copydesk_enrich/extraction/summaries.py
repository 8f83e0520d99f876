"""The publisher's own summary: whether it says anything that the text does not begin with."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from copydesk_enrich.extraction.lines import tidy

_WORD = re.compile(r"\w+")
_CUT = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3}|&hellip;)")
_CUT_WITHIN: Final = 150
"""Characters at the end in which a blog says that it goes on: "[…] Continue reading Fog"."""
_SAME: Final = 0.8
"""Share of a summary's words with which a text begins; then the rest is a teaser's tail."""


def standfirst_of(summary: str | None, paragraphs: Sequence[str], *, title: str) -> str | None:
    """The summary as a standfirst; None where it repeats the title or what the text says."""
    line = tidy(summary or "")
    last_cut = next(_CUT.finditer(line, max(0, len(line) - _CUT_WITHIN)), None)
    told = _words(line[: last_cut.start()] if last_cut else line)
    if not told or told == _words(title):
        return None
    text = _words(" ".join(paragraphs))
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(told, text, strict=False))
    shared = sum(1 for _ in alike)
    if shared >= _SAME * len(told) or f" {' '.join(told)} " in f" {' '.join(text)} ":
        return None
    return line


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
