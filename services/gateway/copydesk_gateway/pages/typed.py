"""The filters and exclusions that stand in the search box, each with what is left without it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from copydesk_gateway.query import Filters, Plain
from copydesk_gateway.query_text import parse

_QUOTE = '["“”„«»]'
_PIECE = rf"-?(?:[A-Za-z_]+:)?(?:{_QUOTE}[^\"“”„«»]*{_QUOTE}|\S+)"
_UNIT = re.compile(rf"(?:AND\s+)?(?P<said>(?:NOT\s+)?{_PIECE}(?:\s+OR\s+{_PIECE})*)")
"""A piece of a query, or what OR joins to one; with the AND before it, which says nothing alone."""

_FIRST_AND = re.compile(r"^\s*AND\s+")


@dataclass(frozen=True)
class Typed:
    """A unit of the text that narrows the search and holds no words to look for."""

    text: str
    filters: Filters
    excluded: Sequence[Plain]
    rest: str
    """The whole text without it."""


@dataclass(frozen=True)
class Box:
    """The text of the search box: what narrows, and the `words` that are left without all of it."""

    typed: Sequence[Typed]
    words: str

    def with_words(self, words: str) -> str:
        """The same narrowed search for other words."""
        return " ".join(filter(None, (words, *(each.text for each in self.typed))))


def box(text: str, *, now: datetime) -> Box:
    typed: list[Typed] = []
    words: list[str] = []
    for unit in _UNIT.finditer(text):
        parsed = parse(unit["said"], now=now)
        narrows = bool(parsed.query.excluded) or parsed.filters != Filters()
        if narrows and not parsed.query.terms:
            rest = _FIRST_AND.sub("", f"{text[: unit.start()]} {text[unit.end() :]}")
            rest = " ".join(rest.split())
            typed.append(Typed(unit["said"], parsed.filters, parsed.query.excluded, rest))
        else:
            words.append(unit[0])
    return Box(typed, _FIRST_AND.sub("", " ".join(words)))
