"""What a publisher relates an article to: other articles and pages, by their addresses."""

from collections.abc import Iterable
from typing import Final

from pydantic import ValidationInfo

from copydesk_ingest.formats.addressed import addressed, usable
from copydesk_ingest.formats.markup import plain_title
from copydesk_ingest.formats.repairs import MAX_LINE
from copydesk_shared.contracts.submission import GivenLink, Warned

MAX_LINKS: Final = 50
"""As many as are taken from a text."""

_INVALID: Final = "invalid_link"


def link_members(value: object, info: ValidationInfo) -> object:
    return addressed(value, info, left_out_as=_INVALID)


def usable_links(
    links: Iterable[GivenLink], *, base: str | None, warnings: list[Warned]
) -> tuple[GivenLink, ...]:
    """The links with whole http(s) addresses, each once; a warning tells what was left out."""
    return usable(
        links,
        _tidied,
        base=base,
        most=MAX_LINKS,
        field="links",
        left_out_as=_INVALID,
        warnings=warnings,
    )


def _tidied(link: GivenLink, href: str) -> GivenLink:
    label = plain_title(link.label or "").strip()[:MAX_LINE] or None
    return GivenLink(href=href, label=label)
