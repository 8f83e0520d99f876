"""Asking a service over HTTP: JSON comes back, or a CommandError that fits on one line."""

import re
from typing import Any

import httpx2

from copydesk.failures import CommandError, Exit

Params = list[tuple[str, str | int | float | bool | None]]
"""As the client's type wants it; a list is not covariant."""

TIMEOUT_S = 30.0
"""More than the longest wait that a receipt is asked for (10 s)."""

_LOOPBACK = re.compile(r"https?://(127\.|localhost\b|\[::1\])")


def client(base_url: str, *, timeout_s: float = TIMEOUT_S) -> httpx2.AsyncClient:
    """A client of one service; a proxy of the environment is not asked for loopback."""
    return httpx2.AsyncClient(
        base_url=base_url, timeout=timeout_s, trust_env=not _LOOPBACK.match(base_url)
    )


async def get_json(service: httpx2.AsyncClient, path: str, *, params: Params | None = None) -> Any:
    """The body of a successful answer."""
    try:
        answer = await service.get(path, params=params)
    except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
        raise unreachable(service, exc) from exc
    body = body_of(answer)
    if not answer.is_success:
        raise CommandError(problem_line(problem_of(answer.status_code, body)))
    if body is None:
        raise CommandError(f"{service.base_url} answered {path} with something that is not JSON")
    return body


def body_of(answer: httpx2.Response) -> Any:
    """The decoded JSON, or None when it is none: a proxy's error page, say."""
    try:
        return answer.json()
    except ValueError:
        return None


def problem_of(status: int, body: Any) -> dict[str, Any]:
    """The problem document of a refusal, made up when the answer holds none."""
    if isinstance(body, dict) and "code" in body:
        return body
    return {"status": status, "title": f"HTTP {status}", "detail": "", "code": f"http_{status}"}


def problem_line(problem: dict[str, Any]) -> str:
    """Title, detail and code of a problem document, and what is said of each of its errors."""
    errors = problem.get("errors") or ()
    details = [str(problem.get("detail") or "").strip()]
    details += [
        f"{_culprit(error)}: {error.get('message', '')}."
        for error in errors
        if isinstance(error, dict)
    ]
    said = " ".join(detail for detail in details if detail)
    return f"{problem.get('title', 'Refused')}: {said} ({problem.get('code', 'unknown')})"


def _culprit(error: dict[str, Any]) -> object:
    named = (error.get(name) for name in ("parameter", "pointer", "code"))
    return next(filter(None, named), "input")


def unreachable(service: httpx2.AsyncClient, exc: Exception) -> CommandError:
    return CommandError(
        f"no answer from {service.base_url} ({type(exc).__name__}); is it up? "
        "See `copydesk up`, --ingest and --gateway",
        exit_code=Exit.UNREACHABLE,
    )
