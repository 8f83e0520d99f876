"""Facets and the filters that belong to them, the same for both engines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from copydesk_gateway.engines.port import FacetCount
from copydesk_gateway.query import Filters

FILTER_OF: Final = {
    "source": "source",
    "section": "section",
    "language": "language",
    "entities": "entity",
}
"""The filter of each facet of the search document."""


def chosen(filters: Filters) -> Mapping[str, tuple[str, ...]]:
    """The facets that are filtered by, each with its values."""
    values = {facet: getattr(filters, name) for facet, name in FILTER_OF.items()}
    return {facet: picked for facet, picked in values.items() if picked}


def without(filters: Filters, facet: str) -> Filters:
    """The filters under which a facet is counted: all but its own.

    So the counts say what picking a further value would add, not that the picked ones are picked.
    """
    none: dict[str, Any] = {FILTER_OF[facet]: ()}
    return replace(filters, **none)


def ranked(counts: Mapping[str, int]) -> Sequence[FacetCount]:
    """Most frequent first, then by value, so that pages agree on the order."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, count) for value, count in ordered)
