"""RSS and Atom of every version, by feedparser: a feed turned into a JSON Feed.

feedparser gets bytes in memory, so it opens and fetches nothing. What it must not see is refused
before it by one linear pass of expat: XML that is broken (it would fall back to a parser in Python
that needs seconds for 200 kB of bare `&`), entities of the document's own, and too many or too
deeply nested elements.
"""

import io
import re
from collections.abc import Mapping
from html.entities import html5
from http import HTTPStatus
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

import feedparser

from copydesk_ingest.formats.charset import decode
from copydesk_ingest.formats.feed_entries import json_feed_of
from copydesk_ingest.formats.limits import Limits, too_deep
from copydesk_ingest.formats.media_rss import take_captions
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
    return json_feed_of(parsed, captions), warnings


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
