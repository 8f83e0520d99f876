"""Documents of every format read as ingest reads them, up to the draft."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from copydesk_ingest.draft import Draft
from copydesk_ingest.formats.batch import BatchLimits, split_batch
from copydesk_ingest.formats.checks import checked
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.formats.reading import read_article

LIMITS = Limits(
    max_bytes=10**6,
    min_chars=20,
    html_max_depth=50,
    html_max_tags=1000,
    json_max_depth=32,
    embargo_max=timedelta(days=366),
)
BATCH = BatchLimits(max_items=20, article=LIMITS)
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "samples" / "formats"
TEXT = "The harbour council voted on Tuesday."

Query = list[tuple[str, str]]


def read(body: bytes, media_type: str = "application/json", query: Query | None = None) -> Reading:
    return read_article(body, media_type=media_type, charset=None, query=query or [], limits=LIMITS)


def drafted(reading: Reading) -> Draft:
    return checked(reading, limits=LIMITS, received_at=NOW)


def posted(
    document: Any, media_type: str = "application/json", query: Query | None = None
) -> Draft:
    return drafted(read(orjson.dumps(document), media_type, query))


def batch(body: bytes, media_type: str, query: Query | None = None) -> list[Draft]:
    parts = split_batch(body, media_type=media_type, charset=None, query=query or [], limits=BATCH)
    drafts = [drafted(read(part.body, part.media_type, query)) for part in parts]
    return [
        draft.model_copy(update={"warnings": (*part.warnings, *draft.warnings)})
        for draft, part in zip(drafts, parts, strict=True)
    ]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def codes(draft: Draft) -> list[tuple[str, str | None]]:
    return [(warning.code, warning.field) for warning in draft.warnings]


def quiet(draft: Draft) -> Draft:
    return draft.model_copy(update={"warnings": ()})


def a_post(**fields: Any) -> dict[str, Any]:
    return {"id": 7, "content": {"rendered": f"<p>{TEXT}</p>"}} | fields
