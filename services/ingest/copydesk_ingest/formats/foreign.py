"""Documents in a format that is not ours: looking into them, and the reading they end in.

Whoever wrote them did not write them for us. So nothing is refused for its form: what cannot be
used is left out, and a warning names it. Only an embargo or an expiry that cannot be read is
refused, since to ignore it would publish too early or for too long.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from pydantic import ValidationError

from copydesk_ingest.formats.form import Metadata, Reading, invalid_fields
from copydesk_ingest.formats.images import usable_images
from copydesk_ingest.formats.links import usable_links
from copydesk_ingest.formats.markup import as_html, has_entity, plain, seen_text
from copydesk_ingest.formats.media_types import HTML, TEXT
from copydesk_ingest.formats.repairs import MAX_LINE
from copydesk_ingest.formats.values import says_something, string, worded
from copydesk_shared.addresses import canonical_url
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Warned
from copydesk_shared.json_values import MAX_LOOKED_AT, Document

_LISTS: Final = ("byline", "keywords")
"""Fields of which all members are read, not only the first."""
NEVER_IGNORED: Final = frozenset(("embargoed_until", "expires"))


@dataclass(frozen=True)
class Text:
    """The text of an article with its type, and what was wrong with it."""

    content: str
    content_type: str
    warnings: Sequence[Warned] = ()
    summary: str | None = None
    """What the publisher says in short, beside the text."""


def read_foreign(
    fields: Mapping[str, object],
    *,
    text: Text,
    document: Document,
    names: Mapping[str, Sequence[str]],
    home: str | None = None,
    images: Iterable[GivenImage] = (),
    links: Iterable[GivenLink] = (),
    withdraws: bool = False,
) -> Reading:
    """The reading of a document. RefusedError.

    `names` are the document's members that each field is read from: one that says something of
    which nothing was understood gets a warning. `home` is the address of the feed that it came in,
    to which its own may be relative.
    """
    told = list(text.warnings)
    given = {name: value for name, value in fields.items() if value is not None}
    if isinstance(url := given.get("url"), str):
        given["url"] = _absolute_url(url, home, told)
    pictures = tuple(images)
    told += _not_understood(given | {"images": pictures}, document, names)
    metadata = _metadata(given, told)
    return Reading(
        metadata=metadata,
        content=text.content,
        content_type=text.content_type,
        images=usable_images(pictures, base=metadata.url or home, warnings=told),
        links=usable_links(links, base=metadata.url or home, warnings=told),
        standfirst=text.summary,
        warnings=told,
        withdraws=withdraws,
        home=home,
    )


def _not_understood(
    given: Mapping[str, object], document: Document, names: Mapping[str, Sequence[str]]
) -> Iterator[Warned]:
    for field, sources in names.items():
        saying = [name for name in sources if says_something(document.get(name))]
        if not given.get(field):
            lost = saying
        elif field in _LISTS:
            lost = [name for name in saying if _has_unreadable(document[name])]
        else:
            continue
        if lost:
            named = " and ".join(f"`{name}`" for name in lost)
            what = "Not all of it" if given.get(field) else "It"
            yield left_out(field, f"{what} could not be read: {named}")


def _has_unreadable(value: object) -> bool:
    listed = value[:MAX_LOOKED_AT] if isinstance(value, list) else [value]
    return any(says_something(one) and not worded(one) for one in listed)


def left_out(field: str, why: str) -> Warned:
    return Warned(code="field_left_out", message=f"{why}.", field=field)


def _metadata(given: dict[str, object], told: list[Warned]) -> Metadata:
    found: list[Warned] = []
    try:
        metadata = Metadata.model_validate(given, context=found)
    except ValidationError as exc:
        faults = {
            str(fault["loc"][0]): fault["msg"].removeprefix("Value error, ")
            for fault in exc.errors(include_url=False, include_input=False, include_context=False)
        }
        if faults.keys() & NEVER_IGNORED:
            raise invalid_fields(exc) from exc
        told += [left_out(name, f"It cannot be used: {why}") for name, why in faults.items()]
        left = {name: value for name, value in given.items() if name not in faults}
        return _metadata(left, told)
    told += found
    return metadata


def _absolute_url(url: str, base: str | None, told: list[Warned]) -> str:
    """The address as it stands, or completed; what is still none is left to the validation."""
    url = url.strip()
    try:
        canonical_url(url)
    except ValueError:
        pass
    else:
        return url
    try:
        whole = urljoin(base or "https:", url)
        canonical_url(whole)
    except ValueError:
        return url
    told.append(
        Warned(code="url_completed", message=f"It was relative: read as {whole}.", field="url")
    )
    return whole


def article_text(
    text: str | None, *, html: bool = False, summary: object = None, summary_html: bool = False
) -> Text:
    """The text; without one the summary, with a warning; else nothing, which is refused later.

    `html` says that the field is HTML in its format; text is looked at, and may be HTML as well.
    A summary in HTML without tags and entities is the text that it looks like.
    """
    warnings: list[Warned] = []
    beside = None
    if text and text.strip():
        beside = (plain(seen_text(string(summary) or "")) or "")[:MAX_LINE] or None
    else:
        text = string(summary) or ""
        html = summary_html and ("<" in text or has_entity(text))
        if text:
            message = "There is no text but a summary: taken as the article."
            warnings.append(Warned(code="summary_only", message=message, field="content"))
    if html:
        return Text(text, HTML, tuple(warnings), beside)
    if (markup := as_html(text)) is None:
        return Text(text, TEXT, tuple(warnings), beside)
    message = "There is markup in the text: taken as text/html."
    warnings.append(Warned(code="content_type_assumed", message=message, field="content_type"))
    return Text(markup, HTML, tuple(warnings), beside)
