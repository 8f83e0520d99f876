"""A batch cut into its items: each the bytes of one JSON document, in the order posted."""

import orjson

from copydesk_ingest.formats.json import broken_json, json_document
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.refusals import RefusedError


def split_lines(body: bytes) -> list[bytes]:
    """NDJSON: one document a line; blank lines are none. Nothing is parsed yet."""
    return [line for line in body.split(b"\n") if line.strip()]


def split_array(body: bytes, *, limits: Limits) -> list[bytes]:
    """A JSON array, whose brokenness is the whole batch's. One level is the array's own."""
    body = json_document(body, limits=limits)
    try:
        items = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise broken_json(str(exc)) from exc
    if not isinstance(items, list):
        raise RefusedError("not_an_array", "A batch in application/json is an array of articles.")
    return [orjson.dumps(item) for item in items]
