"""An article as schema.org `NewsArticle` in JSON-LD."""

from datetime import datetime
from typing import Any

from copydesk_gateway.web import web_url
from copydesk_shared.contracts.article import Article, Author, Entity, EntityType, Image, Precision

_TYPES = {
    EntityType.PERSON: "Person",
    EntityType.ORGANISATION: "Organization",
    EntityType.PLACE: "Place",
    EntityType.EVENT: "Event",
    EntityType.WORK: "CreativeWork",
}
ABOUT = 3
"""So many entities, the most relevant, are what it is about; the others are mentioned."""


def json_ld(article: Article, *, page_url: str, made_at: datetime | None) -> dict[str, Any]:
    """The document; `page_url` is where the article is read here, `made_at` when this version was.

    A correction is dated by its version where its publisher does not say. Unknown members are left
    out.
    """
    modified = article.modified or (made_at if article.version > 1 else None)
    original = web_url(article.canonical_url) or web_url(article.url)
    published = article.published
    ranked = sorted(article.entities, key=lambda entity: -entity.relevance)
    members: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": f"urn:uuid:{article.article_id}",
        "url": page_url,
        "mainEntityOfPage": page_url,
        "isBasedOn": original,
        "headline": article.title,
        "description": article.summary,
        "articleBody": article.body,
        "articleSection": article.section,
        "datePublished": published.value.date().isoformat()
        if published.precision is Precision.DAY
        else published.value.isoformat(),
        "dateModified": modified.isoformat() if modified else None,
        "author": [_author(author) for author in article.authors],
        "publisher": {"@type": "Organization", "name": article.source},
        "inLanguage": None if article.language.code == "und" else article.language.code,
        "keywords": [keyword.value for keyword in article.keywords],
        "image": [_image(image) for image in article.images if web_url(image.href)],
        "about": [_entity(entity) for entity in ranked[:ABOUT]],
        "mentions": [_entity(entity) for entity in ranked[ABOUT:]],
        "wordCount": article.word_count,
        "timeRequired": f"PT{article.reading_minutes}M",
        "version": article.version,
    }
    return _known(members)


def _known(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [], ())}


def _author(author: Author) -> dict[str, Any]:
    return _known({"@type": "Person", "name": author.name, "description": author.bio})


def _image(image: Image) -> dict[str, Any]:
    return _known(
        {
            "@type": "ImageObject",
            "contentUrl": image.href,
            "caption": image.caption,
            "creditText": image.credit,
        }
    )


def _entity(entity: Entity) -> dict[str, Any]:
    return _known(
        {
            "@type": _TYPES[entity.type],
            "name": entity.name,
            "alternateName": list(entity.aliases),
            "identifier": entity.entity_id,
        }
    )
