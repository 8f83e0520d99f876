"""Ways out of an empty result, each a link that can be followed."""

from dataclasses import dataclass

from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.query import Either, Phrase, Query, Term, Titled, Word

SINGLE_TERMS = 4
"""So many terms are offered one by one."""


@dataclass(frozen=True)
class Advice:
    text: str
    url: str


def advice(state: SearchState, query: Query, did_you_mean: str | None) -> list[Advice]:
    """The mildest first."""
    ways: list[Advice] = []
    if did_you_mean:
        ways.append(Advice(f"Did you mean “{did_you_mean}”?", state.searching(did_you_mean).url))
    if state.filtered:
        ways.append(Advice("Search without the filters", state.without_filters().url))
    if query.excluded and query.terms:
        kept = " ".join(map(_written, query.terms))
        ways.append(Advice("Leave nothing out", state.searching(kept).url))
    if any(isinstance(term, Phrase) for term in query.terms):
        loose = [" ".join(t.words) if isinstance(t, Phrase) else _written(t) for t in query.terms]
        ways.append(
            Advice("Search the words apart, not as a phrase", state.searching(" ".join(loose)).url)
        )
    if len(query.terms) > 1:
        ways += [
            Advice(f"Search only {text}", state.searching(text).url)
            for text in map(_written, query.terms[:SINGLE_TERMS])
        ]
    ways.append(Advice("See the latest articles", "/"))
    return ways


def _written(term: Term) -> str:
    """A term as the reader may have written it."""
    match term:
        case Word(text=text):
            return text
        case Phrase(words=words):
            return f'"{" ".join(words)}"'
        case Titled(words=words):
            return f'title:"{" ".join(words)}"'
        case Either(alternatives=alternatives):
            return " OR ".join(map(_written, alternatives))
        case _:
            return f'{term.name}:"{term.value}"'
