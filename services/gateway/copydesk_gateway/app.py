"""The gateway: the only place where its parts are wired."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import version

import structlog
from fastapi import FastAPI
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from copydesk_gateway.answers import ProblemAnswer
from copydesk_gateway.desk import Desk
from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.freshness import FreshnessWatch
from copydesk_gateway.metrics import CountRequests, GatewayMetrics
from copydesk_gateway.pages.refusals import refusal_page
from copydesk_gateway.pages.rendering import Assets, Pages
from copydesk_gateway.routes import articles, probes, search
from copydesk_gateway.routes.pages import page_router, unavailable
from copydesk_gateway.search import Searcher
from copydesk_gateway.settings import Settings
from copydesk_shared.broker import connect_reader
from copydesk_shared.problems import Problem, install_problems, problem_response
from copydesk_shared.reference_page import install_reference
from copydesk_shared.store import ArticleStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

DESCRIPTION = "Search and reading. Errors are RFC 9457 problem documents with a stable `code`."


def create_app(settings: Settings | None = None, *, engine: SearchEngine | None = None) -> FastAPI:
    """The ASGI application; `engine` takes the place of the one that the settings name."""
    settings = settings or Settings()
    metrics = GatewayMetrics()
    assets = Assets()
    pages = Pages(name=settings.public_name, assets=assets)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[Mapping[str, Desk]]:
        redis = connect_reader(settings.redis_url)
        searching = engine or _engine(settings)
        store = ArticleStore(redis)
        searcher = Searcher(
            searching, store, metrics=metrics, highlight_chars=settings.highlight_chars
        )
        log.info("gateway_started", engine=type(searching).__name__, port=settings.port)
        try:
            freshness = FreshnessWatch(redis)
            yield {"desk": Desk(settings, metrics, redis, searching, store, searcher, freshness)}
        finally:
            await searching.close()
            await redis.aclose()
            log.info("gateway_stopped")

    app = FastAPI(
        title="Copydesk gateway",
        description=DESCRIPTION,
        version=version("copydesk-gateway"),
        lifespan=lifespan,
        responses={"default": {"model": ProblemAnswer, "description": "Any other failure."}},
        docs_url=None,
        redoc_url=None,
    )
    install_problems(app)
    _install_refusals(app, pages)
    app.add_middleware(CountRequests, metrics=metrics)
    app.include_router(search.router)
    app.include_router(articles.router)
    app.include_router(probes.router)
    app.include_router(page_router(pages, assets))
    install_reference(app, home="/")
    return app


def _engine(settings: Settings) -> SearchEngine:
    """The engine of the settings; only its own client needs to be installed."""
    if settings.search_url:
        from copydesk_gateway.engines.meilisearch import (  # noqa: PLC0415  # one of two engines
            MeilisearchSearchEngine,
        )

        key = settings.search_key
        return MeilisearchSearchEngine(
            settings.search_url,
            key=key.get_secret_value() if key else None,
            index=settings.search_index,
        )
    from copydesk_gateway.engines.embedded import (  # noqa: PLC0415  # needs the extra `embedded`
        EmbeddedSearchEngine,
    )

    return EmbeddedSearchEngine(settings.search_dir)


def _install_refusals(app: FastAPI, pages: Pages) -> None:
    """Redis away is 503, and an unknown address is a page for whoever asks for HTML."""

    @app.exception_handler(RedisError)
    async def _store_down(request: Request, exc: RedisError) -> Response:
        log.warning("dependency_down", code="store_down", error=str(exc))
        return problem_response(request, unavailable(exc))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, exc: HTTPException) -> Response:
        status = HTTPStatus(exc.status_code)
        problem = Problem(status, status.name.lower(), str(exc.detail))
        wants_page = "text/html" in request.headers.get("accept", "")
        response: Response = (
            refusal_page(pages, request, problem)
            if wants_page
            else problem_response(request, problem)
        )
        response.headers.update(exc.headers or {})
        return response
