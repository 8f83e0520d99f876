"""Middleware before every route but the probes: is the client known, and has it asked too much?"""

from http import HTTPStatus
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copydesk_gateway.pages.refusals import refusal_page, wants_page
from copydesk_gateway.pages.rendering import Pages
from copydesk_gateway.rate_limit import Allowance, RateLimit
from copydesk_gateway.reader_keys import ReaderKeys, presented
from copydesk_shared.problems import Problem, problem_response

log: structlog.stdlib.BoundLogger = structlog.get_logger()

OPEN: Final = (
    *("/health/", "/metrics", "/docs", "/openapi.json"),
    *("/assets/", "/favicon.ico", "/robots.txt"),
)
"""Paths that need no key and cost nothing: for probes, and for those who look for the door."""

_CHALLENGE: Final = 'Bearer realm="copydesk", Basic realm="copydesk", charset="UTF-8"'


class Admission:
    """Without one of the `keys` a request gets 401, beyond the `limit` 429; browsers get `pages`.

    No keys let everybody in, None is no limit. A client is a known key, or else an address; where
    requests come through a proxy and none is trusted (`proxied`), all are one client.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: ReaderKeys,
        limit: RateLimit | None,
        proxied: bool,
        pages: Pages,
    ) -> None:
        self._app = app
        self._keys = keys
        self._limit = limit
        self._pages = pages
        self._unwarned = limit is not None and not proxied

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self._app(scope, receive, send)
            return
        key = _presented(scope)
        reader = self._keys.name(key) if key else None
        if self._unwarned and "x-forwarded-for" in Headers(scope=scope):
            self._unwarned = False
            log.warning("proxy_not_trusted", address=_address(scope))
        client = reader or household(_address(scope))
        allowance = self._limit.take(client) if self._limit else None
        refusal = self._refusal(key, reader, allowance)
        send_on = _with_allowance(send, allowance) if allowance else send
        if refusal is None:
            await self._app(scope, receive, send_on)
            return
        request = Request(scope)
        response: Response = (
            refusal_page(self._pages, request, refusal)
            if wants_page(request)
            else problem_response(request, refusal)
        )
        if refusal.status is HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = _CHALLENGE
        await response(scope, receive, send_on)

    def _refusal(
        self, key: str | None, reader: str | None, allowance: Allowance | None
    ) -> Problem | None:
        if allowance and not allowance.granted:
            return Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "rate_limited",
                f"More than {allowance.quota} requests a minute.",
                retry_after_s=allowance.retry_after_s,
            )
        if not self._keys or reader:
            return None
        if key is None:
            return Problem(HTTPStatus.UNAUTHORIZED, "key_required", "Send an API key.")
        return Problem(HTTPStatus.UNAUTHORIZED, "key_unknown", "This API key is not known.")


def _presented(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    return presented(headers.get("authorization", ""), headers.get("x-api-key", ""))


def household(address: str) -> str:
    """Whose address it is: of IPv6 the first 64 bits, for one subscriber has all the others."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _with_allowance(send: Send, allowance: Allowance) -> Send:
    async def send_with_allowance(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(allowance.headers())
        await send(message)

    return send_with_allowance
