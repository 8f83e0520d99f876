"""An API held against its own OpenAPI document, whatever routes it has."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import product
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from requests import Response, Session
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDLESS = "text/event-stream"
TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Body:
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Directed:
    """What to ask for where chance would not find it: values of parameters by name, and bodies."""

    path_values: Mapping[str, Sequence[str]]
    query_values: Mapping[str, Sequence[str]]
    bodies: Sequence[Body] = ()


@dataclass
class OpenApi:
    """The statuses that each operation of an API has given. `away` is the same API in trouble."""

    url: str
    away_url: str
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.session = Session()
        self.schema = schemathesis.openapi.from_url(f"{self.url}/openapi.json")

    def operations(self) -> Iterator[Any]:
        """Every documented operation but those whose answers have no end."""
        for result in self.schema.get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            answers = operation.definition.raw["responses"].get("200", {}).get("content", {})
            if ENDLESS not in answers:
                yield operation

    def generate(self, *, examples: int) -> None:
        """Generated requests, valid and broken ones: every answer is as the document says."""
        for operation, mode in product(self.operations(), GenerationMode):
            raw = operation.definition.raw
            varied = bool({"parameters", "requestBody"} & raw.keys())
            # Any text is a path's: only what stands beside it can be broken.
            breakable = "requestBody" in raw or bool(_parameters(operation, "query"))
            if mode is GenerationMode.NEGATIVE and not breakable:
                continue

            @settings(
                max_examples=examples if varied else 1,
                database=None,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def conforms(case: Any) -> None:
                response = case.call(base_url=self.url, session=self.session, timeout=TIMEOUT_S)
                # Not schemathesis' own check, for which a 503 that is documented is a fault, too.
                assert response.status_code != 500, response.text
                self._note(case.operation.label, response.status_code)
                case.validate_response(response, checks=CHECKS)

            # Some operations take whatever they get: nothing of theirs can be broken.
            with suppress(*((Unsatisfiable,) if mode is GenerationMode.NEGATIVE else ())):
                conforms()

    def direct(self, directed: Directed) -> None:
        """Every combination of the directed values, each conditional and with bad headers, too."""
        for operation in self.operations():
            for path, query in product(_paths(operation, directed), _queries(operation, directed)):
                for body in self._bodies(operation, directed):
                    first = self._ask(operation, self.url, path + query, body)
                    known = {"If-None-Match": first.headers.get("ETag", '"none"')}
                    self._ask(operation, self.url, path + query, body, **known)
                self._ask(operation, self.url, path + query, None, Accept="image/png")
            path, query = next(_paths(operation, directed)), next(_queries(operation, directed))
            for body in self._bodies(operation, directed):
                refused = self._ask(operation, self.away_url, path + query, body)
                if refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    break

    def undriven(self) -> dict[str, set[str]]:
        """The statuses that are documented and were never given, by operation."""
        missing = {
            operation.label: set(operation.definition.raw["responses"])
            - {"default"}
            - self.seen[operation.label]
            for operation in self.operations()
        }
        return {label: statuses for label, statuses in missing.items() if statuses}

    def _bodies(self, operation: Any, directed: Directed) -> Sequence[Body | None]:
        return directed.bodies if "requestBody" in operation.definition.raw else (None,)

    def _ask(
        self, operation: Any, url: str, path: str, body: Body | None, **headers: str
    ) -> Response:
        sent = body if "requestBody" in operation.definition.raw else None
        if sent:
            headers["Content-Type"] = sent.media_type
        response = self.session.request(
            operation.method,
            url + path,
            data=sent.content if sent else None,
            headers=headers,
            allow_redirects=False,
            timeout=TIMEOUT_S,
        )
        assert response.status_code != 500, f"{operation.label} {path}: {response.text}"
        self._note(operation.label, response.status_code)
        return response

    def _note(self, label: str, status: int) -> None:
        self.seen[label].add(str(status))


def _parameters(operation: Any, place: str) -> list[Mapping[str, Any]]:
    given = operation.definition.raw.get("parameters", ())
    return [parameter for parameter in given if parameter["in"] == place]


def _paths(operation: Any, directed: Directed) -> Iterator[str]:
    names = [parameter["name"] for parameter in _parameters(operation, "path")]
    values = [directed.path_values.get(name, ("x",)) for name in names]
    for chosen in product(*values):
        path = operation.path
        for name, value in zip(names, chosen, strict=True):
            path = path.replace(f"{{{name}}}", value)
        yield path


def _queries(operation: Any, directed: Directed) -> Iterator[str]:
    """What is required, with each of the directed values, and with what nobody knows."""
    parameters = _parameters(operation, "query")
    required = "&".join(
        f"{parameter['name']}={directed.query_values.get(parameter['name'], ('x',))[0]}"
        for parameter in parameters
        if parameter.get("required")
    )
    yield f"?{required}"
    for parameter in parameters:
        for value in directed.query_values.get(parameter["name"], ()):
            yield f"?{required}&{parameter['name']}={value}"
    yield f"?{required}&nonsense=1"
