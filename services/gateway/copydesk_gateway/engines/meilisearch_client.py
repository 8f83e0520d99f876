"""The few requests that a search makes of Meilisearch, over one pooled HTTP client (ADR 2)."""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import orjson
from httpx2 import AsyncClient, HTTPError, RequestError, Response, TimeoutException

from copydesk_gateway.engines.resilience import CircuitBreaker, RetryBudget
from copydesk_shared.errors import DependencyDownError

PAUSE_S: Final = 0.05
"""About this long, at random, before a request is repeated."""

PASSING: Final = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


class IndexNotFoundError(Exception):
    """The server is there, but nothing has been indexed yet."""


class MeilisearchClient:
    """Posts JSON and gets JSON. Raises `DependencyDownError`, or `IndexNotFoundError`.

    What fails at once (no connection, a 503) is repeated once within the budget; a time-out is
    not. After several failures in a row the server is left alone for a while.
    """

    def __init__(self, url: str, key: str | None, *, timeout: timedelta) -> None:
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._http = AsyncClient(
            base_url=url.rstrip("/"), headers=headers, timeout=timeout.total_seconds()
        )
        self._timeout_s = timeout.total_seconds()
        self._budget = RetryBudget()
        self._breaker = CircuitBreaker()

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        self._breaker.admit()
        self._budget.earn()
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._answer(path, orjson.dumps(body))
        # ValueError: an answer that is not Meilisearch's, as of a proxy before it.
        except (HTTPError, TimeoutError, ValueError) as exc:
            self._breaker.failed()
            reason = str(exc) or type(exc).__name__
            raise DependencyDownError("search_down", f"Meilisearch: {reason}") from exc
        if answer.is_server_error:
            self._breaker.failed()
        else:
            self._breaker.succeeded()
        return _content(answer)

    async def healthy(self) -> bool:
        try:
            answer = await self._http.get("/health")
            return bool(answer.json()["status"] == "available")
        except (HTTPError, ValueError, KeyError, TypeError):
            return False

    async def close(self) -> None:
        await self._http.aclose()

    async def _answer(self, path: str, body: bytes) -> Response:
        try:
            answer = await self._http.post(path, content=body)
        except TimeoutException:
            raise
        except RequestError:
            if not self._budget.spend():
                raise
        else:
            if answer.status_code not in PASSING or not self._budget.spend():
                return answer
        await asyncio.sleep(random.uniform(0.5, 1.5) * PAUSE_S)  # noqa: S311  # spreads, no secret
        return await self._http.post(path, content=body)


def _content(answer: Response) -> Any:
    try:
        content = orjson.loads(answer.content)
    except orjson.JSONDecodeError as exc:
        raise DependencyDownError("search_down", "Meilisearch: no JSON") from exc
    if answer.is_success:
        return content
    code, message = (
        (content.get("code"), content.get("message")) if isinstance(content, dict) else ("", "")
    )
    if code == "index_not_found":
        raise IndexNotFoundError
    raise DependencyDownError("search_down", f"Meilisearch: {message or answer.status_code}")
