"""An OpenAPI document taken apart for reading: operations, and the shapes that they speak of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class FieldRow:
    name: str
    type: str
    note: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    description: str
    parameters: Sequence[FieldRow]
    bodies: Sequence[FieldRow]
    answers: Sequence[FieldRow]


@dataclass(frozen=True)
class Shape:
    name: str
    description: str
    fields: Sequence[FieldRow]


@dataclass(frozen=True)
class Reference:
    title: str
    version: str
    description: str
    operations: Sequence[Operation]
    shapes: Sequence[Shape]


def reference(openapi: Json) -> Reference:
    """Shapes are the components, and the objects with a title that stand inside the paths."""
    info = openapi["info"]
    components: Json = openapi.get("components", {}).get("schemas", {})
    types = _Types(components)
    shapes = {**dict(_titled(openapi["paths"])), **components}
    return Reference(
        title=info["title"],
        version=info["version"],
        description=info.get("description", ""),
        operations=[
            _operation(method, path, operation, types)
            for path, methods in openapi["paths"].items()
            for method, operation in methods.items()
        ],
        shapes=[
            _shape(name, schema, types)
            for name, schema in sorted(shapes.items())
            if "properties" in schema
        ],
    )


def _titled(node: object) -> Iterator[tuple[str, Json]]:
    if isinstance(node, dict):
        if "properties" in node and "title" in node:
            yield node["title"], node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _titled(part)


def _operation(method: str, path: str, operation: Json, types: "_Types") -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=[
            FieldRow(
                name=parameter["name"],
                type=types.of(parameter.get("schema", {})),
                note=_note(parameter.get("description", ""), parameter.get("schema", {})),
            )
            for parameter in operation.get("parameters", ())
        ],
        bodies=[
            FieldRow(name=media_type, type=types.of(media.get("schema", {})), note="")
            for media_type, media in operation.get("requestBody", {}).get("content", {}).items()
        ],
        answers=[
            FieldRow(
                name=status, type=_answer_type(answer, types), note=answer.get("description", "")
            )
            for status, answer in operation["responses"].items()
        ],
    )


def _answer_type(answer: Json, types: "_Types") -> str:
    kinds = [types.of(media.get("schema", {})) for media in answer.get("content", {}).values()]
    return ", ".join(kind for kind in kinds if kind)


def _shape(name: str, schema: Json, types: "_Types") -> Shape:
    return Shape(
        name=name,
        description=schema.get("description", ""),
        fields=[
            FieldRow(
                name=field,
                type=types.of(described),
                note=_note(described.get("description", ""), described),
            )
            for field, described in schema["properties"].items()
        ],
    )


def _note(description: str, schema: Json) -> str:
    default = schema.get("default")
    given = f"Default {default}." if default not in (None, "", [], {}) else ""
    return " ".join(part for part in (description, given) if part)


class _Types:
    """Types in a few words: `list of Author`, `integer 1 to 100`, `string or null`."""

    def __init__(self, components: Json) -> None:
        self._components = components

    def of(self, schema: Json) -> str:
        if "$ref" in schema:
            return self._referred(str(schema["$ref"]).rpartition("/")[2])
        if "anyOf" in schema:
            return " or ".join(self.of(choice) for choice in schema["anyOf"])
        if schema.get("type") == "array":
            return f"list of {self.of(schema.get('items', {}))}"
        return _plain(schema)

    def _referred(self, name: str) -> str:
        """The values of an enumeration, for it has no fields to look up; else the name."""
        schema = self._components.get(name, {})
        return self.of(schema) if "enum" in schema else name


def _plain(schema: Json) -> str:
    if "properties" in schema and "title" in schema:
        return str(schema["title"])
    if "enum" in schema or "const" in schema:
        return " or ".join(map(str, schema.get("enum") or [schema["const"]]))
    kind = str(schema.get("format") or schema.get("type", ""))
    if "minimum" in schema and "maximum" in schema:
        return f"{kind} {schema['minimum']} to {schema['maximum']}"
    return kind
