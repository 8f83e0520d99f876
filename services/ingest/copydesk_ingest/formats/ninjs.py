"""ninjs, the IPTC's News in JSON: 1.x, 2.x and 3.x, and the dialect of Superdesk.

https://www.iptc.org/std/ninjs/userguide/. 1.x has `body_html` where 2.x has a list `bodies`; 3.x
writes `versionCreated` where the others write `versioncreated`. So names are compared in lower
case, and both forms of a field are looked for, whatever version the document claims.
"""

from collections.abc import Iterator
from typing import Final

from copydesk_ingest.formats.foreign import (
    Document,
    first_string,
    given,
    members,
    objects,
    plain,
    read_foreign,
    string,
    text_or_summary,
    unique,
)
from copydesk_ingest.formats.form import Reading
from copydesk_shared.contracts.submission import GivenImage

WITHDRAWN: Final = frozenset(("canceled", "cancelled", "withheld"))
"""`pubstatus`: a kill, and "not to be published until further notice"."""

_MARKUP: Final = ("text/html", "application/xhtml+xml")
_MARKUP_NAMES: Final = ("html", "xhtml", "richtext")
_MAIN_ROLES: Final = ("main", "html", "xhtml", "text", "richtext")
_OTHER_MARKUP: Final = ("nitf", "newsml", "xml")
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
    item = _lower(document)
    uri = first_string(item, "uri", "guid")
    text, content_type = _body(item)
    content, warnings = text_or_summary(text, _described(item))
    return read_foreign(
        {
            "external_id": uri,
            "url": uri if uri and uri.startswith(("http://", "https://")) else None,
            "title": _headline(item),
            "byline": first_string(item, "byline", "by"),
            "language": item.get("language"),
            "published": given(item, "firstcreated", "versioncreated"),
            "modified": item.get("versioncreated"),
            "section": next(iter(_names(item.get("service"))), None),
            "keywords": unique(
                [
                    *map(string, members(item.get("keywords"))),
                    *_names(item.get("subject")),
                    *_names(item.get("subjects")),
                ]
            ),
            "embargoed_until": given(item, "embargoed", "embargoeduntil"),
            "expires": item.get("expires"),
        },
        content=content,
        content_type=None if warnings else content_type,
        images=_images(item),
        warnings=warnings,
        withdraws=str(item.get("pubstatus")).lower() in WITHDRAWN,
    )


def _lower(document: Document) -> Document:
    return {name.lower(): value for name, value in document.items()}


def _body(item: Document) -> tuple[str | None, str | None]:
    """The body with its type: markup before text, the main one before others, XML at the last."""
    bodies = [*_listed_bodies(item), *_named_bodies(item)]
    if not bodies:
        return None, None
    _, content_type, text = min(bodies, key=lambda body: body[0])
    return text, content_type


def _listed_bodies(item: Document) -> Iterator[tuple[int, str, str]]:
    for body in map(_lower, objects(item.get("bodies"))):
        if text := first_string(body, "value"):
            kind = str(body.get("contenttype") or "").partition(";")[0].strip().lower()
            role = str(body.get("role") or "").lower()
            yield _ranked(kind in _MARKUP or (not kind and role in _MARKUP_NAMES), role, kind, text)


def _named_bodies(item: Document) -> Iterator[tuple[int, str, str]]:
    for name, value in item.items():
        if name.startswith("body_") and (text := string(value)):
            role = name.removeprefix("body_")
            yield _ranked(role in _MARKUP_NAMES, role, role, text)


def _ranked(markup: bool, role: str, kind: str, text: str) -> tuple[int, str, str]:
    rank = (0 if role in _MAIN_ROLES else 1) + (0 if markup else 2)
    if any(name in kind for name in _OTHER_MARKUP) and kind not in {*_MARKUP, *_MARKUP_NAMES}:
        return rank + 4, "text/html", text
    return rank, "text/html" if markup else "text/plain", text


def _headline(item: Document) -> str | None:
    """1.x: `headline`; later: the headline whose role is `main` or that has none."""
    headlines = objects(item.get("headlines"))
    headlines.sort(key=lambda one: str(one.get("role") or "main").lower() != "main")
    found = [first_string(one, "value") for one in headlines]
    found += [first_string(item, "headline"), first_string(item, "headline_main", "title", "name")]
    return next((title for one in found if one and (title := plain(one))), None)


def _described(item: Document) -> str | None:
    found = [first_string(one, "value") for one in objects(item.get("descriptions"))]
    found.append(first_string(item, "description_text", "description_html", "description_main"))
    return next((one for one in found if one), None)


def _names(value: object) -> list[str]:
    return unique(first_string(one, "name") for one in objects(value))


def _images(item: Document) -> Iterator[GivenImage]:
    """Associated pictures, each in its widest rendition, with caption and photographer."""
    associated = item.get("associations")
    pictures = list(associated.values()) if isinstance(associated, dict) else associated
    for picture in map(_lower, objects(pictures)):
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
        for rendition in map(_lower, objects(listed))
        if (href := first_string(rendition, "href")) and (is_picture or _is_image(rendition))
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _is_image(rendition: Document) -> bool:
    return (first_string(rendition, "mimetype", "contenttype") or "").startswith("image/")


def _width(rendition: Document) -> float:
    width = rendition.get("width")
    return width if isinstance(width, int | float) else 0
