"""ninjs, the IPTC's News in JSON: 1.x, 2.x and 3.x, and the dialect of Superdesk.

https://www.iptc.org/std/ninjs/userguide/. 1.x has `body_html` where 2.x has a list `bodies`; 3.x
writes `versionCreated` where the others write `versioncreated`. So names are compared in lower
case, and both forms of a field are looked for, whatever version the document claims.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from copydesk_ingest.formats.foreign import article_text, read_foreign
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import one_line, plain, seen_text
from copydesk_ingest.formats.media_types import HTML, TEXT
from copydesk_ingest.formats.values import (
    Document,
    first_string,
    given,
    members,
    objects,
    string,
    unique,
)
from copydesk_shared.contracts.submission import GivenImage, Warned

WITHDRAWN: Final = frozenset(("canceled", "cancelled", "withheld"))
"""`pubstatus`: a kill, and "not to be published until further notice"."""

_MARKUP: Final = ("text/html", "application/xhtml+xml")
_MARKUP_NAMES: Final = ("html", "xhtml", "richtext")
_MAIN_ROLES: Final = ("main", "html", "xhtml", "text", "richtext")
_OTHER_MARKUP: Final = ("nitf", "newsml", "xml")
_WHOLE: Final = 0.8
"""Share of the longest body's text; forms of one text differ by captions and the like."""
_MOST_NAMED: Final = 5
_MOST_SHOWN: Final = 100
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "external_id": ("uri", "guid"),
    "title": ("headlines", "headline", "headline_main", "title", "name"),
    "byline": ("byline", "by"),
    "language": ("language",),
    "section": ("service",),
    "keywords": ("keywords", "subject", "subjects"),
}
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
    body, left_out = _body(item)
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
            "byline": plain(first_string(item, "byline", "by")),
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
        text=text,
        document=item,
        names=_NAMES,
        images=_images(item),
        warnings=left_out,
        withdraws=str(item.get("pubstatus")).lower() in WITHDRAWN,
    )


def _lower(document: Document) -> Document:
    return {name.lower(): value for name, value in document.items()}


@dataclass(frozen=True)
class _Body:
    """One of the forms, or parts, of an item's text; `field` is where it stood."""

    field: str
    role: str
    kind: str
    text: str

    @cached_property
    def is_markup(self) -> bool:
        return self.kind in _MARKUP or (not self.kind and self.role in _MARKUP_NAMES)

    @cached_property
    def content_type(self) -> str:
        return HTML if self.is_markup or self._is_xml else TEXT

    @cached_property
    def seen(self) -> str:
        """What a reader sees of it."""
        return seen_text(self.text) if self.content_type == HTML else one_line(self.text)

    @property
    def rank(self) -> int:
        """0 for the main body, in whatever form; then those of no role, then others."""
        if self.role in _MAIN_ROLES:
            return 0
        return 2 if self.role else 1

    @property
    def form(self) -> int:
        """Markup before text, as it keeps headings and links; XML that is no HTML at the last."""
        return 2 if self._is_xml else int(not self.is_markup)

    @property
    def _is_xml(self) -> bool:
        return not self.is_markup and any(name in self.kind for name in _OTHER_MARKUP)


def _body(item: Document) -> tuple[_Body | None, list[Warned]]:
    """The main body in its best form that is whole, and a warning of those that say other things.

    A body that is much shorter than another of the same role is a teaser, whatever its form.
    """
    bodies = [*_listed_bodies(item), *_named_bodies(item)]
    if not bodies:
        return None, []
    first = min(body.rank for body in bodies)
    of_role = [body for body in bodies if body.rank == first]
    longest = max(len(body.seen) for body in of_role)
    whole = [body for body in of_role if len(body.seen) >= _WHOLE * longest]
    chosen = min(whole, key=lambda body: (body.form, -len(body.seen)))
    others = [body for body in bodies if body.seen not in chosen.seen]
    return chosen, [_bodies_left_out(others)] if others else []


def _bodies_left_out(others: list[_Body]) -> Warned:
    named = ", ".join(dict.fromkeys(body.role or "no role" for body in others[:_MOST_NAMED]))
    return Warned(
        code="field_left_out",
        message=f"The main body is the article; left out: {len(others)} that say something else"
        f" ({named[:_MOST_SHOWN]}).",
        field=others[0].field[:_MOST_SHOWN],
    )


def _listed_bodies(item: Document) -> Iterator[_Body]:
    for body in map(_lower, objects(item.get("bodies"))):
        if text := first_string(body, "value"):
            kind = str(body.get("contenttype") or "").partition(";")[0].strip().lower()
            yield _Body("bodies", str(body.get("role") or "").strip().lower(), kind, text)


def _named_bodies(item: Document) -> Iterator[_Body]:
    for name, value in item.items():
        if name.startswith("body_") and (text := string(value)):
            role = name.removeprefix("body_")
            yield _Body(name, role, "" if role in _MARKUP_NAMES else role, text)


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
