"""A search request as Meilisearch takes it: the one place where text and values are escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from copydesk_gateway.engines.facets import held
from copydesk_gateway.engines.port import MIN_PREFIX_LETTERS
from copydesk_gateway.query import (
    Either,
    Filters,
    Phrase,
    Plain,
    Query,
    Sort,
    Titled,
    Valued,
    Word,
)
from copydesk_shared import title_terms
from copydesk_shared.search_schema import FACETS

MAX_INTEGER: Final = 2**53
"""Meilisearch holds numbers as doubles, exact to here."""


@dataclass(frozen=True)
class Way:
    """One way to satisfy a query without alternatives: a text, and filters that must all hold."""

    text: str
    filters: tuple[str, ...]


def ways(query: Query) -> Sequence[Way]:
    """The query without OR, which Meilisearch has not: an article need match one of them.

    What is excluded comes first: the server stops to read at ten terms, and takes a word for the
    head of a longer one only if nothing follows it.
    """
    choices = [term.alternatives if isinstance(term, Either) else (term,) for term in query.terms]
    excluded = [f"-{part}" for part in map(_excludable, query.excluded) if part]
    denied = [f"NOT ({expression})" for term in query.excluded if (expression := _expression(term))]
    return [
        Way(
            " ".join([*excluded, *(part for term in chosen if (part := _searched(term)))]),
            (*(each for term in chosen if (each := _expression(term))), *denied),
        )
        for chosen in product(*choices)
    ]


def has_words(query: Query) -> bool:
    """Whether every way has words to be relevant to."""
    terms_only = Query(terms=query.terms)
    return all(way.text for way in ways(terms_only))


def filter_text(filters: Filters) -> list[str]:
    """Expressions that must all hold."""
    expressions = [one_of(name, values) for name, values in filters.values().items()]
    if filters.published_from is not None:
        expressions.append(f"published_s >= {_held(filters.published_from)}")
    if filters.published_to is not None:
        expressions.append(f"published_s <= {_held(filters.published_to)}")
    if filters.min_quality is not None:
        expressions.append(f"quality >= {filters.min_quality:.6f}")
    return expressions


def one_of(name: str, values: Iterable[str]) -> str:
    """That a filter has one of the values."""
    listed = [held(name, value) for value in values]
    return _in(FACETS[name], [str(v) if isinstance(v, int) else quoted(v) for v in listed])


def among_groups(groups: Iterable[str]) -> str:
    return _in("group_id", map(quoted, groups))


def behind(after_key: int, sort: Sort) -> str:
    """What follows an order key in the given direction of time."""
    return f"order_key {'>' if sort is Sort.OLDEST else '<'} {_held(after_key)}"


def not_behind(after_key: int, sort: Sort) -> str:
    """What an order key follows, and the key itself."""
    return f"order_key {'<=' if sort is Sort.OLDEST else '>='} {_held(after_key)}"


def quoted(value: str) -> str:
    r"""A value as a string of the filter grammar.

    The server's parser undoes it in two steps (filter-parser/src/value.rs): it finds the closing
    quote, skipping what follows a backslash and turning `\"` into `"`; then it resolves the escapes
    that are left. Doubling backslashes and escaping the quote survives both.
    """
    return '"' + _utf8(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in(attribute: str, values: Iterable[str]) -> str:
    return f"{attribute} IN [{', '.join(values)}]"


def _searched(term: Plain) -> str:
    """The term in the query's text; of a headline's words too, which ranks what has them."""
    match term:
        case Word(text=text):
            found = _words(text)
            # Nothing is the head of a longer word that something follows, be it a blank.
            return f"{found} " if 0 < len(found) < MIN_PREFIX_LETTERS else found
        case Phrase(words=found) | Titled(words=found):
            return _phrase(found)
        case Valued():
            return ""


def _expression(term: Plain) -> str:
    """The term as a filter, where it is one."""
    match term:
        case Valued():
            return one_of(term.name, term.values)
        case Titled(words=found):
            needed = title_terms.wanted(map(_utf8, found))
            return " AND ".join(f"title_terms = {quoted(each)}" for each in needed)
        case _:
            return ""


def _words(text: str) -> str:
    """The text without the signs that mean a phrase or, at the head of a word, an exclusion."""
    pieces = (piece.lstrip("-") for piece in _utf8(text).replace('"', " ").split())
    return " ".join(piece for piece in pieces if any(char.isalnum() for char in piece))


def _phrase(found: Iterable[str]) -> str:
    text = _words(" ".join(found))
    return f'"{text}"' if text else ""


def _excludable(term: Plain) -> str:
    """A minus sign holds for one word; a word that is several becomes a phrase."""
    match term:
        case Word(text=given):
            text = _words(given)
            return text if text.isalnum() else _phrase((text,))
        case Phrase(words=found):
            return _phrase(found)
        case _:
            return ""


def _held(number: int) -> int:
    return min(max(number, -MAX_INTEGER), MAX_INTEGER)


def _utf8(text: str) -> str:
    return text.encode(errors="ignore").decode()
