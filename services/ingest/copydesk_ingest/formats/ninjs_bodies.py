"""The bodies of an item of ninjs: forms of one text, and other texts beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from copydesk_ingest.formats.markup import WHOLE, one_line, seen_text
from copydesk_ingest.formats.media_types import HTML, TEXT
from copydesk_ingest.formats.values import text_in
from copydesk_shared.contracts.submission import Warned
from copydesk_shared.json_values import Document, members

_MARKUP: Final = ("text/html", "application/xhtml+xml")
_MARKUP_NAMES: Final = ("html", "xhtml", "richtext")
_MAIN_ROLES: Final = ("main", "html", "xhtml", "text", "richtext")
_OTHER_MARKUP: Final = ("nitf", "newsml", "xml")
_MOST_NAMED: Final = 5
_MOST_SHOWN: Final = 100


def lowered(document: Document) -> Document:
    return {name.lower(): value for name, value in document.items()}


def role_of(value: object) -> str:
    return str(value.get("role") or "").strip().lower() if isinstance(value, dict) else ""


@dataclass(frozen=True)
class Body:
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


def find_body(item: Document) -> tuple[Body | None, list[Warned]]:
    """The main body in its best form that is whole, and a warning of those that say other things.

    A body that is much shorter than another of the same role is a teaser, whatever its form.
    """
    bodies = [*_listed_bodies(item), *_named_bodies(item)]
    if not bodies:
        return None, []
    first = min(body.rank for body in bodies)
    of_role = [body for body in bodies if body.rank == first]
    longest = max(len(body.seen) for body in of_role)
    whole = [body for body in of_role if len(body.seen) >= WHOLE * longest]
    chosen = min(whole, key=lambda body: (body.form, -len(body.seen)))
    others = [body for body in bodies if body.seen not in chosen.seen]
    return chosen, [_bodies_left_out(others)] if others else []


def _bodies_left_out(others: list[Body]) -> Warned:
    named = ", ".join(dict.fromkeys(body.role or "no role" for body in others[:_MOST_NAMED]))
    return Warned(
        code="field_left_out",
        message=f"The main body is the article; left out: {len(others)} that say something else"
        f" ({named[:_MOST_SHOWN]}).",
        field=others[0].field[:_MOST_SHOWN],
    )


def _listed_bodies(item: Document) -> Iterator[Body]:
    for listed in members(item.get("bodies")):
        body = lowered(listed) if isinstance(listed, dict) else {"value": listed}
        if text := text_in(body.get("value")):
            kind = str(body.get("contenttype") or "").partition(";")[0].strip().lower()
            yield Body("bodies", role_of(body), kind, text)


def _named_bodies(item: Document) -> Iterator[Body]:
    for name, value in item.items():
        if name.startswith("body_") and (text := text_in(value)):
            role = name.removeprefix("body_")
            yield Body(name, role, "" if role in _MARKUP_NAMES else role, text)
