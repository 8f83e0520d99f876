"""Documents in a format that is not ours: looking into them, and the reading they end in.

Whoever wrote them did not write them for us. So nothing is refused for its form: what cannot be
used is left out, and a warning names it. Only an embargo or an expiry that cannot be read is
refused, since to ignore it would publish too early or for too long.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urljoin

from pydantic import ValidationError

from copydesk_ingest.formats.form import Metadata, Reading, invalid_fields
from copydesk_ingest.formats.images import usable_images
from copydesk_ingest.formats.repairs import MAX_LINE
from copydesk_shared.addresses import canonical_url
from copydesk_shared.contracts.submission import GivenImage, Warned

Document = Mapping[str, Any]
"""A parsed JSON object."""

NEVER_IGNORED: Final = frozenset(("embargoed_until", "expires"))
MAX_LOOKED_AT: Final = 1000
"""Members of a list that are looked at; no article has as many authors, subjects or pictures."""

_TAG = re.compile(r"<[/!A-Za-z][^<>]{0,500}>")
_SPACE = re.compile(r"\s+")


def read_foreign(
    fields: Mapping[str, object],
    *,
    content: str,
    content_type: str | None,
    base: str | None = None,
    images: Iterable[GivenImage] = (),
    warnings: Sequence[Warned] = (),
    withdraws: bool = False,
) -> Reading:
    """The reading of a document; addresses may be relative to `base`. RefusedError."""
    told = list(warnings)
    given = {name: value for name, value in fields.items() if value is not None}
    if isinstance(url := given.get("url"), str):
        given["url"] = _absolute_url(url, base, told)
    metadata = _metadata(given, told)
    return Reading(
        metadata=metadata,
        content=content,
        content_type=content_type,
        images=usable_images(images, base=metadata.url or base, warnings=told),
        warnings=told,
        withdraws=withdraws,
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


def plain(markup: object) -> str | None:
    """A line of HTML as text, without tags and with its entities decoded: for a title."""
    if not isinstance(markup, str):
        return None
    if "<" in markup or "&" in markup:
        markup = html.unescape(_TAG.sub("", markup[: 2 * MAX_LINE]))
    return _SPACE.sub(" ", markup).strip() or None


def joined(names: Iterable[str | None]) -> str | None:
    """Names as one byline, each once."""
    return ", ".join(dict.fromkeys(name.strip() for name in names if name)) or None


def unique(words: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in words if word))


def text_or_summary(text: str | None, summary: object) -> tuple[str, list[Warned]]:
    """The text; without one the summary, with a warning; else nothing, which is refused later."""
    if text and text.strip():
        return text, []
    if not (instead := string(summary)):
        return "", []
    message = "There is no text but a summary: taken as the article."
    return instead, [Warned(code="summary_only", message=message, field="content")]
