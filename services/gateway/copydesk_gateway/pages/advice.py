"""Ways out of an empty result: searches like it, of which those are offered that find something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk_gateway.pages.chips import Chip
from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.pages.typed import Box
from copydesk_gateway.params import MAX_Q
from copydesk_gateway.query import Either, Phrase, SearchRequest, Sort, Term
from copydesk_gateway.query_written import written

SINGLE_TERMS = 4
"""So many terms are offered one by one."""

SINGLE_CHIPS = 6
"""And so many filters."""


@dataclass(frozen=True)
class Way:
    """Another search that may find something."""

    text: str
    state: SearchState


@dataclass(frozen=True)
class Advice:
    """A way that leads to so many articles."""

    text: str
    url: str
    articles: int


def ways(
    state: SearchState,
    request: SearchRequest,
    box: Box,
    chips: Sequence[Chip],
    did_you_mean: str | None,
) -> list[Way]:
    """The mildest first, none that is too long to be asked."""
    found = _ways(state, request, box, chips, did_you_mean)
    return [way for way in found if len(way.state.q) <= MAX_Q and way.state != state]


def advice(ways: Sequence[Way], articles: Sequence[int]) -> list[Advice]:
    """The ways that lead somewhere, each with how many articles it finds."""
    return [
        Advice(way.text, way.state.url, count)
        for way, count in zip(ways, articles, strict=True)
        if count
    ]


def _ways(
    state: SearchState,
    request: SearchRequest,
    box: Box,
    chips: Sequence[Chip],
    did_you_mean: str | None,
) -> Iterator[Way]:
    terms = request.query.terms
    if did_you_mean:
        meant = state.searching(did_you_mean)
        yield Way(f"Did you mean “{did_you_mean}”?", meant)
        if state.filtered:
            yield Way(f"Did you mean “{did_you_mean}”, in all articles?", meant.without_filters())
    if len(terms) > 1 and request.sort is not Sort.RELEVANCE:
        yield Way("Best match first, where not every word has to fit", state.best_first())
    for chip in chips[:SINGLE_CHIPS]:
        yield Way(f"Search without the filter “{chip.label} {chip.value}”", chip.without)
    if len(chips) > 1:
        yield Way("Search without the filters", state.without_filters().searching(box.words))
    if any(isinstance(term, Phrase) for term in terms):
        loose = [" ".join(t.words) if isinstance(t, Phrase) else _written(t) for t in terms]
        yield Way(
            "Search the words apart, not as a phrase",
            state.searching(box.with_words(" ".join(loose))),
        )
    if len(terms) > 1:
        for text in map(_written, terms[:SINGLE_TERMS]):
            yield Way(f"Search only {text}", state.searching(box.with_words(text)))
            if chips:
                yield Way(
                    f"Search only {text}, without the filters",
                    state.without_filters().searching(text),
                )


def _written(term: Term) -> str:
    """A term as it can be typed again."""
    return " OR ".join(written(term.alternatives if isinstance(term, Either) else (term,)))
