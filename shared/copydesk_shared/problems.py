"""RFC 9457 problem+json for every refusal, with a stable `code` and the request's id.

Needs the extra `http`; the stages without an API do not import it.
"""

import difflib
import re
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copydesk_shared.errors import DependencyDownError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

RETRY_AFTER_S = 2
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_MEANT: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("query", "search", "text", "term"), ("q",)),
    **dict.fromkeys(("organisation", "organization", "company"), ("org",)),
    **dict.fromkeys(("after", "start", "since", "date_from"), ("from", "since")),
    **dict.fromkeys(("before", "end", "until", "date_to"), ("to",)),
    **dict.fromkeys(("order", "order_by", "sort_by"), ("sort",)),
    **dict.fromkeys(("page_size", "pagesize", "per_page", "size", "count", "rows"), ("limit",)),
    **dict.fromkeys(("lang", "locale"), ("language",)),
    "category": ("section",),
    "publisher": ("source",),
    "offset": ("page", "cursor"),
}
"""What callers that know other APIs write, and the parameters of ours that mean it."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Problem(Exception):  # noqa: N818  # the RFC's own word for it
    """A refusal with its HTTP status; `code` is stable, `detail` is for a human."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, object]] = (),
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retry_after_s = retry_after_s

    def body(self) -> dict[str, object]:
        """The members of the problem document, without the request's id."""
        body: dict[str, object] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        if self.retry_after_s is not None:
            body["retry_after"] = self.retry_after_s
        return body


class RequestId:
    """Middleware: takes `X-Request-Id` or makes one, logs under it and echoes it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"").decode("latin1")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)


def problem_response(request: Request, problem: Problem) -> JSONResponse:
    # A 404 or 410 that is kept unasked would outlive its cause (RFC 9111 §4.2.2).
    headers = {"Cache-Control": "no-cache"}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    return JSONResponse(
        problem.body() | {"request_id": getattr(request.state, "request_id", None)},
        status_code=problem.status,
        headers=headers,
        media_type="application/problem+json",
    )


def install_problems(app: FastAPI) -> None:
    """Answer every failure of the app, the unforeseen ones too, as a problem document."""
    app.add_middleware(RequestId)

    @app.exception_handler(Problem)
    async def _problem(request: Request, exc: Problem) -> JSONResponse:
        return problem_response(request, exc)

    @app.exception_handler(DependencyDownError)
    async def _down(request: Request, exc: DependencyDownError) -> JSONResponse:
        log.warning("dependency_down", code=exc.code, error=exc.message)
        return problem_response(
            request,
            Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                exc.code,
                exc.message,
                retry_after_s=exc.retry_after_s or RETRY_AFTER_S,
            ),
        )

    @app.exception_handler(HTTPException)
    async def _http(request: Request, exc: HTTPException) -> JSONResponse:
        status = HTTPStatus(exc.status_code)
        code = status.name.lower()
        response = problem_response(request, Problem(status, code, str(exc.detail)))
        response.headers.update(refusal_headers(request, exc))
        return response

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, exc: RequestValidationError) -> JSONResponse:
        return problem_response(request, parameter_problem(request, exc))

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, exc: Exception) -> JSONResponse:
        log.error("request_failed", path=request.url.path, exc_info=exc)
        return problem_response(
            request,
            Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "An unexpected error."),
        )


def _near(name: str, known: Sequence[str]) -> list[str]:
    """The parameters that mean what the name says, else those that are spelled nearly so."""
    lower = name.lower()
    meant = [each for each in (lower, *_MEANT.get(lower, ())) if each in known]
    return meant or difflib.get_close_matches(lower, known, n=2)


def refusal_headers(
    request: Request, exc: HTTPException, *, head_as_get: bool = False
) -> Mapping[str, str]:
    """The headers of a refusal by the framework.

    A path with several routes has their methods; the framework names those of the first.
    `head_as_get` says that HEAD is answered wherever GET is.
    """
    headers = dict(exc.headers or {})
    if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        app: FastAPI = request.app
        scopes = {method: {**request.scope, "method": method} for method in _METHODS}
        headers["Allow"] = ", ".join(
            method
            for method, scope in scopes.items()
            if _routed(app, scopes["GET"] if head_as_get and method == "HEAD" else scope)
        )
    return headers


def _routed(app: FastAPI, scope: Scope) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for route in app.routes)


def parameter_problem(request: Request, exc: RequestValidationError) -> Problem:
    """400 that names each bad parameter; for an unknown one, the nearest known."""
    operation = _operation(request)
    fields = _fields(operation)
    known = [*(each["name"] for each in _parameters(operation)), *fields]
    errors: list[dict[str, object]] = []
    code = "invalid_parameter"
    for error in exc.errors():
        # An item of a list is known by the name of its list, which comes before its index.
        name = next(str(part) for part in reversed(error["loc"]) if isinstance(part, str))
        entry: dict[str, object] = {"parameter": name, "message": error["msg"]}
        if error["type"] == "extra_forbidden":
            code = "unknown_parameter"
            if error["loc"][0] == "query" and name in fields:
                entry["message"] = "it belongs in the body"
            else:
                entry["message"] = "unknown parameter"
                entry["did_you_mean"] = _near(name, known)
        errors.append(entry)
    names = ", ".join(str(entry["parameter"]) for entry in errors)
    return Problem(HTTPStatus.BAD_REQUEST, code, f"Check the parameters: {names}.", errors=errors)


async def each_once(request: Request) -> None:
    """A dependency: refuse a parameter that is given more than once and is no list."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    repeated = {name for name, count in given.items() if count > 1}
    # Whether it may be repeated is looked up for the rare request that does.
    single = repeated and {
        each["name"]
        for each in _parameters(_operation(request))
        if each["schema"].get("type") != "array"
    }
    if wrong := sorted(repeated & single):
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "invalid_parameter",
            f"Check the parameters: {', '.join(wrong)}.",
            errors=[{"parameter": name, "message": "given more than once"} for name in wrong],
        )


def _operation(request: Request) -> Mapping[str, Any]:
    """The route as the app's OpenAPI document has it."""
    app: FastAPI = request.app
    operations = app.openapi()["paths"].get(request.scope["route"].path, {})
    operation: Mapping[str, Any] = operations.get(request.method.lower()) or operations.get(
        "get", {}
    )
    return operation


def _parameters(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in operation.get("parameters", ()) if each["in"] == "query"]


def _fields(operation: Mapping[str, Any]) -> Collection[str]:
    """The names of the fields of a JSON body."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    fields: Collection[str] = body.get("schema", {}).get("properties", {})
    return fields
