"""Who an article is: its id, and the identifiers that find it again."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from copydesk_ingest.draft import Draft
from copydesk_shared.addresses import canonical_url

NAMESPACE = UUID("6f0c6c2c-9a6c-5d0f-8f51-0d1c4b7f6a3e")
"""Fixed for ever: another one would give every article a new id."""

DEFAULT_SOURCE = "default"
SOURCE = re.compile(r"[A-Za-z0-9._-]{1,100}")

MAX_EXTERNAL_ID = 512


def url_source(url: str) -> str:
    """The source that an address names: its host, where that can be the name of a source."""
    host = urlsplit(canonical_url(url)).hostname or ""
    return host if SOURCE.fullmatch(host) else DEFAULT_SOURCE


@dataclass(frozen=True)
class Identity:
    """`identifiers` are pairs of kind and value, strongest first.

    `article_id` is the id the article gets if none of them is known yet.
    """

    article_id: str
    identifiers: tuple[tuple[str, str], ...]
    content_hash: str


def identify(draft: Draft) -> Identity:
    """The identifiers a draft gives; its content stands in when it gives none."""
    url = canonical_url(draft.url) if draft.url else None
    identifiers = given_identifiers(draft.external_id, url)
    if not identifiers:
        identifiers.append(("content", hashlib.sha256(draft.content.encode()).hexdigest()))
    kind, value = identifiers[0]
    # Another spelling of the same address is no change.
    given = draft.model_copy(update={"url": url}).given()
    return Identity(
        article_id=str(uuid5(NAMESPACE, f"{draft.source}\x00{kind}\x00{value}")),
        identifiers=tuple(identifiers),
        content_hash=hashlib.sha256(given).hexdigest(),
    )


def given_identifiers(external_id: str | None, url: str | None) -> list[tuple[str, str]]:
    """The identifiers that a publisher gave, strongest first."""
    identifiers = [("external_id", external_id)] if external_id else []
    if url:
        identifiers.append(("url", canonical_url(url)))
    return identifiers
