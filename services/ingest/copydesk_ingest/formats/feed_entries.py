"""Entries of RSS and Atom, as feedparser gives them, turned into items of a JSON Feed."""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from copydesk_ingest.formats.json_feed import VERSION
from copydesk_ingest.formats.media_types import HTML, TEXT

Entry = dict[str, Any]

_TAG_URI = re.compile(r"tag:(?:[^@,:\s]{1,100}@)?([A-Za-z0-9.-]{1,200}),", re.IGNORECASE)


def json_feed_of(parsed: Any, captions: Mapping[str, str]) -> Entry:
    """The feed that says the same; `captions` are those of pictures, by address."""
    return {
        "version": VERSION,
        "home_page_url": _home(parsed["feed"]),
        "feed_url": _self(parsed["feed"]),
        "language": _given(parsed["feed"], "language"),
        "items": [_item(entry, captions) for entry in parsed["entries"]],
    }


def _given(entry: Any, name: str) -> Any:
    """A member that is there under this very name.

    feedparser's own look-up hands out `published` for a missing `updated`, and warns of it.
    """
    return dict.get(entry, name)


def _home(feed: Any) -> str | None:
    """A feed's link, else its id: an address, or a tag URI (RFC 4151) with the host in it."""
    link = _given(feed, "link") or _given(feed, "id") or ""
    tag = _TAG_URI.match(link.strip())
    return f"https://{tag[1]}/" if tag else link


def _self(feed: Any) -> str | None:
    """Where the feed says that it lies."""
    links = _given(feed, "links") or ()
    return next((link.get("href") for link in links if link.get("rel") == "self"), None)


def _item(entry: Any, captions: Mapping[str, str]) -> Entry:
    """The item of a JSON Feed that says the same; members that are None are not there."""
    content, content_type = _content(entry)
    return {
        "id": _given(entry, "id"),
        "url": _given(entry, "link"),
        "title": _given(entry, "title"),
        ("content_text" if content_type == TEXT else "content_html"): content,
        "summary": _given(entry, "summary"),
        "_summary_type": HTML if _is_html(_given(entry, "summary_detail") or {}) else None,
        "date_published": _date(entry, "published") or _date(entry, "created"),
        "date_modified": _date(entry, "updated"),
        "authors": [
            {"name": name}
            for author in _given(entry, "authors") or ()
            if (name := dict.get(author, "name") or dict.get(author, "email"))
        ],
        "language": _language(entry),
        "tags": [
            dict.get(tag, "label") or dict.get(tag, "term") for tag in _given(entry, "tags") or ()
        ],
        "_links": [
            {"url": link.get("href"), "title": link.get("title")}
            for link in _given(entry, "links") or ()
            if link.get("rel") == "related"
        ],
        "attachments": list(_pictures(entry, captions)),
    }


def _content(entry: Any) -> tuple[str | None, str | None]:
    """The full text, markup first; `content:encoded` and Atom's `content` both end up here."""
    found = [part for part in _given(entry, "content") or () if (part.get("value") or "").strip()]
    found.sort(key=lambda part: part.get("type") == TEXT)
    return (found[0]["value"], found[0].get("type")) if found else (None, None)


def _is_html(part: Mapping[str, Any]) -> bool:
    """Whether feedparser calls it HTML: all of RSS, and what says so in Atom."""
    return part.get("type") != TEXT


def _language(entry: Any) -> str | None:
    for part in _given(entry, "content") or ():
        if language := part.get("language"):
            return str(language)
    return None


def _date(entry: Any, name: str) -> str | None:
    """As feedparser understood it (in UTC), else as it was written, for a warning."""
    parsed = _given(entry, f"{name}_parsed")
    if parsed is None:
        return _given(entry, name) or None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed)


def _pictures(entry: Any, captions: Mapping[str, str]) -> Iterator[Entry]:
    """`media:content`, enclosures, then thumbnails; the credit of Media RSS stands beside them."""
    credited = _given(entry, "media_credit") or ()
    credit = next((one.get("content") for one in credited if one.get("content")), None)
    media = [*(_given(entry, "media_content") or ()), *(_given(entry, "enclosures") or ())]
    for one in media:
        href = one.get("url") or one.get("href")
        kind = str(one.get("type") or "")
        if href and (kind.startswith("image/") or one.get("medium") == "image"):
            yield _picture(href, captions.get(href), credit)
    for one in _given(entry, "media_thumbnail") or ():
        if one.get("url") and not media:
            yield _picture(one["url"], captions.get(one["url"]), credit)


def _picture(href: str, caption: str | None, credit: str | None) -> Entry:
    return {"url": href, "mime_type": "image/*", "title": caption, "_credit": credit}
