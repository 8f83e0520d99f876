"""Which format a document in JSON is, by the signatures that ingest goes by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from copydesk_ingest.formats.media_types import JSON, JSON_FEED, JSON_LD, NDJSON, NINJS, Form

RSS: Final = "application/rss+xml"
ATOM: Final = "application/atom+xml"
XML: Final = "application/xml"
FEEDS: Final = frozenset((RSS, ATOM, XML, JSON_FEED))

__all__ = [
    "ATOM", "FEEDS", "JSON", "JSON_FEED", "JSON_LD", "NDJSON", "NINJS", "RSS", "XML",
    "ForeignForm", "foreign_form", "is_json_array",
]  # fmt: skip


@dataclass(frozen=True)
class ForeignForm:
    """How to tell ingest what a document is that is not in our own JSON."""

    media_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)


_FORMS: Final = {
    Form.JSON_LD: ForeignForm(JSON_LD),
    Form.NINJS: ForeignForm(NINJS),
    Form.WORDPRESS: ForeignForm(JSON, {"format": Form.WORDPRESS.value}),
    Form.JSON_FEED: ForeignForm(JSON_FEED),
}


def foreign_form(document: object) -> ForeignForm | None:
    """The form of a document that says beyond doubt that it is not our own."""
    if not isinstance(document, dict) or isinstance(document.get("content"), str):
        return None
    # Here, since it loads every parser that ingest has: a quarter of a second.
    from copydesk_ingest.formats.reading import recognised  # noqa: PLC0415

    form = recognised(document)
    return _FORMS[form] if form else None


def is_json_array(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"["
