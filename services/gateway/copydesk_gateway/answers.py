"""The shapes of the API's answers; OpenAPI shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from copydesk_gateway import dates
from copydesk_gateway.differences import Change, Part
from copydesk_gateway.engines.port import FacetCount, Relation, Total
from copydesk_gateway.freshness import Freshness
from copydesk_gateway.histogram import Calendar, Histogram, Interval, histogram
from copydesk_gateway.hits import SearchHit, search_hit
from copydesk_gateway.params import Asked
from copydesk_gateway.query import (
    VALUED,
    Collapse,
    Either,
    Phrase,
    SearchRequest,
    Sort,
    Titled,
    Word,
)
from copydesk_gateway.query_text import Warned
from copydesk_gateway.query_written import written
from copydesk_gateway.search import Found
from copydesk_shared.contracts.article import LinkKind


class QueryEcho(BaseModel):
    """What was searched for, after `q` was read. Times are UTC, both ends included.

    What stands among `alternatives` or is `excluded` is written as in `q`, to be typed again.
    """

    words: list[str]
    phrases: list[str]
    title: list[str]
    alternatives: list[list[str]]
    excluded: list[str]
    source: list[str]
    section: list[str]
    language: list[str]
    entity: list[str]
    entity_id: list[str]
    person: list[str]
    org: list[str]
    place: list[str]
    author: list[str]
    day: list[str]
    published_from: AwareDatetime | None = Field(serialization_alias="from")
    published_to: AwareDatetime | None = Field(serialization_alias="to")
    min_quality: float | None
    collapse: Collapse
    sort: Sort
    limit: int


class QueryWarning(BaseModel):
    """Something in `q` that was not done as written; `code` is stable."""

    code: str
    message: str


class SearchTotal(BaseModel):
    """`at_least`: the engine stopped to count there."""

    value: int
    relation: Relation


class FacetValue(BaseModel):
    value: str
    count: int


class HistogramBucket(BaseModel):
    start: date
    count: int


class SearchHistogram(BaseModel):
    """Matches by date, the newest buckets; `earlier` counts the matches before the first."""

    interval: Interval
    buckets: list[HistogramBucket]
    earlier: int


class SearchFreshness(BaseModel):
    """How near search is to what was accepted: articles that wait, and since when the first has."""

    newest_indexed_at: AwareDatetime | None
    age_s: float | None
    waiting: int
    lag_s: float


class SearchDegraded(BaseModel):
    """The engine is away, and this page is what it last gave for the same search."""

    code: str
    as_of: AwareDatetime


class SearchAnswer(BaseModel):
    """One page; follow `next_cursor` with the same parameters until it is null."""

    query: QueryEcho
    warnings: list[QueryWarning]
    hits: list[SearchHit]
    total: SearchTotal
    facets: dict[str, list[FacetValue]]
    histogram: SearchHistogram | None
    took_ms: float
    freshness: SearchFreshness
    degraded: SearchDegraded | None
    next_cursor: str | None


class FacetAnswer(BaseModel):
    """Values of one facet, most frequent first."""

    facet: str
    values: list[FacetValue]
    warnings: list[QueryWarning]
    took_ms: float


class HistogramAnswer(SearchHistogram):
    query: QueryEcho
    warnings: list[QueryWarning]
    total: SearchTotal
    took_ms: float


class RelatedArticle(BaseModel):
    """A link to another article; `article_id` is there when it can be read here."""

    kind: LinkKind
    title: str
    label: str | None = None
    url: str | None = None
    position: int | None = None
    article_id: str | None = None
    source: str | None = None
    section: str | None = None
    published: AwareDatetime | None = None
    score: float | None = None
    reasons: list[str] = []


class ReferringArticle(BaseModel):
    """An article whose text or publisher links to this one."""

    article_id: str
    title: str
    source: str
    section: str | None
    published: AwareDatetime


class RelatedAnswer(BaseModel):
    article_id: str
    version: int
    links: list[RelatedArticle]
    referenced_by: list[ReferringArticle]


class VersionEntry(BaseModel):
    """`modified` is the publisher's date, `enriched_at` when the version was made here."""

    version: int
    title: str
    current: bool
    published: AwareDatetime
    modified: AwareDatetime | None
    enriched_at: AwareDatetime | None


