"""What extraction wins from one submission, before the publisher's own fields are laid over it."""

from dataclasses import dataclass
from datetime import datetime

from copydesk_shared.contracts.article import (
    Author,
    Heading,
    Image,
    Precision,
    Provenance,
    RelatedLink,
    RemovedBlock,
)
from copydesk_shared.contracts.submission import Warned

LEFT_OUT, REPEATED = "html.left_out", "html.repeated"
LEFT_OUT_RULES = frozenset({LEFT_OUT, REPEATED})
"""Of removed blocks that no rule judged: the page holds them, and the body found in it does not."""


@dataclass(frozen=True)
class Dated:
    """A date as found: aware, with how exact it is and where it stood."""

    value: datetime
    precision: Precision
    provenance: Provenance


@dataclass(frozen=True)
class Found:
    """Clean paragraphs and whatever fields the copy itself gave away."""

    method: str
    paragraphs: tuple[str, ...]
    headings: tuple[Heading, ...] = ()
    standfirst: str | None = None
    title: str | None = None
    authors: tuple[Author, ...] = ()
    section: str | None = None
    breadcrumbs: tuple[str, ...] = ()
    canonical_url: str | None = None
    published: Dated | None = None
    modified: Dated | None = None
    images: tuple[Image, ...] = ()
    related_links: tuple[RelatedLink, ...] = ()
    removed: tuple[RemovedBlock, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None
    reasons: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()
