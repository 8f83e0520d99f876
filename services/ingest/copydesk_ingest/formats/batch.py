"""A batch cut into its articles: each a document to be read by itself, in the order posted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import orjson

from copydesk_ingest.formats.charset import in_utf_8, is_utf_16
from copydesk_ingest.formats.json import parsed_json
from copydesk_ingest.formats.json_feed import feeds_of_one
from copydesk_ingest.formats.json_ld import article_nodes
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.formats.media_types import (
    BATCHES,
    JSON,
    JSON_FEED,
    JSON_LD,
    NDJSON,
    XML_FEEDS,
    Form,
    unsupported,
)
from copydesk_ingest.formats.query import Query, asked_form, refuse_strange
from copydesk_ingest.formats.reading import form_assumed, recognised
from copydesk_ingest.formats.xml_feed import read_xml_feed
from copydesk_ingest.refusals import RefusedError, too_many_items
from copydesk_shared.contracts.submission import Warned

_WHOLE = (JSON, JSON_LD, JSON_FEED)


@dataclass(frozen=True)
class Part:
    """One article of a batch; `warnings` are about the batch as a whole."""

    media_type: str
    body: bytes
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True)
class BatchLimits:
    """The most articles in a batch, and the limits of each."""

    max_items: int
    article: Limits


def split_batch(
    body: bytes, *, media_type: str, charset: str | None, query: Query, limits: BatchLimits
) -> list[Part]:
    """The articles of a batch. RefusedError for the form or the size of the whole."""
    refuse_strange(query, media_type=media_type)
    told: list[Warned] = []
    if media_type in _WHOLE or (media_type == NDJSON and is_utf_16(body)):
        body, told = in_utf_8(body, declared=charset)
    match media_type:
        case "application/x-ndjson":
            # Nothing is parsed yet, and each line may be in an encoding of its own. Blank ones are
            # none.
            parts = [Part(JSON, line) for line in body.split(b"\n") if line.strip()]
        case "application/json":
            parts = _json_parts(body, form=asked_form(query), limits=limits.article)
        case "application/ld+json":
            parts = _parts(JSON_LD, article_nodes(parsed_json(body, limits=limits.article)))
        case "application/feed+json":
            parts = _feed_parts(parsed_json(body, limits=limits.article))
        case feed if feed in XML_FEEDS:
            document, warnings = read_xml_feed(
                body, charset=charset, limits=limits.article, max_items=limits.max_items
            )
            parts = _feed_parts(document, warnings)
        case _:
            raise unsupported(*BATCHES)
    if len(parts) > limits.max_items:
        raise too_many_items(f"The batch has {len(parts)} items, the limit is {limits.max_items}.")
    return [replace(part, warnings=(*told, *part.warnings)) for part in parts] if told else parts


def _json_parts(body: bytes, *, form: Form | None, limits: Limits) -> list[Part]:
    """An array of documents, a feed, or JSON-LD with its articles inside.

    One level of nesting is the array's own.
    """
    document = parsed_json(body, limits=limits)
    if isinstance(document, list):
        return _parts(JSON, document)
    found = form or recognised(document)
    warnings = [] if form or found is None else [form_assumed(found)]
    if found is Form.JSON_FEED:
        return _feed_parts(document, warnings)
    if found is Form.JSON_LD:
        return _parts(JSON_LD, article_nodes(document), warnings)
    raise RefusedError("not_an_array", "A batch in application/json is an array of articles.")


def _feed_parts(feed: object, warnings: Iterable[Warned] = ()) -> list[Part]:
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise RefusedError("not_an_array", "A JSON Feed has an array `items`.")
    return _parts(JSON_FEED, feeds_of_one(feed), warnings)


def _parts(
    media_type: str, documents: Iterable[object], warnings: Iterable[Warned] = ()
) -> list[Part]:
    told = tuple(warnings)
    return [Part(media_type, orjson.dumps(document), told) for document in documents]
