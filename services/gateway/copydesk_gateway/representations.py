"""The forms in which an article can be read, and which of them a request asks for."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from copydesk_gateway.negotiation import preferred
from copydesk_shared.problems import Problem


class Format(StrEnum):
    """As `?format=` and the end of an address spell it; the first is the default."""

    JSON = "json"
    HTML = "html"
    MARKDOWN = "md"
    JSON_LD = "jsonld"


MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.JSON: "application/json",
    Format.HTML: "text/html",
    Format.MARKDOWN: "text/markdown",
    Format.JSON_LD: "application/ld+json",
}
_FORMATS = {media_type: format_ for format_, media_type in MEDIA_TYPES.items()}
_ENDINGS = {f".{format_}": format_ for format_ in Format}


def parted(name: str) -> tuple[str, Format | None]:
    """`id.md` as the id and the format; an ending that names no format belongs to the id."""
    stem, dot, ending = name.rpartition(".")
    format_ = _ENDINGS.get(dot + ending) if stem else None
    return (stem, format_) if format_ else (name, None)


def negotiated(accept: str) -> Format:
    """The format that the Accept header likes best; Problem 406 when it refuses all of them."""
    media_type = preferred(accept, tuple(_FORMATS))
    if media_type is None:
        offered = ", ".join(_FORMATS)
        raise Problem(
            HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", f"An article can be had as {offered}."
        )
    return _FORMATS[media_type]


def alternates(path: str) -> str:
    """The Link header that names every form of what is at `path` (RFC 8288)."""
    return ", ".join(
        f'<{path}.{format_}>; rel="alternate"; type="{media_type}"'
        for format_, media_type in MEDIA_TYPES.items()
    )
