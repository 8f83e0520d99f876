"""A search request as Meilisearch takes it: the one place where text and values are escaped."""

from collections.abc import Iterable
from typing import Final

from copydesk_gateway.engines.facets import chosen
from copydesk_gateway.query import Filters, Query, Sort, Term, Word

MAX_INTEGER: Final = 2**53
"""Meilisearch holds numbers as doubles, exact to here."""


def query_text(query: Query) -> str:
    """The query in Meilisearch's syntax: words, "phrases", -excluded, -"excluded phrases"."""
    included = [
        _words(term.text) if isinstance(term, Word) else _phrase(term.words) for term in query.terms
    ]
    excluded = [f"-{part}" for part in map(_excludable, query.excluded) if part]
    return " ".join(part for part in (*included, *excluded) if part)


def filter_text(filters: Filters) -> list[str]:
    """Expressions that must all hold."""
    expressions = [
        f"{facet} IN [{', '.join(map(quoted, values))}]"
        for facet, values in chosen(filters).items()
    ]
    if filters.published_from is not None:
        expressions.append(f"published_s >= {_held(filters.published_from)}")
    if filters.published_to is not None:
        expressions.append(f"published_s <= {_held(filters.published_to)}")
    return expressions


def behind(after_key: int, sort: Sort) -> str:
    """What follows an order key in the given direction of time."""
    return f"order_key {'>' if sort is Sort.OLDEST else '<'} {_held(after_key)}"


def quoted(value: str) -> str:
    r"""A value as a string of the filter grammar.

    The server's parser undoes it in two steps (filter-parser/src/value.rs): it finds the closing
    quote, skipping what follows a backslash and turning `\"` into `"`; then it resolves the escapes
    that are left. Doubling backslashes and escaping the quote survives both.
    """
    return '"' + _utf8(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(text: str) -> str:
    """The text without the signs that mean a phrase or, at the head of a word, an exclusion."""
    pieces = (piece.lstrip("-") for piece in _utf8(text).replace('"', " ").split())
    return " ".join(piece for piece in pieces if any(char.isalnum() for char in piece))


def _phrase(words: Iterable[str]) -> str:
    text = _words(" ".join(words))
    return f'"{text}"' if text else ""


def _excludable(term: Term) -> str:
    """A minus sign holds for one word; a word that is several becomes a phrase."""
    if isinstance(term, Word):
        text = _words(term.text)
        return text if text.isalnum() else _phrase((text,))
    return _phrase(term.words)


def _held(number: int) -> int:
    return min(max(number, -MAX_INTEGER), MAX_INTEGER)


def _utf8(text: str) -> str:
    return text.encode(errors="ignore").decode()
