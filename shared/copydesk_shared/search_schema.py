"""The search document: one schema for both engines."""

import hashlib
from typing import Final

from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.model import Contract

SCHEMA_VERSION: Final = 1

SEARCHABLE: Final[tuple[tuple[str, float], ...]] = (
    ("title", 4.0),
    ("entities", 2.5),
    ("keywords", 1.5),
    ("summary", 1.5),
    ("authors", 1.0),
    ("body", 1.0),
)
"""The searched fields, most important first, with the boost that the embedded engine gives."""

FACETS: Final = ("source", "section", "language", "entities")
"""Fields that can be filtered by equality and counted."""


class SearchDocument(Contract):
    """An article as the engines hold it. `published_s` is in seconds since 1970, UTC.

    `group_id` is alike in copies of one text and in nothing else, so that a search can show one of
    each; every document has one, but for those written before there was the field.
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
    group_id: str | None = None


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
    return SearchDocument(
        id=article.article_id,
        version=article.version,
        title=article.title,
        summary=article.summary,
        body=article.body,
        authors=tuple(author.name for author in article.authors),
        entities=tuple(_facet(entity.name) for entity in article.entities[:MAX_ENTITIES]),
        keywords=tuple(keyword.value for keyword in article.keywords),
        source=_facet(article.source),
        section=_facet(article.section) if article.section else None,
        language=article.language.code,
        url=article.canonical_url or article.url,
        published_s=published_s,
        order_key=order_key(published_s, article.article_id),
        word_count=article.word_count,
        reading_minutes=article.reading_minutes,
        group_id=article.duplicates.group_id or article.article_id,
    )


def _facet(value: str) -> str:
    return value.encode()[:MAX_FACET_BYTES].decode(errors="ignore")
