"""Copydesk's own JSON form of an article."""

from http import HTTPStatus
from typing import Any

import orjson
from pydantic import ValidationError

from copydesk_ingest.formats.form import ArticleForm, Reading, invalid_fields, unknown_fields
from copydesk_ingest.formats.images import usable_images
from copydesk_ingest.formats.limits import Limits, refuse_json_bomb
from copydesk_ingest.formats.links import usable_links
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Warned

_BOM = b"\xef\xbb\xbf"


def read_json(body: bytes, *, limits: Limits) -> Reading:
    """400 for what is no JSON, 422 with JSON pointers for wrong fields."""
    body = json_document(body, limits=limits)
    warnings: list[Warned] = []
    try:
        form = ArticleForm.model_validate_json(body, context=warnings)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise broken_json(first["msg"]) from exc
        raise invalid_fields(exc) from exc
    warnings += unknown_fields(form)
    images: tuple[GivenImage, ...] = ()
    if form.images:
        given = (GivenImage(**image.model_dump()) for image in form.images)
        images = usable_images(given, base=form.url, warnings=warnings)
    links: tuple[GivenLink, ...] = ()
    if form.links:
        named = (GivenLink(**link.model_dump()) for link in form.links)
        links = usable_links(named, base=form.url, warnings=warnings)
    return Reading(
        metadata=form,
        content=form.content,
        content_type=form.content_type,
        images=images,
        links=links,
        warnings=warnings,
    )


def parsed_json(body: bytes, *, limits: Limits) -> Any:
    """The value of a document in JSON. RefusedError."""
    body = json_document(body, limits=limits)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise broken_json(str(exc)) from exc


def json_document(body: bytes, *, limits: Limits) -> bytes:
    """The document without a byte order mark, once it is free of NUL and not too deep."""
    if b"\x00" in body:
        raise RefusedError("nul_character", "The document contains a NUL character.")
    refuse_json_bomb(body, limit=limits.json_max_depth)
    return body.removeprefix(_BOM)


def broken_json(message: str) -> RefusedError:
    return RefusedError("broken_json", message, status=HTTPStatus.BAD_REQUEST)