class VersionsAnswer(BaseModel):
    """The versions that can be read, the current one first."""

    article_id: str
    versions: list[VersionEntry]


class DifferenceAnswer(BaseModel):
    """What changed from version `old` to `new`; paragraphs that are the same are left out."""

    article_id: str
    old: int
    new: int
    title: tuple[Part, ...]
    changes: list[Change]


class Readiness(BaseModel):
    """`checks` holds what fails and why."""

    status: str
    checks: dict[str, str]


class ProblemAnswer(BaseModel):
    """RFC 9457; `code` is stable, `detail` is for a human."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, object]] | None = None
    request_id: str | None = None


def search_answer(
    asked: Asked, found: Found, *, freshness: Freshness, interval: Interval | None
) -> SearchAnswer:
    counted = None
    if found.calendar is not None and interval:
        counted = histogram(found.calendar, interval)
    return SearchAnswer(
        query=query_echo(found.request),
        warnings=warnings((*asked.warnings, *found.warnings, *_cut(counted))),
        hits=[search_hit(each.hit, each.highlights) for each in found.hits],
        total=total(found.total),
        facets={name: facet_values(counts) for name, counts in found.facets.items()},
        histogram=SearchHistogram(**_buckets(counted)) if counted else None,
        took_ms=round(found.took_ms, 2),
        freshness=SearchFreshness(**asdict(freshness)),
        degraded=SearchDegraded(code="search_down", as_of=found.as_of) if found.as_of else None,
        next_cursor=found.next_cursor,
    )


def histogram_answer(asked: Asked, found: Found, interval: Interval) -> HistogramAnswer:
    counted = histogram(found.calendar or Calendar({}, {}, {}), interval)
    return HistogramAnswer(
        query=query_echo(found.request),
        warnings=warnings((*asked.warnings, *found.warnings, *_cut(counted))),
        total=total(found.total),
        took_ms=round(found.took_ms, 2),
        **_buckets(counted),
    )


def _cut(counted: Histogram | None) -> Sequence[Warned]:
    if counted is None or not counted.earlier:
        return ()
    first = counted.buckets[0].start
    text = f"The histogram begins at {first}; {counted.earlier:,} of the matches are earlier."
    return (Warned("range_cut", text),)


def _buckets(counted: Histogram) -> dict[str, Any]:
    return {
        "interval": counted.interval,
        "buckets": [
            HistogramBucket(start=each.start, count=each.count) for each in counted.buckets
        ],
        "earlier": counted.earlier,
    }


def query_echo(request: SearchRequest) -> QueryEcho:
    terms, filters = request.query.terms, request.filters
    values: dict[str, Any] = {name: list(getattr(filters, name)) for name in VALUED}
    return QueryEcho(
        words=[term.text for term in terms if isinstance(term, Word)],
        phrases=[" ".join(term.words) for term in terms if isinstance(term, Phrase)],
        title=[" ".join(term.words) for term in terms if isinstance(term, Titled)],
        alternatives=[written(term.alternatives) for term in terms if isinstance(term, Either)],
        excluded=written(request.query.excluded),
        **values,
        published_from=_moment(filters.published_from),
        published_to=_moment(filters.published_to),
        min_quality=filters.min_quality,
        collapse=request.collapse,
        sort=request.sort,
        limit=request.limit,
    )


def warnings(warned: Iterable[Warned]) -> list[QueryWarning]:
    return [QueryWarning(code=each.code, message=each.message) for each in warned]


def total(counted: Total) -> SearchTotal:
    return SearchTotal(value=counted.value, relation=counted.relation)


def facet_values(counts: Iterable[FacetCount]) -> list[FacetValue]:
    return [FacetValue(value=count.value, count=count.count) for count in counts]


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else dates.moment(seconds)
