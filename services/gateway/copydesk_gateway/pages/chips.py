"""All that narrows a search, as chips: what was chosen, and what was typed into the search box."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from copydesk_gateway import dates
from copydesk_gateway.pages.dates_shown import day, when
from copydesk_gateway.pages.languages import language_name
from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.pages.typed import Box, Typed
from copydesk_gateway.query import Collapse, Filters, Phrase, Plain, Titled, Valued, Word

_LABELS: Final = {
    "section": "Section",
    "source": "Source",
    "language": "Language",
    "entity": "About",
    "entity_id": "About",
    "person": "Person",
    "org": "Organisation",
    "place": "Place",
    "author": "By",
    "day": "On",
}
_LAST_SECOND: Final = (23, 59, 59)


@dataclass(frozen=True)
class Chip:
    """`without` is the same search without it."""

    label: str
    value: str
    without: SearchState


def chips(state: SearchState, box: Box, names: Mapping[str, str]) -> list[Chip]:
    """In the order in which they were given; `names` are those of entities by id."""
    typed = [
        Chip(label, value, state.searching(each.rest))
        for each in box.typed
        for label, value in _meaning(each)
    ]
    return [*_chosen(state, names), *typed]


def _chosen(state: SearchState, names: Mapping[str, str]) -> Iterator[Chip]:
    for name, value in state.values:
        shown = names.get(value, value) if name == "entity_id" else _said(name, value)
        yield Chip(_LABELS[name], shown, state.toggled(name, value))
    if state.published_from or state.published_to:
        value = f"{state.published_from or '…'} to {state.published_to or 'today'}"
        if state.published_from == state.published_to:
            value = state.published_from
        yield Chip("Published", value, state.without_dates())
    if state.min_quality:
        yield Chip("Quality from", state.min_quality, state.of_any_quality())
    if state.collapse is Collapse.DUPLICATES:
        yield Chip("Copies", "hidden", state.collapsed(Collapse.NONE))


def _meaning(typed: Typed) -> Iterator[tuple[str, str]]:
    for name, values in typed.filters.values().items():
        yield _LABELS[name], " or ".join(_said(name, value) for value in values)
    if typed.filters.published_from is not None or typed.filters.published_to is not None:
        yield "Published", _range(typed.filters)
    for term in typed.excluded:
        yield _excluded(term)


def _range(filters: Filters) -> str:
    """`from 3 March 2026`, `until 14 March 2026`; ends are included."""
    ends = []
    if filters.published_from is not None:
        ends.append(f"from {when(dates.moment(filters.published_from))}")
    if filters.published_to is not None:
        last = dates.moment(filters.published_to)
        whole = (last.hour, last.minute, last.second) == _LAST_SECOND
        ends.append(f"until {day(last) if whole else when(last)}")
    return " ".join(ends)


def _excluded(term: Plain) -> tuple[str, str]:
    match term:
        case Valued(name=name, value=value):
            return _LABELS[name], f"not {_said(name, value)}"
        case Word(text=text):
            return "Without", text
        case Phrase(words=words):
            return "Without", f"“{' '.join(words)}”"
        case Titled(words=words):
            return "Without", f"“{' '.join(words)}” in the headline"


def _said(name: str, value: str) -> str:
    if name == "language":
        return language_name(value)
    return day(date.fromisoformat(value)) if name == "day" else value
