"""ninjs, the IPTC's News in JSON: 1.x, 2.x and 3.x, and the dialect of Superdesk.

https://www.iptc.org/std/ninjs/userguide/. 1.x has `body_html` where 2.x has a list `bodies`; 3.x
writes `versionCreated` where the others write `versioncreated`. So names are compared in lower
case, and both forms of a field are looked for, whatever version the document claims.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from copydesk_ingest.formats.foreign import article_text, read_foreign
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import plain
from copydesk_ingest.formats.media_types import HTML
from copydesk_ingest.formats.ninjs_bodies import find_body, lowered, role_of
from copydesk_ingest.formats.values import (
    every,
    first_string,
    joined,
    names_in,
    objects,
    unique,
    worded,
)
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Warned
from copydesk_shared.json_values import Document, given, members

WITHDRAWN: Final = frozenset(("canceled", "cancelled", "withheld"))
"""`pubstatus`: a kill, and "not to be published until further notice"."""

_TITLES: Final = ("headline", "headline_main", "title", "name")
_DESCRIPTIONS: Final = ("description_text", "description_html", "description_main")
_VALUES: Final = ("value", "name")
_IDS: Final = ("uri", "guid", "@id", "value")
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "external_id": ("uri", "guid"),
    "title": ("headlines", *_TITLES),
    "byline": ("byline", "by"),
    "language": ("language",),
    "section": ("service",),
    "keywords": ("keywords", "subject", "subjects"),
}
_TEXTS: Final = ("text", "composite")
_PICTURES: Final = ("picture", "graphic", "image")


def is_ninjs(document: Document) -> bool:
    """Whether an object is ninjs beyond doubt: it says so, or has an id and a body as in ninjs."""
    names = {name.lower() for name in document}
    for name in ("standard", "$standard"):
        standard = document.get(name)
        if isinstance(standard, dict) and str(standard.get("name")).lower() == "ninjs":
            return True
    bodies = any(name.startswith("body_") for name in names) or "bodies" in names
    return bodies and ("uri" in names or {"guid", "versioncreated"} <= names)


def read_ninjs(document: Document) -> Reading:
    """The reading of one item; canceled and withheld ones withdraw what has the same `uri`."""
    item = lowered(document)
    uri = worded(item.get("uri"), *_IDS) or worded(item.get("guid"), *_IDS)
    keywords, split = _keywords(item)
    body, warnings = find_body(item)
    text = article_text(
        body.text if body else None,
        html=body is not None and body.content_type == HTML,
        summary=_described(item),
    )
    return read_foreign(
        {
            "external_id": uri,
            "url": uri if uri and uri.startswith(("http://", "https://")) else None,
            "title": _headline(item),
            "byline": joined(names_in(item.get("byline"))) or joined(names_in(item.get("by"))),
            "language": item.get("language"),
            "published": given(item, "firstcreated", "versioncreated"),
            "modified": item.get("versioncreated"),
            "section": next(iter(unique(names_in(item.get("service")))), None),
            "keywords": keywords,
            "embargoed_until": given(item, "embargoed", "embargoeduntil"),
            "expires": item.get("expires"),
        },
        text=replace(text, warnings=[*text.warnings, *warnings, *split]),
        document=item,
        names=_NAMES,
        images=_images(item),
        links=_links(item),
        withdraws=str(item.get("pubstatus")).lower() in WITHDRAWN,
    )


def _headline(item: Document) -> str | None:
    """1.x: `headline`; later: the headline whose role is `main` or that has none."""
    headlines = members(item.get("headlines"))
    headlines = sorted(headlines, key=lambda one: role_of(one) not in {"", "main"})
    found = [*headlines, *(item.get(name) for name in _TITLES)]
    return next((title for one in found if (title := plain(worded(one, *_VALUES)))), None)


def _described(item: Document) -> str | None:
    found = [*members(item.get("descriptions")), *(item.get(name) for name in _DESCRIPTIONS)]
    return next((text for one in found if (text := worded(one, *_VALUES))), None)


def _keywords(item: Document) -> tuple[list[str], list[Warned]]:
    """Keywords and the names of subjects; several in one string are told apart."""
    words: list[str | None] = []
    split = False
    for name in ("keywords", "subject", "subjects"):
        value = item.get(name)
        if isinstance(value, str) and "," in value:
            words += map(plain, value.split(","))
            split = True
        else:
            words += map(plain, every(value))
    message = "One string is taken as a list with commas."
    told = Warned(code="keywords_split", message=message, field="keywords")
    return unique(words), [told] if split else []


def _associated(item: Document) -> Iterator[Document]:
    """1.x names them, 2.x lists them."""
    associated = item.get("associations")
    listed = list(associated.values()) if isinstance(associated, dict) else associated
    return map(lowered, objects(listed))


def _links(item: Document) -> Iterator[GivenLink]:
    """Associated texts, by where they can be read."""
    for other in _associated(item):
        if str(other.get("type")).lower() in _TEXTS:
            href = worded(other.get("href"), *_IDS) or worded(other.get("uri"), *_IDS)
            yield GivenLink(href=href or "", label=_headline(other))


def _images(item: Document) -> Iterator[GivenImage]:
    """Associated pictures, each in its widest rendition, with caption and photographer."""
    for picture in _associated(item):
        if href := _widest(picture):
            yield GivenImage(
                href=href,
                caption=plain(_described(picture)),
                credit=first_string(picture, "byline", "by", "copyrightholder"),
            )


def _widest(picture: Document) -> str | None:
    renditions = picture.get("renditions")
    listed = list(renditions.values()) if isinstance(renditions, dict) else renditions
    is_picture = str(picture.get("type")).lower() in _PICTURES
    found = [
        (_width(rendition), href)
        for rendition in map(lowered, objects(listed))
        if (href := first_string(rendition, "href")) and (is_picture or _is_image(rendition))
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _is_image(rendition: Document) -> bool:
    return (first_string(rendition, "mimetype", "contenttype") or "").startswith("image/")


def _width(rendition: Document) -> float:
    width = rendition.get("width")
    return width if isinstance(width, int | float) else 0
