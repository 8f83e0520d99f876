"""The OpenAPI document, with problems under the media type that they are sent as."""

from typing import Any

from fastapi import FastAPI

from copydesk_gateway.answers import ProblemAnswer

_PROBLEM = {"$ref": f"#/components/schemas/{ProblemAnswer.__name__}"}


def install_problem_media_type(app: FastAPI) -> None:
    """FastAPI documents every model as `application/json`; problems are `problem+json`."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        fresh = app.openapi_schema is None
        document = generate()
        if fresh:
            for methods in document["paths"].values():
                for operation in methods.values():
                    _rename(operation["responses"])
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _rename(responses: dict[str, Any]) -> None:
    for response in responses.values():
        content = response.get("content", {})
        for media_type in [
            name for name, shown in content.items() if shown.get("schema") == _PROBLEM
        ]:
            content["application/problem+json"] = content.pop(media_type)
