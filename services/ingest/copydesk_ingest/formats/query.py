"""Query parameters: metadata for bodies that have no room for it, and how JSON is to be read."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

import orjson
from pydantic import ValidationError

from copydesk_ingest.formats.form import Metadata, Reading, invalid_fields
from copydesk_ingest.formats.media_types import JSON, NDJSON, Form
from copydesk_ingest.identity import SOURCE
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import Warned

Query = Sequence[tuple[str, str]]

PARAMETERS = tuple(Metadata.model_fields)
SOURCE_PARAMETER = "source"
FORM_PARAMETER = "format"
IN_THE_DOCUMENT = "unknown parameter: in JSON, an article's fields stand in the document"


def read_query(query: Query) -> tuple[Metadata, list[Warned]]:
    """The metadata and what was repaired in it.

    `keywords` may be repeated, or hold several separated by commas; any other parameter stands
    once. 400 for an unknown or repeated one, by name.
    """
    refuse_unknown(query, known=PARAMETERS)
    fields: dict[str, object] = {name: value for name, value in query if name != "keywords"}
    if len(fields) < sum(name != "keywords" for name, _ in query):
        raise _bad_parameter("invalid_parameter", "A parameter stands twice.")
    fields["keywords"] = [
        word.strip()
        for name, value in query
        if name == "keywords"
        for word in value.split(",")
        if word.strip()
    ]
    warnings: list[Warned] = []
    try:
        metadata = Metadata.model_validate_json(orjson.dumps(fields), context=warnings)
    except ValidationError as exc:
        raise invalid_fields(exc, named="parameter") from exc
    return metadata, warnings


def refuse_unknown(
    query: Query, *, known: Sequence[str], message: str = "unknown parameter"
) -> None:
    """400 that names each unknown parameter, with the nearest known ones."""
    unknown = sorted({name for name, _ in query} - set(known))
    if unknown:
        raise RefusedError(
            "unknown_parameter",
            f"Check the parameters: {', '.join(name[:100] for name in unknown)}.",
            status=HTTPStatus.BAD_REQUEST,
            errors=[
                {
                    "parameter": name[:100],
                    "message": message,
                    "did_you_mean": difflib.get_close_matches(name[:100], known, n=2),
                }
                for name in unknown
            ],
        )


def refuse_strange(query: Query, *, media_type: str) -> None:
    """400 for a parameter that a structured document has no use for.

    Our own JSON names its source itself; whoever sends another form for application/json says so.
    """
    if not query:
        return
    if media_type not in {JSON, NDJSON}:
        known = [SOURCE_PARAMETER]
    elif asked_form(query) in {None, Form.COPYDESK}:
        known = [FORM_PARAMETER]
    else:
        known = [FORM_PARAMETER, SOURCE_PARAMETER]
    refuse_unknown(query, known=known, message=IN_THE_DOCUMENT)
    if len(dict(query)) < len(query):
        raise _bad_parameter("invalid_parameter", "A parameter stands twice.")


def asked_form(query: Query) -> Form | None:
    """The format that `format` names; 400 for one that nobody knows."""
    name = dict(query).get(FORM_PARAMETER)
    if name is None:
        return None
    try:
        return Form(name)
    except ValueError as exc:
        raise _bad_parameter("invalid_parameter", f"format is one of {', '.join(Form)}.") from exc


def with_source(reading: Reading, query: Query) -> Reading:
    """`source` stands in for a document that names none."""
    source = dict(query).get(SOURCE_PARAMETER)
    if not source or reading.metadata.source:
        return reading
    if not SOURCE.fullmatch(source):
        raise _bad_parameter("invalid_parameter", "source is 1 to 100 of A-Z a-z 0-9 . _ -")
    return replace(reading, metadata=reading.metadata.model_copy(update={"source": source}))


def _bad_parameter(code: str, message: str) -> RefusedError:
    return RefusedError(code, message, status=HTTPStatus.BAD_REQUEST)
