"""A hit as the API shows it."""

from typing import Final

from pydantic import AwareDatetime, BaseModel

from copydesk_gateway import dates
from copydesk_gateway.engines.port import Hit
from copydesk_gateway.highlight import Highlights

HIT_ENTITIES: Final = 5


class HitHighlights(BaseModel):
    """HTML: escaped text in which `<mark>` is the only tag."""

    title: str
    snippet: str


class SearchHit(BaseModel):
    """`score` is the engine's and only there in order of relevance; `quality` is 0 to 1.

    `entity_ids` are those of the `entities`, in their order: `/v1/entities/{id}` tells of each.
    Copies of one text share `group_id`.
    """

    article_id: str
    version: int
    title: str
    summary: str
    section: str | None
    source: str
    language: str
    authors: list[str]
    entities: list[str]
    entity_ids: list[str]
    published: AwareDatetime
    url: str | None
    word_count: int
    reading_minutes: int
    quality: float | None = None
    group_id: str | None = None
    score: float | None = None
    highlights: HitHighlights | None = None


HIT_FIELDS: Final = tuple(SearchHit.model_fields)


def search_hit(hit: Hit, marks: Highlights | None) -> SearchHit:
    # What an engine holds was validated when it was indexed.
    return SearchHit.model_construct(
        article_id=hit.article_id,
        version=hit.version,
        title=hit.title,
        summary=hit.summary,
        section=hit.section,
        source=hit.source,
        language=hit.language,
        authors=list(hit.authors),
        entities=list(hit.entities[:HIT_ENTITIES]),
        entity_ids=list(hit.entity_ids[:HIT_ENTITIES]),
        published=dates.moment(hit.published_s),
        url=hit.url,
        word_count=hit.word_count,
        reading_minutes=hit.reading_minutes,
        quality=hit.quality,
        group_id=hit.group_id,
        score=hit.score,
        highlights=HitHighlights(title=marks.title, snippet=marks.snippet) if marks else None,
    )
