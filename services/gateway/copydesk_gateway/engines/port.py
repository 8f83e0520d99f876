"""What the gateway asks of a search engine; tantivy and Meilisearch both answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from copydesk_gateway.query import SearchRequest

MAX_DEPTH: Final = 1000
"""The last hit that `offset` and `limit` reach, in both engines; by date, `after_key` goes on."""

MAX_FACET_VALUES: Final = 50
"""How many values of a facet are counted at most, in both engines."""


class Relation(StrEnum):
    """How a total relates to the truth."""

    EXACT = "exact"
    ESTIMATED = "estimated"


@dataclass(frozen=True)
class Total:
    value: int
    relation: Relation


@dataclass(frozen=True)
class Hit:
    """A found article as the engine holds it; `score` is the engine's, None in date order."""

    article_id: str
    version: int
    title: str
    summary: str
    body: str
    authors: Sequence[str]
    entities: Sequence[str]
    source: str
    section: str | None
    language: str
    url: str | None
    published_s: int
    order_key: int
    word_count: int
    reading_minutes: int
    group_id: str | None = None
    score: float | None = None


@dataclass(frozen=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True)
class SearchPage:
    """One page of hits; facets are counted over all matches, most frequent first."""

    hits: Sequence[Hit]
    total: Total
    facets: Mapping[str, Sequence[FacetCount]] = field(default_factory=dict)


class SearchEngine(Protocol):
    """Read access to the search engine.

    Every method raises `DependencyDownError` when the engine cannot be reached in time.
    """

    async def search(self, request: SearchRequest) -> SearchPage: ...

    async def healthy(self) -> bool: ...

    async def close(self) -> None: ...
