"""The reference is made of the OpenAPI document, whatever stands in it."""

import base64
import hashlib

from copydesk_shared.reference import FieldRow, reference
from copydesk_shared.reference_page import HEADERS, reference_html

OPENAPI = {
    "info": {"title": "A desk", "version": "1"},
    "paths": {
        "/v1/things": {
            "get": {
                "summary": "Find things",
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "description": "How many.",
                        "schema": {
                            "type": "integer",
                            "minimum": 1,
                            "maximum": 9,
                            "default": 3,
                        },
                    },
                    {
                        "name": "sort",
                        "in": "query",
                        "schema": {
                            "anyOf": [{"$ref": "#/components/schemas/Sort"}, {"type": "null"}]
                        },
                    },
                ],
                "requestBody": {
                    "content": {
                        "text/plain": {"schema": {"type": "string"}},
                        "application/json": {
                            "schema": {
                                "title": "Wish",
                                "properties": {"how": {"title": "How", "const": "soon"}},
                            }
                        },
                    }
                },
                "responses": {
                    "200": {
                        "description": "Things",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "array",
                                    "items": {"$ref": "#/components/schemas/Thing"},
                                }
                            }
                        },
                    },
                    "304": {"description": "Known"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Sort": {"enum": ["up", "down"]},
            "Thing": {"properties": {"at": {"type": "string", "format": "date-time"}}},
        }
    },
}


def test_operations_and_their_bodies() -> None:
    (operation,) = reference(OPENAPI).operations
    assert (operation.method, operation.path) == ("GET", "/v1/things")
    assert operation.parameters == [
        FieldRow("limit", "integer 1 to 9", "How many. Default 3."),
        FieldRow("sort", "up or down or null", ""),
    ]
    assert operation.bodies == [
        FieldRow("text/plain", "string", ""),
        FieldRow("application/json", "Wish", ""),
    ]
    assert operation.answers == [
        FieldRow("200", "list of Thing", "Things"),
        FieldRow("304", "", "Known"),
    ]


def test_shapes_are_the_components_and_what_stands_inside_the_paths() -> None:
    assert [(shape.name, shape.fields) for shape in reference(OPENAPI).shapes] == [
        ("Thing", [FieldRow("at", "date-time", "")]),
        ("Wish", [FieldRow("how", "soon", "")]),
    ]


def test_a_page_runs_nothing_and_needs_nothing_from_elsewhere() -> None:
    page = reference_html(reference(OPENAPI), home="/")
    assert "<script" not in page
    assert "://" not in page
    assert '<a href="/">' in page
    digest = base64.b64encode(hashlib.sha256(style_of(page).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in HEADERS["Content-Security-Policy"]


def test_what_a_document_says_is_text() -> None:
    info = {"title": "<b>", "version": "1", "description": "a `code` <i>"}
    page = reference_html(reference({"info": info, "paths": {}}))
    assert "<b>" not in page
    assert "a <code>code</code> &lt;i&gt;" in page


def style_of(page: str) -> str:
    return page.partition("<style>")[2].partition("</style>")[0]
