"""Plain text, with metadata by query parameters."""

from collections.abc import Sequence

from copydesk_ingest.formats.charset import decode
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.query import read_query


def read_text(body: bytes, *, charset: str | None, query: Sequence[tuple[str, str]]) -> Reading:
    metadata, warnings = read_query(query)
    content, repaired = decode(body, declared=charset)
    return Reading(
        metadata=metadata,
        content=content,
        content_type="text/plain",
        warnings=[*warnings, *repaired],
    )
