"""JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/: cut into feeds of one, which are read.

RSS and Atom come here too: `feed_entries.py` turns theirs into items of a JSON Feed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from copydesk_ingest.formats.foreign import article_text, left_out, read_foreign
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import WHOLE, one_line, plain, seen_text
from copydesk_ingest.formats.media_types import HTML
from copydesk_ingest.formats.repairs import MAX_LINE
from copydesk_ingest.formats.values import (
    every,
    first_string,
    joined,
    names_in,
    objects,
    says_something,
    text_in,
    unique,
    web_address,
    worded,
)
from copydesk_shared.addresses import MAX_URL
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Warned
from copydesk_shared.json_values import Document, given

VERSION: Final = "https://jsonfeed.org/version/1.1"
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "external_id": ("id",),
    "url": ("url", "external_url"),
    "title": ("title",),
    "byline": ("authors", "author"),
    "keywords": ("tags",),
    "images": ("image", "banner_image"),
}
_ADDRESS: Final = ("url", "href", "@id", "value")
_SAID_BY_THE_FEED: Final = ("home_page_url", "feed_url", "language")


def is_json_feed(document: Document) -> bool:
    """Whether an object is a JSON Feed beyond doubt."""
    version = document.get("version")
    return (
        isinstance(version, str)
        and "jsonfeed.org/version/" in version
        and isinstance(document.get("items"), list)
    )


def feeds_of_one(feed: Document) -> list[dict[str, Any]]:
    """A feed for each item, with what the item needs from around it; bounded, as it is repeated."""
    around: dict[str, Any] = {
        name: value[:MAX_URL]
        for name in _SAID_BY_THE_FEED
        if isinstance(value := feed.get(name), str)
    }
    if byline := _byline(feed):
        around["authors"] = [{"name": byline[:MAX_LINE]}]
    items = feed.get("items")
    return [around | {"items": [item]} for item in (items if isinstance(items, list) else [])]


def read_json_feed(feed: Document) -> Reading:
    """The reading of the first item of a feed."""
    item = next(iter(objects(feed.get("items"))), {})
    body, html, warnings = _body(item)
    text = article_text(
        body,
        html=html,
        summary=text_in(item.get("summary")),
        summary_html=item.get("_summary_type") == HTML,
    )
    url = worded(item.get("url"), *_ADDRESS) or worded(item.get("external_url"), *_ADDRESS)
    return read_foreign(
        {
            "external_id": worded(item.get("id")),
            "url": url,
            "title": plain(worded(item.get("title"))),
            "byline": _byline(item) if _credits(item) else _byline(feed),
            "language": given(item, "language") or feed.get("language"),
            "published": given(item, "date_published", "date_modified"),
            "modified": item.get("date_modified"),
            "keywords": _keywords(item.get("tags")),
        },
        text=replace(text, warnings=[*text.warnings, *warnings]),
        document=item,
        names=_NAMES,
        home=web_address(feed.get("home_page_url"), feed.get("feed_url")),
        images=_images(item),
        links=_links(item),
    )


def _body(item: Document) -> tuple[str | None, bool, list[Warned]]:
    """HTML before text, if it is whole, and whether it is HTML."""
    html, text = text_in(item.get("content_html")), text_in(item.get("content_text"))
    if html and text and len(seen_text(html)) < WHOLE * len(one_line(text)):
        return text, False, [left_out("content_html", "It is much shorter than `content_text`")]
    return html or text, html is not None, []


def _credits(item: Document) -> bool:
    """Whether an item says whose it is, understood or not: then it is not the feed's author's."""
    return says_something(given(item, "authors", "author"))


def _byline(said_by: Mapping[str, Any]) -> str | None:
    """`authors`, or `author` as version 1.0 had it."""
    return joined(names_in(given(said_by, "authors", "author")))


def _keywords(tags: object) -> str | list[str] | None:
    """A list; one string is left to the repair of all formats, which splits it."""
    return plain(tags) if isinstance(tags, str) else unique(map(plain, every(tags)))


def _links(item: Document) -> Iterator[GivenLink]:
    """`external_url` beside an own one is what the item is about; `_links` are those of Atom."""
    if item.get("url") and (href := worded(item.get("external_url"), *_ADDRESS)):
        yield GivenLink(href=href)
    for one in objects(item.get("_links")):
        if href := first_string(one, "url"):
            yield GivenLink(href=href, label=first_string(one, "title"))


def _images(item: Document) -> Iterator[GivenImage]:
    for name in ("image", "banner_image"):
        if href := worded(item.get(name), *_ADDRESS):
            yield GivenImage(href=href)
    for attached in objects(item.get("attachments")):
        href = first_string(attached, "url")
        if href and str(attached.get("mime_type")).startswith("image/"):
            yield GivenImage(
                href=href,
                caption=plain(attached.get("title")),
                credit=first_string(attached, "_credit"),
            )
