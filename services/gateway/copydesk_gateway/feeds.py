"""A search as a feed: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, all paged by RFC 5005.

An item's id is its article's, so that a correction updates the item and does not repeat it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from mimetypes import guess_type
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, register_namespace

from copydesk_gateway.xml_text import add, document

_ATOM: Final = "http://www.w3.org/2005/Atom"
_CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"
_MEDIA: Final = "http://search.yahoo.com/mrss/"
for prefix, uri in (
    ("atom", _ATOM),
    ("content", _CONTENT),
    ("dc", _DUBLIN_CORE),
    ("media", _MEDIA),
):
    register_namespace(prefix, uri)


@dataclass(frozen=True)
class Picture:
    """The media type is guessed by the address, None where that does not tell."""

    url: str
    credit: str | None = None

    @property
    def media_type(self) -> str | None:
        guessed, _ = guess_type(urlsplit(self.url).path)
        return guessed if guessed and guessed.startswith("image/") else None


@dataclass(frozen=True)
class Item:
    """`url` is where the article is read here, `original` where it was published.

    `paragraphs` are there when the feed carries whole articles.
    """

    article_id: str
    source: str
    url: str
    original: str | None
    title: str
    summary: str
    paragraphs: Sequence[str] | None
    authors: Sequence[str]
    categories: Sequence[str]
    language: str | None
    published: datetime
    updated: datetime
    picture: Picture | None = None


@dataclass(frozen=True)
class Feed:
    """One page of a feed; `first_url` is its address for good, `next_url` that of older items.

    `since` is when a feed without items was updated: Atom wants a date.
    """

    title: str
    description: str
    home_url: str
    self_url: str
    first_url: str
    next_url: str | None
    search_url: str
    since: datetime
    items: Sequence[Item]

    @property
    def updated(self) -> datetime:
        return max((item.updated for item in self.items), default=self.since)


def rss(feed: Feed) -> bytes:
    root = Element("rss", {"version": "2.0"})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.home_url)
    add(channel, "description", feed.description)
    add(channel, "generator", "Copydesk")
    if feed.items:
        add(channel, "lastBuildDate", format_datetime(feed.updated.astimezone(UTC), usegmt=True))
    _links(channel, f"{{{_ATOM}}}link", feed, "application/rss+xml")
    for item in feed.items:
        entry = add(channel, "item")
        add(entry, "title", item.title)
        add(entry, "link", item.url)
        add(entry, "guid", _urn(item), {"isPermaLink": "false"})
        add(entry, "pubDate", format_datetime(item.published.astimezone(UTC), usegmt=True))
        add(entry, "description", escape(item.summary))
        for author in item.authors:
            add(entry, f"{{{_DUBLIN_CORE}}}creator", author)
        add(entry, f"{{{_DUBLIN_CORE}}}publisher", item.source)
        for category in item.categories:
            add(entry, "category", category)
        if item.paragraphs is not None:
            add(entry, f"{{{_CONTENT}}}encoded", _html(item.paragraphs))
        if item.picture:
            _picture(entry, item.picture)
    return document(root)


def atom(feed: Feed) -> bytes:
    root = Element("feed", {"xmlns": _ATOM})
    add(root, "id", feed.first_url)
    add(root, "title", feed.title)
    add(root, "subtitle", feed.description)
    add(root, "updated", feed.updated.isoformat())
    add(root, "generator", "Copydesk")
    add(root, "link", "", {"rel": "alternate", "type": "text/html", "href": feed.home_url})
    _links(root, "link", feed, "application/atom+xml")
    for item in feed.items:
        entry = add(root, "entry", "", {"xml:lang": item.language} if item.language else None)
        add(entry, "id", _urn(item))
        add(entry, "title", item.title)
        add(entry, "link", "", {"rel": "alternate", "type": "text/html", "href": item.url})
        if item.original:
            add(entry, "link", "", {"rel": "via", "href": item.original})
        if item.picture:
            enclosed = {"rel": "enclosure", "href": item.picture.url}
            if item.picture.media_type:
                enclosed["type"] = item.picture.media_type
            add(entry, "link", "", enclosed)
        add(entry, "published", item.published.isoformat())
        add(entry, "updated", item.updated.isoformat())
        # Atom wants an author: without a byline it is the publisher.
        for author in item.authors or (item.source,):
            add(add(entry, "author"), "name", author)
        add(entry, f"{{{_DUBLIN_CORE}}}publisher", item.source)
        for category in item.categories:
            add(entry, "category", "", {"term": category})
        add(entry, "summary", item.summary)
        if item.paragraphs is not None:
            add(entry, "content", _html(item.paragraphs), {"type": "html"})
    return document(root)


def json_feed(feed: Feed) -> bytes:
    members: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home_url,
        "feed_url": feed.first_url,
        "next_url": feed.next_url,
        "items": [_json_item(item) for item in feed.items],
    }
    return json.dumps(_known(members), ensure_ascii=False).encode("utf-8", "replace")


def _json_item(item: Item) -> dict[str, Any]:
    full = item.paragraphs is not None
    return _known(
        {
            "id": _urn(item),
            "url": item.url,
            "external_url": item.original,
            "title": item.title,
            "summary": item.summary,
            "content_html": _html(item.paragraphs) if item.paragraphs is not None else None,
            # An item needs a content of some kind.
            "content_text": None if full else item.summary,
            "date_published": item.published.isoformat(),
            "date_modified": item.updated.isoformat(),
            "image": item.picture.url if item.picture else None,
            # As in Atom: without a byline it is the publisher.
            "authors": [{"name": author} for author in item.authors or (item.source,)],
            "tags": list(item.categories) or None,
            "language": item.language,
            "_copydesk": {"source": item.source},
        }
    )


def _known(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _links(parent: Element, tag: str, feed: Feed, media_type: str) -> None:
    """`self`, and where the pages are (RFC 5005 §3); `search` leads to the description."""
    relations = {"self": feed.self_url, "first": feed.first_url, "next": feed.next_url}
    for relation, href in relations.items():
        if href:
            attributes = {"rel": relation, "type": media_type, "href": href}
            add(parent, tag, "", attributes)
    description = {
        "rel": "search",
        "type": "application/opensearchdescription+xml",
        "href": feed.search_url,
    }
    add(parent, tag, "", description)


def _picture(entry: Element, picture: Picture) -> None:
    """Media RSS: unlike an enclosure, it may leave the length open."""
    attributes = {"url": picture.url, "medium": "image"}
    if picture.media_type:
        attributes["type"] = picture.media_type
    content = add(entry, f"{{{_MEDIA}}}content", "", attributes)
    if picture.credit:
        add(content, f"{{{_MEDIA}}}credit", picture.credit)


def _urn(item: Item) -> str:
    return f"urn:uuid:{item.article_id}"


def _html(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
