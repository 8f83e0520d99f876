"""What OpenAPI says about bodies and answers, which the routes read and write without a model."""

from typing import Any

from pydantic import BaseModel, Field

from copydesk_ingest.formats.form import ArticleForm, Metadata
from copydesk_ingest.formats.media_types import (
    HTML,
    JSON,
    JSON_FEED,
    JSON_LD,
    NDJSON,
    NINJS,
    TEXT,
    XML_FEEDS,
    Form,
)
from copydesk_shared.contracts.submission import Warned


class ProblemDocument(BaseModel):
    """RFC 9457; `code` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]] = []
    retry_after: int | None = Field(None, description="With 503: try again after so many seconds.")
    request_id: str | None = None


class BatchItem(BaseModel):
    """What became of one article; the ids are null when it was refused."""

    status: int = Field(description="202 accepted, 200 unchanged, else why not.")
    submission_id: str | None
    article_id: str | None
    version: int | None
    duplicate: bool = Field(description="Nothing changed: the ids are the first submission's.")
    warnings: list[Warned] = []
    problem: ProblemDocument | None = None


class BatchAnswer(BaseModel):
    items: list[BatchItem]


class ArticleAnswer(BaseModel):
    status: int
    submission_id: str
    article_id: str
    version: int
    duplicate: bool
    warnings: list[Warned] = []
    status_url: str = Field(description="Where the receipt is, relative to this service.")


def refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of a route, for its `responses`; any other failure has that form too."""
    answer = {
        "description": "Refused.",
        "content": {"application/problem+json": {"schema": _schema(ProblemDocument)}},
    }
    return {"default": answer} | dict.fromkeys(codes, answer)


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "1 to 255 visible characters; the same request with it is answered once.",
    "schema": {"type": "string"},
}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's schema with everything it refers to inside, as no component holds it."""
    schema = model.model_json_schema(ref_template="{model}")
    definitions = schema.pop("$defs", {})

    def inlined(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return inlined(definitions[node["$ref"]])
            return {key: inlined(value) for key, value in node.items()}
        return [inlined(part) for part in node] if isinstance(node, list) else node

    return dict(inlined(schema))


def _meant_for(parameter: str) -> str:
    return "For any document that does not say." if parameter == "source" else _FOR_TEXT


def _parameters() -> list[dict[str, Any]]:
    properties = _schema(Metadata)["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "description": f"{_meant_for(name)} {p.get('description', '')}".strip(),
            "schema": p,
        }
        for name, p in properties.items()
    ]


_FOR_TEXT = "For text/plain and text/html."
_FORMAT = {
    "name": "format",
    "in": "query",
    "description": "For application/json and NDJSON: what the documents are. By default Copydesk's"
    " own form, else what they bear the signature of.",
    "schema": {"type": "string", "enum": [form.value for form in Form]},
}
_SOURCE = {
    "name": "source",
    "in": "query",
    "description": "Who publishes, for documents that do not say.",
    "schema": {"type": "string"},
}
_OBJECT = {"schema": {"type": "object"}}
_STRING = {"schema": {"type": "string"}}


def article_body(*, placed: bool = False, keyed: bool = True) -> dict[str, Any]:
    """`openapi_extra` of a route that takes one article.

    `placed` when its path names it, `keyed` when it heeds an Idempotency-Key.
    """
    named = {"source", "external_id"} if placed else set()
    parameters = [p for p in _parameters() if p["name"] not in named]
    return {
        "parameters": [*parameters, _FORMAT, *([_IDEMPOTENCY_KEY] if keyed else [])],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": _schema(ArticleForm)},
                JSON_LD: _OBJECT,
                NINJS: _OBJECT,
                TEXT: _STRING,
                HTML: _STRING,
            },
        },
    }


def batch_body() -> dict[str, Any]:
    form = _schema(ArticleForm)
    return {
        "parameters": [_SOURCE, _FORMAT, _IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {
                NDJSON: {"schema": form},
                JSON: {"schema": {"type": "array", "items": form}},
                JSON_LD: _OBJECT,
                JSON_FEED: _OBJECT,
                **dict.fromkeys(XML_FEEDS, _STRING),
            },
        },
    }
