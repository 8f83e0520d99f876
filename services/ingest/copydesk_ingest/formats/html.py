"""An HTML page, with metadata by query parameters; what the page itself says is enrich's work."""

from collections.abc import Sequence

from copydesk_ingest.formats.charset import decode
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.query import read_query


def read_html(body: bytes, *, charset: str | None, query: Sequence[tuple[str, str]]) -> Reading:
    metadata, warnings = read_query(query)
    content, repaired = decode(body, declared=charset, html=True)
    return Reading(
        metadata=metadata,
        content=content,
        content_type="text/html",
        warnings=[*warnings, *repaired],
    )
