"""The search document: one schema for both engines."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from copydesk_shared.contracts.article import Article, Entity, EntityType
from copydesk_shared.contracts.model import Contract

SCHEMA_VERSION: Final = 2

SEARCHABLE: Final[tuple[tuple[str, float], ...]] = (
    ("title", 4.0),
    ("entities", 2.5),
    ("keywords", 1.5),
    ("summary", 1.5),
    ("authors", 1.0),
    ("body", 1.0),
)
"""The searched fields, most important first, with the boost that the embedded engine gives."""

FACETS: Final[Mapping[str, str]] = {
    "source": "source",
    "section": "section",
    "language": "language",
    "entity": "entities",
    "entity_id": "entity_ids",
    "person": "people",
    "org": "organisations",
    "place": "places",
    "author": "authors",
    "day": "published_day",
}
"""What can be filtered by equality and counted, by its public name, and the attribute behind it."""


class SearchDocument(Contract):
    """An article as the engines hold it. `published_s` is in seconds since 1970, UTC.

    `entity_ids` stand in the order of `entities`; people, organisations and places are those of
    the entities that are of this type. Copies of one text share a `group_id`.
    """

    id: str
    version: int
    title: str
    summary: str
    body: str
    authors: tuple[str, ...]
    entities: tuple[str, ...]
    keywords: tuple[str, ...]
    source: str
    section: str | None
    language: str
    url: str | None
    published_s: int
    order_key: int
    word_count: int
    reading_minutes: int
    entity_ids: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    quality: float | None = None
    group_id: str | None = None


def calendar(published_s: int) -> dict[str, int]:
    """The UTC day (since 1970), month (since the year 0) and year, for counting by date.

    Outside the calendar, its edge.
    """
    day = min(max(published_s // DAY_S, _FIRST_DAY), _LAST_DAY)
    on = day_of(day)
    return {
        "published_day": day,
        "published_month": on.year * MONTHS + on.month - 1,
        "published_year": on.year,
    }


def day_of(number: int) -> date:
    """The date of a `published_day`."""
    return date.fromordinal(number + _EPOCH)


def day_number(day: date) -> int:
    """The `published_day` of a date."""
    return day.toordinal() - _EPOCH


DAY_S: Final = 86_400
MONTHS: Final = 12
_EPOCH: Final = date(1970, 1, 1).toordinal()
_FIRST_DAY: Final = date.min.toordinal() - _EPOCH
_LAST_DAY: Final = date.max.toordinal() - _EPOCH


def order_key(published_s: int, article_id: str) -> int:
    """The one sort and cursor field: `published_s · 2^20 + hash20(id)`.

    Below 2^53 until the year 2242, so that an engine that stores doubles keeps it exact; the hash
    breaks ties, so that a page never ends in the middle of equal keys (but for 1 in 2^20).
    Dates before 1970 or after 2242 are held at the edges.
    """
    seconds = min(max(published_s, 0), 2**33 - 1)
    tie = int.from_bytes(hashlib.sha256(article_id.encode()).digest()[:4]) & 0xFFFFF
    return (seconds << 20) | tie


MAX_FACET_BYTES: Final = 460
"""Meilisearch refuses facet values over 468 bytes."""

MAX_ENTITIES: Final = 40


def search_document(article: Article) -> SearchDocument:
    """The document of an article; facet values are cut to what both engines take."""
    published_s = int(article.published.value.timestamp())
    entities = article.entities[:MAX_ENTITIES]
    return SearchDocument(
        id=article.article_id,
        version=article.version,
        title=article.title,
        summary=article.summary,
        body=article.body,
        authors=tuple(_facet(author.name) for author in article.authors),
        entities=_names(entities),
        keywords=tuple(keyword.value for keyword in article.keywords),
        source=_facet(article.source),
        section=_facet(article.section) if article.section else None,
        language=article.language.code,
        url=article.address,
        published_s=published_s,
        order_key=order_key(published_s, article.article_id),
        word_count=article.word_count,
        reading_minutes=article.reading_minutes,
        entity_ids=tuple(entity.entity_id for entity in entities),
        people=_names(each for each in entities if each.type is EntityType.PERSON),
        organisations=_names(each for each in entities if each.type is EntityType.ORGANISATION),
        places=_names(each for each in entities if each.type is EntityType.PLACE),
        quality=article.extraction.quality,
        group_id=article.group_id,
    )


def _names(entities: Iterable[Entity]) -> tuple[str, ...]:
    return tuple(_facet(entity.name) for entity in entities)


def _facet(value: str) -> str:
    return value.encode()[:MAX_FACET_BYTES].decode(errors="ignore")
