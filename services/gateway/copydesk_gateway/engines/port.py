"""What the gateway asks of a search engine; tantivy and Meilisearch both answer it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from copydesk_gateway.histogram import Calendar
from copydesk_gateway.query import SearchRequest, Valued

MAX_DEPTH: Final = 1000
"""The last hit that `offset` and `limit` reach, in both engines; by date, `after_key` goes on."""

MAX_FACET_VALUES: Final = 50
"""How many values of a facet are counted at most, in both engines."""


MIN_PREFIX_LETTERS: Final = 2
"""A last word of fewer letters is no prefix, in both engines."""


class Relation(StrEnum):
    """How a total relates to the truth."""

    EXACT = "exact"
    ESTIMATED = "estimated"
    AT_LEAST = "at_least"


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
    entity_ids: Sequence[str]
    source: str
    section: str | None
    language: str
    url: str | None
    published_s: int
    order_key: int
    word_count: int
    reading_minutes: int
    quality: float | None = None
    group_id: str | None = None
    score: float | None = None


@dataclass(frozen=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True)
class SearchPage:
    """One page of hits; facets are counted over all matches, most frequent first.

    `more` says whether hits follow, by date behind the order key `after_key`. A page can hold fewer
    hits than asked for though more follow, and one more where two share an order key. Of collapsed
    copies, `total` counts one and the facets and the calendar all. `left_out` says how many of the
    query's last words no hit has beside the others, so that the search went on without them.
    """

    hits: Sequence[Hit]
    total: Total
    facets: Mapping[str, Sequence[FacetCount]] = field(default_factory=dict)
    calendar: Calendar | None = None
    more: bool = False
    after_key: int | None = None
    left_out: int = 0


def empty_page(request: SearchRequest) -> SearchPage:
    """The page of an engine that holds nothing yet."""
    return SearchPage(
        (),
        Total(0, Relation.EXACT),
        dict.fromkeys(request.facets, ()),
        Calendar({}, {}, {}) if request.calendar else None,
    )


class SearchEngine(Protocol):
    """Read access to the search engine.

    Every method raises `DependencyDownError` when the engine cannot be reached in time.
    """

    async def search(self, request: SearchRequest) -> SearchPage: ...

    async def facet_values(
        self, request: SearchRequest, facet: str, prefix: str, *, limit: int
    ) -> Sequence[FacetCount]:
        """Values of a facet in which words begin as those of `prefix` do, most frequent first.

        Counted as in a search, without the facet's own filter; case and accents do not matter.
        """
        ...

    async def held(self, values: Collection[Valued]) -> Collection[Valued]:
        """Of these values of facets those that an article has, spelled exactly so."""
        ...

    async def healthy(self) -> bool: ...

    async def close(self) -> None: ...
