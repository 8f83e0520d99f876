"""The facets as groups of links: what is chosen, what is most frequent, and what stands behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk_gateway.engines.port import FacetCount
from copydesk_gateway.pages.languages import language_name
from copydesk_gateway.pages.links import SearchState

GROUPS: Final = {
    "section": "Section",
    "entity": "People and places",
    "author": "Author",
    "source": "Source",
    "language": "Language",
}
"""The facets that the page shows, in this order, with their titles."""

SHOWN_VALUES: Final = 7
MORE_VALUES: Final = 40
FOUND_VALUES: Final = 12
FINDABLE_FROM: Final = 10
"""From so many values on a group can be searched; fewer are seen at a glance."""


@dataclass(frozen=True)
class Finding:
    """What a reader looks for inside a facet, and the values in which a word begins so."""

    facet: str
    text: str
    counts: Sequence[FacetCount]


@dataclass(frozen=True)
class FacetLink:
    label: str
    count: int
    url: str
    selected: bool


@dataclass(frozen=True)
class FacetGroup:
    """`more` is what stands behind "show more".

    `findable` says that a reader can search among the values, `finding` is what for: `more` is then
    what was found.
    """

    name: str
    title: str
    shown: Sequence[FacetLink]
    more: Sequence[FacetLink]
    findable: bool
    finding: str


def facet_groups(
    state: SearchState, facets: Mapping[str, Sequence[FacetCount]], finding: Finding | None
) -> list[FacetGroup]:
    """The groups in which there is something to choose."""
    groups = [
        _group(
            state,
            name,
            facets.get(name, ()),
            finding if finding and finding.facet == name else None,
        )
        for name in GROUPS
    ]
    return [group for group in groups if group]


def _group(
    state: SearchState, facet: str, counted: Sequence[FacetCount], finding: Finding | None
) -> FacetGroup | None:
    """The links of one facet, chosen values first; None when there is nothing to choose."""
    counts = {count.value: count.count for count in counted}
    chosen = [value for name, value in state.values if name == facet]
    values = list(dict.fromkeys((*chosen, *counts)))
    if not chosen and len(values) < 1 + (facet == "language"):
        return None
    links = [_link(state, facet, value, counts.get(value, 0)) for value in values]
    cut = max(SHOWN_VALUES, len(chosen))
    more = (
        [_link(state, facet, found.value, found.count) for found in finding.counts]
        if finding
        else links[cut : cut + MORE_VALUES]
    )
    return FacetGroup(
        name=facet,
        title=GROUPS[facet],
        shown=links[:cut],
        more=more,
        findable=bool(finding) or len(values) >= FINDABLE_FROM,
        finding=finding.text if finding else "",
    )


def _link(state: SearchState, facet: str, value: str, count: int) -> FacetLink:
    return FacetLink(
        label=language_name(value) if facet == "language" else value,
        count=count,
        url=state.toggled(facet, value).url,
        selected=state.has(facet, value),
    )
