"""Facets and the filters that belong to them, the same for both engines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from copydesk_gateway.engines.port import MAX_FACET_VALUES, FacetCount
from copydesk_gateway.query import Filters
from copydesk_shared.search_schema import day_number, day_of
from copydesk_shared.words import fold, words


def without(filters: Filters, facet: str) -> Filters:
    """The filters under which a facet is counted: all but its own.

    So the counts say what picking a further value would add, not that the picked ones are picked.
    """
    none: dict[str, Any] = {facet: ()}
    return replace(filters, **none)


def ranked(
    facet: str,
    counts: Mapping[str, int] | Mapping[str | int, int],
    *,
    limit: int = MAX_FACET_VALUES,
) -> Sequence[FacetCount]:
    """Most frequent first, then by value, so that pages agree on the order."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(shown(facet, value), count) for value, count in ordered[:limit])


def shown(facet: str, value: str | int) -> str:
    """A value of a facet as clients know it: a day is numbered in the engines."""
    return day_of(int(value)).isoformat() if facet == "day" else str(value)


def held(facet: str, value: str) -> str | int:
    """A value of a facet as the engines hold it."""
    return day_number(date.fromisoformat(value)) if facet == "day" else value


def begins(prefix: str) -> Callable[[str], bool]:
    """A test whether a value has for each word of `prefix` a word that begins so."""
    wanted = [fold(word) for word in words(prefix)]

    def matches(value: str) -> bool:
        found = [fold(word) for word in words(value)]
        return all(any(word.startswith(head) for word in found) for head in wanted)

    return matches
