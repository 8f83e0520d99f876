"""Sitemaps (sitemaps.org 0.9), and what of them is news to Google's extension."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

from copydesk_gateway.xml_text import add, document

_SITEMAPS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS: Final = "http://www.google.com/schemas/sitemap-news/0.9"

PAGE_URLS: Final = 5_000
"""Addresses in one sitemap, of the 50,000 that are allowed: so many are looked up at once."""

NEWS_URLS: Final = 1_000
"""The most that a sitemap of news may hold."""


@dataclass(frozen=True)
class Place:
    url: str
    changed: datetime


@dataclass(frozen=True)
class News:
    url: str
    title: str
    source: str
    language: str
    published: datetime


def sitemap_index(urls: Iterable[str]) -> bytes:
    root = Element("sitemapindex", {"xmlns": _SITEMAPS})
    for url in urls:
        add(add(root, "sitemap"), "loc", url)
    return document(root)


def sitemap(places: Sequence[Place]) -> bytes:
    root = Element("urlset", {"xmlns": _SITEMAPS})
    for place in places:
        entry = add(root, "url")
        add(entry, "loc", place.url)
        add(entry, "lastmod", place.changed.isoformat(timespec="seconds"))
    return document(root)


def news_sitemap(news: Sequence[News]) -> bytes:
    root = Element("urlset", {"xmlns": _SITEMAPS, "xmlns:news": _NEWS})
    for piece in news:
        entry = add(root, "url")
        add(entry, "loc", piece.url)
        told = add(entry, "news:news")
        publication = add(told, "news:publication")
        add(publication, "news:name", piece.source)
        add(publication, "news:language", piece.language)
        add(told, "news:publication_date", piece.published.isoformat(timespec="seconds"))
        add(told, "news:title", piece.title)
    return document(root)


def robots(sitemap_urls: Sequence[str]) -> str:
    """Read the articles, leave the searches: there is no end to those."""
    lines = ["User-agent: *", "Disallow: /v1/", "Disallow: /*?", "Allow: /"]
    return "\n".join([*lines, *(f"Sitemap: {url}" for url in sitemap_urls)]) + "\n"


def open_search(*, name: str, page: str, rss: str, atom: str, suggestions: str) -> bytes:
    """The OpenSearch 1.1 description: how a browser searches here. URLs hold `{searchTerms}`."""
    root = Element("OpenSearchDescription", {"xmlns": "http://a9.com/-/spec/opensearch/1.1/"})
    add(root, "ShortName", name[:16])
    add(root, "LongName", name[:48])
    add(root, "Description", f"Search the articles of {name}"[:1024])
    add(root, "InputEncoding", "UTF-8")
    for media_type, template in (
        ("text/html", page),
        ("application/rss+xml", rss),
        ("application/atom+xml", atom),
        ("application/x-suggestions+json", suggestions),
    ):
        add(root, "Url", "", {"type": media_type, "method": "get", "template": template})
    return document(root)
