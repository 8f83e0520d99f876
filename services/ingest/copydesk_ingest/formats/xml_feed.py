"""RSS and Atom of every version, by feedparser: a feed turned into a JSON Feed.

feedparser gets bytes in memory, so it opens and fetches nothing. What it must not see is refused
before it by one linear pass of expat: XML that is broken (it would fall back to a parser in Python
that needs seconds for 200 kB of bare `&`), entities of the document's own, and too many or too
deeply nested elements.
"""

import io
import re
import time
from collections.abc import Iterator, Mapping
from html.entities import html5
from http import HTTPStatus
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

import feedparser

from copydesk_ingest.formats.charset import decode
from copydesk_ingest.formats.json_feed import VERSION
from copydesk_ingest.formats.limits import Limits, too_deep
from copydesk_ingest.formats.media_rss import take_captions
from copydesk_ingest.formats.media_types import HTML, TEXT
from copydesk_ingest.refusals import RefusedError, too_many_items
from copydesk_shared.contracts.submission import Warned

Entry = dict[str, Any]

MAX_ELEMENTS: Final = 200_000
"""A thousand items with two hundred elements each."""
MAX_ELEMENTS_OF_ONE: Final = 5000
"""Elements of one item, among which feedparser looks for their like."""

MAX_NAMESPACES: Final = 200

MAX_NAME: Final = 2000
"""Characters of an author; in them feedparser looks for a mail address, in the square of a word's
length."""
MAX_NAMES: Final = 1_000_000
_PEOPLE: Final = frozenset(
    [
        "author",
        "name",
        "email",
        "creator",
        "contributor",
        "publisher",
        "owner",
        "managingeditor",
        "webmaster",
    ]
)
_OVERLONG_WORD = re.compile(r"\S{101}")

MAX_PARTS: Final = 500_000
"""Lines and escaped characters, each of which costs feedparser a few microseconds."""

MAX_REPAIRS: Final = 20_000

MAX_ATTRIBUTES: Final = 100
"""feedparser compares each with all others."""

_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_TROUBLE = re.compile(
    r"(?P<open><!\[CDATA\[)|(?P<close>\]\]>)|&(?:(?P<name>[A-Za-z][A-Za-z0-9]{0,30});|(?!#?\w{1,10};))"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
)
"""What breaks most feeds that are broken: HTML's entities, bare ampersands, control characters."""

_TAG_URI = re.compile(r"tag:(?:[^@,:\s]{1,100}@)?([A-Za-z0-9.-]{1,200}),", re.IGNORECASE)

_OF_XML: Final = frozenset(("amp", "lt", "gt", "quot", "apos"))


def read_xml_feed(
    body: bytes, *, charset: str | None, limits: Limits, max_items: int
) -> tuple[dict[str, Any], list[Warned]]:
    """The feed as a JSON Feed, and what was repaired in it as a whole. RefusedError."""
    text, warnings = decode(body, declared=charset or _declared(body))
    if declaration := _DECLARATION.match(text):
        text = text[declaration.end() :]
    try:
        _refuse_bomb(text, limits=limits, max_items=max_items)
    except expat.ExpatError:
        text = _repaired(text)
        try:
            _refuse_bomb(text, limits=limits, max_items=max_items)
        except expat.ExpatError as exc:
            raise _broken(str(exc)) from exc
        message = "The XML was broken by characters that have to be escaped."
        warnings.append(Warned(code="xml_repaired", message=message, field="content"))
    text, captions = take_captions(text)
    parsed = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed["version"] and not parsed["entries"]:
        raise _broken("It is XML, but no RSS or Atom.")
    feed = {
        "version": VERSION,
        "home_page_url": _home(parsed["feed"]),
        "feed_url": _self(parsed["feed"]),
        "language": _given(parsed["feed"], "language"),
        "items": [_item(entry, captions) for entry in parsed["entries"]],
    }
    return feed, warnings


