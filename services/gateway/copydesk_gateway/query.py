"""A search as a typed tree: words, phrases, exclusions and filters, never raw engine syntax."""

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Word:
    """Matched with typo tolerance; the last word of a query also as a prefix."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Words in a row, matched exactly."""

    words: tuple[str, ...]


Term = Word | Phrase


@dataclass(frozen=True)
class Query:
    """What must be found (best all of `terms`) and what must not (`excluded`)."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Filters:
    """Values of one field are alternatives; fields add up. Times are seconds, ends included."""

    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    published_from: int | None = None
    published_to: int | None = None


@dataclass(frozen=True)
class SearchRequest:
    """`offset` pages by relevance; a page by date goes on behind the order key `after_key`."""

    query: Query = Query()
    filters: Filters = Filters()
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    offset: int = 0
    after_key: int | None = None
    facets: tuple[str, ...] = ()
