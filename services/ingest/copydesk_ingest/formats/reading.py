"""One article of any format: from its bytes and what was said of them to a reading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from copydesk_ingest.formats.charset import in_utf_8
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.html import read_html
from copydesk_ingest.formats.json import parsed_json, read_json
from copydesk_ingest.formats.json_feed import feeds_of_one, is_json_feed, read_json_feed
from copydesk_ingest.formats.json_ld import article_nodes, is_json_ld, read_json_ld
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.formats.media_types import (
    ARTICLES,
    BATCHES,
    FORMS,
    HTML,
    JSON,
    TEXT,
    Form,
    unsupported,
)
from copydesk_ingest.formats.ninjs import is_ninjs, read_ninjs
from copydesk_ingest.formats.query import Query, asked_form, refuse_strange, with_source
from copydesk_ingest.formats.text import read_text
from copydesk_ingest.formats.wordpress import is_flat_post, is_wordpress, read_wordpress
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import Warned
from copydesk_shared.json_values import Document

_READERS: Final[Mapping[Form, Callable[[Document], Reading]]] = {
    Form.JSON_LD: read_json_ld,
    Form.NINJS: read_ninjs,
    Form.WORDPRESS: read_wordpress,
    Form.JSON_FEED: read_json_feed,
}
_SIGNATURES: Final[Sequence[tuple[Form, Callable[[Document], bool]]]] = (
    (Form.JSON_LD, is_json_ld),
    (Form.JSON_FEED, is_json_feed),
    (Form.WORDPRESS, is_wordpress),
    (Form.NINJS, is_ninjs),
)
"""What is looked for in JSON that is not our own; no document bears two."""


def read_article(
    body: bytes, *, media_type: str, charset: str | None, query: Query, limits: Limits
) -> Reading:
    """What the bytes say. RefusedError, with 415 for a type that holds no single article."""
    if media_type == TEXT:
        return read_text(body, charset=charset, query=query)
    if media_type == HTML:
        return read_html(body, charset=charset, query=query)
    refuse_strange(query, media_type=media_type)
    if media_type == JSON:
        form = asked_form(query)
    elif media_type in FORMS:
        form = FORMS[media_type]
    else:
        hint = " A feed goes to /v1/articles:batch." if media_type in BATCHES else ""
        raise unsupported(*ARTICLES, hint=hint)
    body, told = in_utf_8(body, declared=charset)
    if form is None:
        reading = _read_json(body, limits=limits)
    elif form is Form.COPYDESK:
        reading = read_json(body, limits=limits)
    else:
        reading = read_document(parsed_json(body, limits=limits), form)
    return with_source(replace(reading, warnings=[*told, *reading.warnings]), query)


def _read_json(body: bytes, *, limits: Limits) -> Reading:
    """Our own JSON, else the format that the document bears the signature of."""
    try:
        reading = read_json(body, limits=limits)
    except RefusedError as refusal:
        if refusal.code != "invalid_field":
            raise
        document = parsed_json(body, limits=limits)
        form = recognised(document)
        if form is None:
            raise
    else:
        if not is_flat_post(reading.metadata.model_fields_set):
            return reading
        document, form = parsed_json(body, limits=limits), Form.WORDPRESS
    reading = read_document(document, form)
    return replace(reading, warnings=[form_assumed(form), *reading.warnings])


def read_document(document: object, form: Form) -> Reading:
    """The reading of the one article in a document. RefusedError when there are more, or none."""
    articles: Sequence[Any] = [document]
    if form is Form.JSON_LD:
        articles = article_nodes(document)
    elif form is Form.JSON_FEED and isinstance(document, dict):
        articles = feeds_of_one(document)
    if len(articles) != 1:
        raise RefusedError(
            "not_one_article",
            f"The document holds {len(articles)} articles; several go to /v1/articles:batch.",
        )
    if not isinstance(articles[0], dict):
        raise RefusedError(
            "invalid_field",
            "Check the document.",
            errors=[{"pointer": "", "message": "not an object"}],
        )
    return _READERS[form](articles[0])


def recognised(document: object) -> Form | None:
    """The format that a document bears the signature of, beyond doubt."""
    if not isinstance(document, dict):
        return None
    return next((form for form, is_one in _SIGNATURES if is_one(document)), None)


def form_assumed(form: Form) -> Warned:
    return Warned(code="format_assumed", message=f"The document is taken as {form}.")
