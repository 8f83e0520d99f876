"""The shapes of the API's answers; OpenAPI shows them."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from copydesk_gateway import dates
from copydesk_gateway.differences import Change, Part
from copydesk_gateway.engines.port import Relation
from copydesk_gateway.params import Asked
from copydesk_gateway.query import Phrase, Sort, Term, Word
from copydesk_gateway.search import Found, FoundHit
from copydesk_shared.contracts.article import LinkKind

HIT_ENTITIES = 5


class QueryEcho(BaseModel):
    """What was searched for, after `q` was read. Times are UTC, both ends included."""

    words: list[str]
    phrases: list[str]
    excluded: list[str]
    source: list[str]
    section: list[str]
    language: list[str]
    entity: list[str]
    published_from: AwareDatetime | None = Field(serialization_alias="from")
    published_to: AwareDatetime | None = Field(serialization_alias="to")
    sort: Sort
    limit: int


class QueryWarning(BaseModel):
    """Something in `q` that was not done as written; `code` is stable."""

    code: str
    message: str


class HitHighlights(BaseModel):
    """HTML: escaped text in which `<mark>` is the only tag."""

    title: str
    snippet: str


class SearchHit(BaseModel):
    """`score` is the engine's and only there in order of relevance."""

    article_id: str
    version: int
    title: str
    summary: str
    section: str | None
    source: str
    language: str
    authors: list[str]
    entities: list[str]
    published: AwareDatetime
    url: str | None
    word_count: int
    reading_minutes: int
    score: float | None = None
    highlights: HitHighlights | None = None


class SearchTotal(BaseModel):
    value: int
    relation: Relation


class FacetValue(BaseModel):
    value: str
    count: int


class SearchAnswer(BaseModel):
    """One page; follow `next_cursor` with the same parameters until it is null."""

    query: QueryEcho
    warnings: list[QueryWarning]
    hits: list[SearchHit]
    total: SearchTotal
    facets: dict[str, list[FacetValue]]
    took_ms: float
    next_cursor: str | None


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


def search_answer(asked: Asked, found: Found) -> SearchAnswer:
    request, filters = asked.request, asked.request.filters
    return SearchAnswer(
        query=QueryEcho(
            words=[term.text for term in request.query.terms if isinstance(term, Word)],
            phrases=[" ".join(t.words) for t in request.query.terms if isinstance(t, Phrase)],
            excluded=[_written(term) for term in request.query.excluded],
            source=list(filters.source),
            section=list(filters.section),
            language=list(filters.language),
            entity=list(filters.entity),
            published_from=_moment(filters.published_from),
            published_to=_moment(filters.published_to),
            sort=request.sort,
            limit=request.limit,
        ),
        warnings=[QueryWarning(code=w.code, message=w.message) for w in asked.warnings],
        hits=[_hit(found_hit) for found_hit in found.hits],
        total=SearchTotal(value=found.total.value, relation=found.total.relation),
        facets={
            name: [FacetValue(value=count.value, count=count.count) for count in counts]
            for name, counts in found.facets.items()
        },
        took_ms=round(found.took_ms, 2),
        next_cursor=found.next_cursor,
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else dates.moment(seconds)


def _hit(found: FoundHit) -> SearchHit:
    hit, marks = found.hit, found.highlights
    return SearchHit(
        article_id=hit.article_id,
        version=hit.version,
        title=hit.title,
        summary=hit.summary,
        section=hit.section,
        source=hit.source,
        language=hit.language,
        authors=list(hit.authors),
        entities=list(hit.entities[:HIT_ENTITIES]),
        published=dates.moment(hit.published_s),
        url=hit.url,
        word_count=hit.word_count,
        reading_minutes=hit.reading_minutes,
        score=hit.score,
        highlights=HitHighlights(title=marks.title, snippet=marks.snippet) if marks else None,
    )


def _written(term: Term) -> str:
    return term.text if isinstance(term, Word) else " ".join(term.words)
