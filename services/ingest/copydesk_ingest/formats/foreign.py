"""Documents in a format that is not ours: looking into them, and the reading they end in.

Whoever wrote them did not write them for us. So nothing is refused for its form: what cannot be
used is left out, and a warning names it. Only an embargo or an expiry that cannot be read is
refused, since to ignore it would publish too early or for too long.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from pydantic import ValidationError

from copydesk_ingest.formats.form import Metadata, Reading, invalid_fields
from copydesk_ingest.formats.images import usable_images
from copydesk_ingest.formats.markup import as_html, has_entity
from copydesk_ingest.formats.media_types import HTML, TEXT
from copydesk_shared.addresses import canonical_url
from copydesk_shared.contracts.submission import GivenImage, Warned

Document = Mapping[str, Any]
"""A parsed JSON object."""

NEVER_IGNORED: Final = frozenset(("embargoed_until", "expires"))
MAX_LOOKED_AT: Final = 1000
"""Members of a list that are looked at; no article has as many authors, subjects or pictures."""


@dataclass(frozen=True)
class Text:
    """The text of an article with its type, and what was wrong with it."""

    content: str
    content_type: str
    warnings: Sequence[Warned] = ()


def read_foreign(
    fields: Mapping[str, object],
    *,
    text: Text,
    home: str | None = None,
    images: Iterable[GivenImage] = (),
    warnings: Sequence[Warned] = (),
    withdraws: bool = False,
) -> Reading:
    """The reading of a document. RefusedError.

    `home` is the address of the feed that it came in, to which its own may be relative.
    """
    told = [*text.warnings, *warnings]
    given = {name: value for name, value in fields.items() if value is not None}
    if isinstance(url := given.get("url"), str):
        given["url"] = _absolute_url(url, home, told)
    metadata = _metadata(given, told)
    return Reading(
        metadata=metadata,
        content=text.content,
        content_type=text.content_type,
        images=usable_images(images, base=metadata.url or home, warnings=told),
        warnings=told,
        withdraws=withdraws,
        home=home,
    )


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
        told += [
            Warned(code="field_left_out", message=f"It cannot be used: {fault}.", field=name)
            for name, fault in faults.items()
        ]
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


def web_address(*addresses: object) -> str | None:
    """The first that is a whole http(s) address."""
    for address in addresses:
        if isinstance(address, str):
            try:
                canonical_url(address.strip())
            except ValueError:
                continue
            return address.strip()
    return None


def members(value: object) -> list[Any]:
    """A list as it is, nothing as an empty one, and anything else as a list of one."""
    if value is None:
        return []
    return value[:MAX_LOOKED_AT] if isinstance(value, list) else [value]


def objects(value: object) -> list[Document]:
    """The objects among the members of a value."""
    return [member for member in members(value) if isinstance(member, dict)]


def string(value: object) -> str | None:
    """A string that says something, or a number written out; None for anything else."""
    if isinstance(value, str):
        return value if value.strip() else None
    number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if number else None


def first_string(document: Document, *names: str) -> str | None:
    """The first member of these names that is a string and says something."""
    return next((found for name in names if (found := string(document.get(name)))), None)


def given(document: Document, *names: str) -> object:
    """The first member of these names that is there at all, whatever it is."""
    return next((document[name] for name in names if document.get(name) is not None), None)


def joined(names: Iterable[str | None]) -> str | None:
    """Names as one byline, each once."""
    return ", ".join(dict.fromkeys(name.strip() for name in names if name)) or None


def unique(words: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in words if word))


def article_text(
    text: str | None, *, html: bool = False, summary: object = None, summary_html: bool = False
) -> Text:
    """The text; without one the summary, with a warning; else nothing, which is refused later.

    `html` says that the field is HTML in its format; text is looked at, and may be HTML as well.
    A summary in HTML without tags and entities is the text that it looks like.
    """
    warnings: list[Warned] = []
    if not text or not text.strip():
        text = string(summary) or ""
        html = summary_html and ("<" in text or has_entity(text))
        if text:
            message = "There is no text but a summary: taken as the article."
            warnings.append(Warned(code="summary_only", message=message, field="content"))
    if html:
        return Text(text, HTML, tuple(warnings))
    if (markup := as_html(text)) is None:
        return Text(text, TEXT, tuple(warnings))
    message = "There is markup in the text: taken as text/html."
    warnings.append(Warned(code="content_type_assumed", message=message, field="content_type"))
    return Text(markup, HTML, tuple(warnings))
