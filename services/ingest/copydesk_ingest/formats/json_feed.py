"""JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/: cut into feeds of one, which are read.

RSS and Atom come here too: `xml_feed.py` turns their entries into items of a JSON Feed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from copydesk_ingest.formats.foreign import article_text, read_foreign
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import plain
from copydesk_ingest.formats.media_types import HTML
from copydesk_ingest.formats.repairs import MAX_LINE
from copydesk_ingest.formats.values import (
    Document,
    first_string,
    given,
    joined,
    members,
    objects,
    string,
    unique,
    web_address,
)
from copydesk_shared.addresses import MAX_URL
from copydesk_shared.contracts.submission import GivenImage

VERSION: Final = "https://jsonfeed.org/version/1.1"
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "external_id": ("id",),
    "url": ("url", "external_url"),
    "title": ("title",),
    "byline": ("authors", "author"),
    "keywords": ("tags",),
    "images": ("image", "banner_image"),
}
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
    html = first_string(item, "content_html")
    text = article_text(
        html or first_string(item, "content_text"),
        html=html is not None,
        summary=item.get("summary"),
        summary_html=item.get("_summary_type") == HTML,
    )
    url = first_string(item, "url", "external_url")
    return read_foreign(
        {
            "external_id": string(item.get("id")),
            "url": url,
            "title": plain(item.get("title")),
            "byline": _byline(item) or _byline(feed),
            "language": given(item, "language") or feed.get("language"),
            "published": given(item, "date_published", "date_modified"),
            "modified": item.get("date_modified"),
            "keywords": unique(map(plain, map(string, members(item.get("tags"))))),
        },
        text=text,
        document=item,
        names=_NAMES,
        home=web_address(feed.get("home_page_url"), feed.get("feed_url")),
        images=_images(item),
    )


def _byline(said_by: Mapping[str, Any]) -> str | None:
    """`authors`, or `author` as version 1.0 had it."""
    people = objects(given(said_by, "authors", "author"))
    return joined(plain(first_string(person, "name")) for person in people)


def _images(item: Document) -> Iterator[GivenImage]:
    for name in ("image", "banner_image"):
        if href := first_string(item, name):
            yield GivenImage(href=href)
    for attached in objects(item.get("attachments")):
        href = first_string(attached, "url")
        if href and str(attached.get("mime_type")).startswith("image/"):
            yield GivenImage(
                href=href,
                caption=first_string(attached, "title"),
                credit=first_string(attached, "_credit"),
            )
