"""The gateway: the only place where its parts are wired."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from importlib.metadata import version

import structlog
from fastapi import Depends, FastAPI
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from copydesk_gateway.admission import Admission
from copydesk_gateway.answers import ProblemAnswer
from copydesk_gateway.caching import generation
from copydesk_gateway.compression import Compression
from copydesk_gateway.desk import Desk
from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.freshness import FreshnessWatch
from copydesk_gateway.head import HeadAsGet
from copydesk_gateway.held_words import HeldWords
from copydesk_gateway.metrics import CountRequests, GatewayMetrics
from copydesk_gateway.openapi import install_problem_media_type
from copydesk_gateway.pages.refusals import refusal_page, wants_page
from copydesk_gateway.pages.rendering import Assets, Pages
from copydesk_gateway.rate_limit import RateLimit
from copydesk_gateway.reader_keys import ReaderKeys
from copydesk_gateway.reading import NOT_READY_RETRY_S, NotYetError
from copydesk_gateway.reading_answers import NotYetAnswer
from copydesk_gateway.routes import articles, discovery, entities, probes, search, suggest
from copydesk_gateway.routes import pages as page_routes
from copydesk_gateway.routes.assets import asset_router
from copydesk_gateway.routes.feeds import feed_router
from copydesk_gateway.routes.pages import unavailable
from copydesk_gateway.search import Searcher
from copydesk_gateway.settings import Settings
from copydesk_gateway.suggestions import Suggester
from copydesk_gateway.vocabulary import Vocabulary
from copydesk_shared.broker import connect_reader
from copydesk_shared.entities import EntityDirectory
from copydesk_shared.problems import (
    Problem,
    each_once,
    install_problems,
    problem_response,
    refusal_headers,
)
from copydesk_shared.reference_page import install_reference
from copydesk_shared.store import ArticleStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

COMPRESSED_FROM = 1024
"""Bytes from which gzip pays: less fits into one packet anyway."""

GZIP_LEVEL = 5
"""A page of 40 kB in a millisecond; level 9 takes twice that for one percent."""

EXPOSED = (
    *("Copydesk-Warnings", "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"),
    "X-Request-Id",
)
"""Headers that scripts of other origins may read."""

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
        directory = EntityDirectory(redis)
        vocabulary = Vocabulary(searching)
        held = HeldWords(searching, partial(generation, redis))
        log.info("gateway_started", engine=type(searching).__name__, port=settings.port)
        try:
            yield {
                "desk": Desk(
                    settings=settings,
                    metrics=metrics,
                    redis=redis,
                    engine=searching,
                    store=store,
                    searcher=searcher,
                    freshness=FreshnessWatch(redis),
                    pages=pages,
                    directory=directory,
                    suggester=Suggester(searching, store, directory, vocabulary, held),
                )
            }
        finally:
            await vocabulary.close()
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
    # What is added later is outside: admission refuses under the request's id, and is counted.
    app.add_middleware(
        Admission,
        keys=_reader_keys(settings),
        limit=_rate_limit(settings),
        proxied=bool(settings.trusted_proxies),
        pages=pages,
    )
    install_problems(app)
    _install_refusals(app, pages)
    app.add_middleware(CountRequests, metrics=metrics)
    app.add_middleware(Compression, minimum_size=COMPRESSED_FROM, compresslevel=GZIP_LEVEL)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["Authorization", "X-Api-Key", "X-Request-Id", "If-None-Match"],
            expose_headers=EXPOSED,
        )
    app.add_middleware(HeadAsGet)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[*settings.trusted_proxies])
    for api in (search.router, feed_router(), articles.router, entities.router, suggest.router):
        app.include_router(api, dependencies=[Depends(each_once)])
    app.include_router(discovery.router)
    app.include_router(probes.router)
    app.include_router(page_routes.router)
    app.include_router(asset_router(assets))
    install_problem_media_type(app)
    install_reference(app, home="/")
    return app


def _reader_keys(settings: Settings) -> ReaderKeys:
    given = settings.reader_keys.get_secret_value().split(",")
    return ReaderKeys([key.strip() for key in given if key.strip()])


def _rate_limit(settings: Settings) -> RateLimit | None:
    return RateLimit(settings.rate_limit) if settings.rate_limit else None


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
    """Redis away is 503, an article on its way 202, and an unknown address a page for browsers."""

    @app.exception_handler(RedisError)
    async def _store_down(request: Request, exc: RedisError) -> Response:
        log.warning("dependency_down", code="store_down", error=str(exc))
        return problem_response(request, unavailable(exc))

    @app.exception_handler(NotYetError)
    async def _not_yet(_: Request, exc: NotYetError) -> Response:
        waiting = NotYetAnswer(
            article_id=exc.article_id,
            version=exc.version,
            stage=exc.stage,
            retry_after=NOT_READY_RETRY_S,
        )
        return Response(
            waiting.model_dump_json(),
            status_code=HTTPStatus.ACCEPTED,
            media_type="application/json",
            headers={"Retry-After": str(NOT_READY_RETRY_S), "Cache-Control": "no-store"},
        )

    @app.exception_handler(HTTPException)
    async def _http(request: Request, exc: HTTPException) -> Response:
        status = HTTPStatus(exc.status_code)
        problem = Problem(status, status.name.lower(), str(exc.detail))
        response: Response = (
            refusal_page(pages, request, problem)
            if wants_page(request)
            else problem_response(request, problem)
        )
        response.headers.update(refusal_headers(request, exc, head_as_get=True))
        return response
