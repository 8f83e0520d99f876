"""Filter values as a reader may type them (`person:lindqvist`), found as they are indexed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.query import Filters, SearchRequest
from copydesk_shared.words import fold, words

SPELLED: Final = ("section", "source", "entity", "person", "org", "place", "author")
"""The filters whose values are names."""

PARTIAL: Final = ("entity", "person", "org", "place", "author")
"""Of these, a part of the name is enough where no name is equal."""

CANDIDATES: Final = 50
MAX_LOOKED_UP: Final = 10


async def as_indexed(engine: SearchEngine, filters: Filters) -> Filters:
    """The filters with each value in the spellings that the engine holds, however cased.

    A name that no article has stands for those that hold its words in a row. Values that the engine
    does not know stay as they are. One look-up for each value, ten at most: meant for the rare
    search that found nothing.
    """
    left = MAX_LOOKED_UP
    spelled: dict[str, Any] = {}
    for name, values in filters.values().items():
        if name not in SPELLED:
            continue
        found: list[str] = []
        for value in values:
            known = await _known(engine, name, value) if left > 0 else ()
            left -= 1
            found += _respelled(value, known, partly=name in PARTIAL)
        spelled[name] = tuple(dict.fromkeys(found))
    return replace(filters, **spelled)


def changes(given: Filters, spelled: Filters) -> Mapping[str, Sequence[str]]:
    """The filters whose values are others now."""
    return {
        name: values for name, values in spelled.values().items() if values != getattr(given, name)
    }


async def _known(engine: SearchEngine, name: str, value: str) -> Sequence[str]:
    counts = await engine.facet_values(SearchRequest(), name, value, limit=CANDIDATES)
    return [count.value for count in counts]


def _respelled(value: str, known: Sequence[str], *, partly: bool) -> Sequence[str]:
    wanted = _folded(value)
    equal = [name for name in known if _folded(name) == wanted]
    if equal or not partly or not wanted:
        return equal or [value]
    return [name for name in known if _within(wanted, _folded(name))] or [value]


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(text))
