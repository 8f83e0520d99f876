"""What a publisher relates an article to: other articles and pages, by their addresses."""

from collections.abc import Iterable
from typing import Final

from pydantic import ValidationInfo

from copydesk_ingest.formats.images import absolute, addressed
from copydesk_ingest.formats.markup import plain_title
from copydesk_ingest.formats.repairs import MAX_LINE
from copydesk_shared.contracts.submission import GivenLink, Warned

MAX_LINKS: Final = 50
"""As many as are taken from a text."""


def link_members(value: object, info: ValidationInfo) -> object:
    return addressed(value, info, left_out_as="invalid_link")


def usable_links(
    links: Iterable[GivenLink], *, base: str | None, warnings: list[Warned]
) -> tuple[GivenLink, ...]:
    """The links with whole http(s) addresses, each once; a warning tells what was left out."""
    found: dict[str, GivenLink] = {}
    unusable = surplus = 0
    for link in links:
        href = absolute(link.href, base)
        if href is None:
            unusable += 1
        elif len(found) < MAX_LINKS:
            found.setdefault(href, GivenLink(href=href, label=_line(link.label)))
        else:
            surplus += href not in found
    if unusable:
        warnings.append(_left_out("invalid_link", f"{unusable} without an http(s) address"))
    if surplus:
        warnings.append(_left_out("too_many", f"{surplus} after the first {MAX_LINKS}"))
    return tuple(found.values())


def _line(text: str | None) -> str | None:
    return plain_title(text or "").strip()[:MAX_LINE] or None


def _left_out(code: str, what: str) -> Warned:
    return Warned(code=code, message=f"Left out: {what}.", field="links")
