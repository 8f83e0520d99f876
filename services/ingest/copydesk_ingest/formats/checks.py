"""The checks that all formats share: from what was read to a draft, or a refusal with its code."""

import re
from dataclasses import dataclass
from datetime import datetime

from copydesk_ingest.draft import Draft
from copydesk_ingest.formats.form import Metadata, Reading
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.formats.media_types import HTML, TEXT
from copydesk_ingest.formats.mojibake import unmangled
from copydesk_ingest.formats.tags import refuse_tag_bomb
from copydesk_ingest.identity import DEFAULT_SOURCE, url_source
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import Precision, Warned
from copydesk_shared.dates import latest_plausible

_NOTHING = (
    "".join(map(chr, range(0x20)))
    + " \x7f\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + ("".join(map(chr, range(0x2000, 0x2010))) + "\u2060\ufeff\x85\u00ad")
)
"""White space, control characters and other invisible ones."""

_MARKUP = re.compile(
    r"\s*<(!doctype|html|head|body|article|section|main|div|p|h[1-6]|span|figure|img)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    """The article's place when the address of the request names it: PUT."""

    source: str
    external_id: str


def checked(
    reading: Reading, *, limits: Limits, received_at: datetime, place: Place | None = None
) -> Draft:
    """The draft, or RefusedError: nothing that passes here is refused later."""
    reading = unmangled(reading)
    metadata, content = reading.metadata, reading.content
    _refuse_nul(reading)
    _refuse_never_visible(metadata, received_at, limits)
    warnings = [*reading.warnings, *_future(metadata, received_at)]
    content_type = reading.content_type
    if content_type is None:
        content_type = HTML if _MARKUP.match(content) else TEXT
        if content_type == HTML:
            warnings.append(
                Warned(
                    code="content_type_assumed",
                    message="The content begins with markup: taken as text/html.",
                    field="content_type",
                )
            )
    _refuse_unreadable(content, content_type, limits)
    source, external_id = placed(reading, place)
    return Draft(
        source=source,
        external_id=external_id,
        url=metadata.url,
        content_type=content_type,
        content=content,
        title=metadata.title,
        byline=metadata.byline,
        language=metadata.language,
        published=metadata.published and metadata.published.value,
        published_precision=(
            metadata.published.precision if metadata.published else Precision.SECOND
        ),
        modified=metadata.modified and metadata.modified.value,
        section=metadata.section,
        keywords=metadata.keywords,
        embargoed_until=metadata.embargoed_until,
        expires=metadata.expires,
        images=tuple(reading.images),
        links=tuple(reading.links),
        standfirst=reading.standfirst,
        warnings=tuple(warnings),
    )


def _refuse_nul(reading: Reading) -> None:
    metadata = reading.metadata
    lines = (
        metadata.external_id,
        metadata.title,
        metadata.byline,
        metadata.section,
        reading.standfirst,
        *metadata.keywords,
        *(line for link in reading.links for line in (link.href, link.label)),
        *(line for image in reading.images for line in (image.href, image.caption, image.credit)),
    )
    if "\x00" in reading.content or any("\x00" in line for line in lines if line):
        raise RefusedError("nul_character", "The article contains a NUL character.")


def _refuse_unreadable(content: str, content_type: str, limits: Limits) -> None:
    """HTML may be any length: what it says is known only after extraction."""
    text = content.strip(_NOTHING)
    if not text:
        raise RefusedError("empty", "The article has no text.")
    if content_type == HTML:
        refuse_tag_bomb(content, max_depth=limits.html_max_depth, max_tags=limits.html_max_tags)
    elif content_type != TEXT:
        raise RefusedError(
            "invalid_field",
            "Check /content_type.",
            errors=[{"pointer": "/content_type", "message": f"{TEXT} or {HTML}"}],
        )
    elif len(text) < limits.min_chars:
        raise RefusedError(
            "too_short", f"The article has {len(text)} characters of at least {limits.min_chars}."
        )


def _refuse_never_visible(metadata: Metadata, received_at: datetime, limits: Limits) -> None:
    """A mistyped year must not hide an article for ever.

    Only a bound on what is sensible: when an embargo ends and an article expires is for the clock
    of Redis to say, and so is whether it has expired already.
    """
    embargo, expires = metadata.embargoed_until, metadata.expires
    if embargo and embargo > received_at + limits.embargo_max:
        raise RefusedError(
            "embargo_too_long",
            f"An embargo ends within {limits.embargo_max.days} days.",
            errors=[{"pointer": "/embargoed_until", "message": "too far ahead"}],
        )
    if embargo and expires and expires <= embargo:
        raise RefusedError(
            "never_visible",
            "The article would expire before its embargo ends.",
            errors=[{"pointer": "/expires", "message": "not after embargoed_until"}],
        )


def _future(metadata: Metadata, received_at: datetime) -> list[Warned]:
    """What is told of dates that are too far ahead."""
    latest = latest_plausible(received_at, embargoed_until=metadata.embargoed_until)
    return [
        Warned(code="future_date", message="The date is in the future.", field=name)
        for name, date in (("published", metadata.published), ("modified", metadata.modified))
        if date and date.value > latest
    ]


def placed(reading: Reading, place: Place | None) -> tuple[str, str | None]:
    """The source and the external id; RefusedError when body and address disagree.

    An id is one within its feed, so the feed's own address names the source before the article's.
    """
    metadata = reading.metadata
    if place is None:
        named = (url_source(address) for address in (reading.home, metadata.url) if address)
        default = next((host for host in named if host != DEFAULT_SOURCE), DEFAULT_SOURCE)
        return metadata.source or default, metadata.external_id
    for name, given, placed_as in (
        ("source", metadata.source, place.source),
        ("external_id", metadata.external_id, place.external_id),
    ):
        if given not in {None, placed_as}:
            raise RefusedError(
                "conflicting_field",
                f"The body and the address name a different {name}.",
                errors=[{"pointer": f"/{name}", "message": "not what the address says"}],
            )
    return place.source, place.external_id
