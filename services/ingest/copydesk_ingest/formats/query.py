"""Metadata by query parameters, for the bodies that have no room for it: text and HTML."""

import difflib
from collections.abc import Sequence
from http import HTTPStatus

import orjson
from pydantic import ValidationError

from copydesk_ingest.formats.form import Metadata, invalid_fields
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import Warned

PARAMETERS = tuple(Metadata.model_fields)
IN_THE_DOCUMENT = "unknown parameter: in JSON, an article's fields stand in the document"


def read_query(query: Sequence[tuple[str, str]]) -> tuple[Metadata, list[Warned]]:
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
    query: Sequence[tuple[str, str]], *, known: Sequence[str], message: str = "unknown parameter"
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


def _bad_parameter(code: str, message: str) -> RefusedError:
    return RefusedError(code, message, status=HTTPStatus.BAD_REQUEST)