def _declared(body: bytes) -> str | None:
    found = re.match(
        rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})", body[:300]
    )
    return found[1].decode() if found else None


def _refuse_bomb(text: str, *, limits: Limits, max_items: int) -> None:
    """RefusedError for what is too much, expat.ExpatError for what is no XML."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    census = _Census(max_depth=limits.html_max_depth, max_items=max_items)
    parser.StartElementHandler = census.enter
    parser.EndElementHandler = census.leave
    parser.CharacterDataHandler = census.read
    parser.StartNamespaceDeclHandler = census.declare_namespace
    parser.EntityDeclHandler = census.declare_entity
    parser.Parse(text.encode("utf-8", "replace"), True)


class _Census:
    """Counts what is in a document; RefusedError as soon as there is too much of something."""

    def __init__(self, *, max_depth: int, max_items: int) -> None:
        self._max_depth = max_depth
        self._max_items = max_items
        self._depth = self._items = self._elements = self._of_one = 0
        self._parts = self._namespaces = 0
        self._within_people = self._names = 0
        self._name = ""

    def enter(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        self._of_one += 1
        local = name.rpartition(" ")[2]
        self._within_people += local.lower() in _PEOPLE
        if local in {"item", "entry"}:
            self._items += 1
            self._of_one = 0
        if self._depth > self._max_depth:
            raise too_deep("feed", limit=self._max_depth)
        if self._items > self._max_items:
            raise too_many_items(f"The feed has more than {self._max_items} items.")
        if (
            self._elements > MAX_ELEMENTS
            or self._of_one > MAX_ELEMENTS_OF_ONE
            or len(attributes) > MAX_ATTRIBUTES
        ):
            raise RefusedError(
                "too_many_tags",
                f"The feed has more than {MAX_ELEMENTS} elements, {MAX_ELEMENTS_OF_ONE} in one"
                f" item, or {MAX_ATTRIBUTES} attributes in one element.",
            )

    def leave(self, name: str) -> None:
        self._depth -= 1
        if self._within_people:
            self._within_people -= name.rpartition(" ")[2].lower() in _PEOPLE
            if not self._within_people:
                if _OVERLONG_WORD.search(self._name):
                    raise RefusedError("too_many_values", "No author's name is a word like that.")
                self._name = ""

    def read(self, text: str) -> None:
        self._parts += 1
        self._refuse_over(self._parts, MAX_PARTS, "parts")
        if self._within_people:
            self._name += text
            self._names += len(text)
            self._refuse_over(len(self._name), MAX_NAME, "characters in one author")
            self._refuse_over(self._names, MAX_NAMES, "characters of authors")

    def declare_namespace(self, *_: object) -> None:
        self._namespaces += 1
        self._refuse_over(self._namespaces, MAX_NAMESPACES, "namespaces")

    def declare_entity(self, *_: object) -> None:
        raise RefusedError("entities_declared", "The feed declares entities of its own.")

    def _refuse_over(self, count: int, limit: int, what: str) -> None:
        if count > limit:
            raise RefusedError("too_many_values", f"The feed has more than {limit} {what}.")


def _repaired(text: str) -> str:
    """Outside of CDATA: entities of HTML decoded, other ampersands escaped. One linear pass.

    What is broken in more places than `MAX_REPAIRS` stays so.
    """
    in_cdata = False

    def mended(found: re.Match[str]) -> str:
        nonlocal in_cdata
        if found["open"] or found["close"]:
            in_cdata = bool(found["open"])
            return found[0]
        if not found[0].startswith("&"):
            return ""
        if in_cdata or found["name"] in _OF_XML:
            return found[0]
        if found["name"]:
            return escape(html5.get(f"{found['name']};", found[0]))
        return "&amp;"

    return _TROUBLE.sub(mended, text, count=MAX_REPAIRS)


def _broken(detail: str) -> RefusedError:
    return RefusedError("broken_feed", detail, status=HTTPStatus.BAD_REQUEST)


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
