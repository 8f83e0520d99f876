"""What the gateway counts; docs/events.md lists it."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SEARCH_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
"""Buckets around what was measured: 5 to 25 ms for a search with facets and highlights."""


class GatewayMetrics:
    """One set an app, in a registry of its own, so that tests can make many apps."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.search_seconds = Histogram(
            "copydesk_search_seconds",
            "Time to answer a search, store look-ups and highlights included.",
            ("sort", "kind"),
            buckets=SEARCH_SECONDS,
            registry=self.registry,
        )
        self.zero_results = Counter(
            "copydesk_search_zero_results",
            "Searches that found nothing.",
            ("kind",),
            registry=self.registry,
        )
        self.dropped_hits = Counter(
            "copydesk_search_dropped_hits",
            "Hits not shown because the store says withdrawn or does not know them.",
            registry=self.registry,
        )
        self.degraded = Counter(
            "copydesk_search_degraded",
            "Searches answered with a page from before the engine went away.",
            registry=self.registry,
        )
        self.requests = Counter(
            "copydesk_http_requests",
            "HTTP requests by route and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )


class CountRequests:
    """Middleware: counts each answer under its route's template, never under the raw path."""

    def __init__(self, app: ASGIApp, *, metrics: GatewayMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = "500"

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._metrics.requests.labels(route, scope["method"], status).inc()


class Stopwatch:
    """Milliseconds since it was made."""

    def __init__(self) -> None:
        self._start = perf_counter()

    @property
    def ms(self) -> float:
        return (perf_counter() - self._start) * 1000
