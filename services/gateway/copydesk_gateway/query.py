"""A search as a typed tree: words, phrases, alternatives and filters, never raw engine syntax."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Collapse(StrEnum):
    """Whether of the copies of one text only one is found."""

    NONE = "none"
    DUPLICATES = "duplicates"


@dataclass(frozen=True)
class Word:
    """Matched with typo tolerance; the last word of a query also as a prefix."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Words in a row, matched exactly."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Titled:
    """Words in a row in the headline, matched exactly."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Valued:
    """A value of the filter `name`, where it stands among alternatives or is excluded.

    `spellings` are the values that stand for it where the index has others.
    """

    name: str
    value: str
    spellings: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        return self.spellings or (self.value,)


Plain = Word | Phrase | Titled | Valued


@dataclass(frozen=True)
class Either:
    """At least one of them; a query that has one drops none of its terms, whatever the order."""

    alternatives: tuple[Plain, ...]


Term = Plain | Either


@dataclass(frozen=True)
class Query:
    """What must be found (best all of `terms`) and what must not (`excluded`)."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Plain, ...] = ()

    @property
    def strict(self) -> bool:
        """Whether every term must be found, since the query was written as logic."""
        return any(isinstance(term, Either) for term in self.terms)


@dataclass(frozen=True)
class Filters:
    """Values of one field are alternatives; fields add up. Times are seconds, ends included.

    `relative` says that the range was given as seen from now (`7d`), so that it moves.
    """

    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    entity_id: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    org: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    published_from: int | None = None
    published_to: int | None = None
    min_quality: float | None = None
    relative: bool = False

    def values(self) -> Mapping[str, tuple[str, ...]]:
        """The filters by value that are set, by name."""
        return {name: given for name in VALUED if (given := getattr(self, name))}


VALUED = (
    "source",
    "section",
    "language",
    "entity",
    "entity_id",
    "person",
    "org",
    "place",
    "author",
    "day",
)
"""The filters by value."""


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
    calendar: bool = False
    collapse: Collapse = Collapse.NONE
