"""The reference is made of the OpenAPI document, whatever stands in it."""

from copydesk_gateway.pages.reference import FieldRow, reference_page
from copydesk_gateway.pages.rendering import ticks

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


def test_operations_and_shapes() -> None:
    page = reference_page(OPENAPI)
    (operation,) = page.operations
    assert (operation.method, operation.path) == ("GET", "/v1/things")
    assert operation.parameters == [
        FieldRow("limit", "integer 1 to 9", "How many. Default 3."),
        FieldRow("sort", "up or down or null", ""),
    ]
    assert operation.answers == [
        FieldRow("200", "list of Thing", "Things"),
        FieldRow("304", "", "Known"),
    ]
    assert [(shape.name, shape.fields) for shape in page.shapes] == [
        ("Thing", [FieldRow("at", "date-time", "")])
    ]


def test_back_ticks_become_code_and_nothing_else_a_tag() -> None:
    assert ticks("a `code` <b>") == "a <code>code</code> &lt;b&gt;"
