"""The pages for readers: search at `/`, reading at `/articles/{id}`, and what they link to."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from mimetypes import guess_type
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from copydesk_gateway import reading, relatives
from copydesk_gateway.desk import AtDesk, Desk
from copydesk_gateway.pages.front import PAGE_FACETS, PAGE_SIZE, front_page
from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.pages.refusals import refusal_page
from copydesk_gateway.pages.rendering import Assets, Pages
from copydesk_gateway.pages.story import story_page
from copydesk_gateway.params import ChangesParams, PageParams
from copydesk_gateway.routes.search import asked_or_problem
from copydesk_shared.contracts.article import Article
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.problems import RETRY_AFTER_S, Problem, parameter_problem

log: structlog.stdlib.BoundLogger = structlog.get_logger()

ASSET_CACHE = "public, max-age=31536000, immutable"


def page_router(pages: Pages, assets: Assets) -> APIRouter:
    """The routes of the pages; whatever goes wrong in one of them is answered with a page."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def handle_or_refuse(request: Request) -> Response:
                try:
                    return await handle(request)
                except (
                    Problem,
                    reading.NotYetError,
                    RequestValidationError,
                    DependencyDownError,
                    RedisError,
                ) as exc:
                    return refusal_page(pages, request, _problem(request, exc))

            return handle_or_refuse

    router = APIRouter(route_class=PageRoute, include_in_schema=False)

    @router.get("/")
    @router.head("/")
    async def front(params: Annotated[PageParams, Query()], desk: AtDesk) -> HTMLResponse:
        asked = asked_or_problem(
            params,
            limit=PAGE_SIZE,
            facets=list(PAGE_FACETS),
        )
        found = await desk.searcher.search(asked.request, highlight=True)
        page = front_page(
            SearchState.of(params),
            asked,
            found,
            continued=bool(params.cursor),
            today=datetime.now(UTC).date(),
        )
        return pages.render("front.html", page=page)

    @router.get("/articles/{article_id}")
    @router.head("/articles/{article_id}")
    async def story(article_id: str, desk: AtDesk) -> HTMLResponse:
        return await story_response(desk, await reading.read(desk.store, article_id))

    @router.get("/articles/{article_id}/changes")
    @router.head("/articles/{article_id}/changes")
    async def changes(
        article_id: str, params: Annotated[ChangesParams, Query()], desk: AtDesk
    ) -> HTMLResponse:
        difference = await reading.difference(desk.store, article_id, params.pair)
        return pages.render("changes.html", difference=difference)

    @router.get("/assets/{name}")
    async def asset(name: str) -> Response:
        content = assets.content(name)
        if content is None:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such file.")
        return Response(
            content,
            media_type=guess_type(name)[0],
            headers={"Cache-Control": ASSET_CACHE, "X-Content-Type-Options": "nosniff"},
        )

    return router


async def story_response(desk: Desk, article: Article) -> HTMLResponse:
    """The page of an article, whichever address it was asked for under."""
    related = await relatives.related(desk.store, article)
    corrected = article.version > 1 and bool(await desk.store.earlier_versions(article.article_id))
    referring = await relatives.referenced_by(desk.store, article)
    page = story_page(article, related, referring, corrected=corrected)
    return desk.pages.render("story.html", page=page)


def _problem(
    request: Request,
    exc: Problem | reading.NotYetError | RequestValidationError | DependencyDownError | RedisError,
) -> Problem:
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, reading.NotYetError):
        return not_yet(exc)
    if isinstance(exc, RequestValidationError):
        return parameter_problem(request, exc)
    log.warning("dependency_down", error=str(exc))
    return unavailable(exc)


def not_yet(exc: reading.NotYetError) -> Problem:
    """202 for a page: the article is on its way."""
    return Problem(
        HTTPStatus.ACCEPTED,
        "article_not_ready",
        f"This article is accepted and not readable yet ({exc.stage}).",
        retry_after_s=reading.NOT_READY_RETRY_S,
    )


def unavailable(exc: DependencyDownError | RedisError) -> Problem:
    """503 for the dependency that is away."""
    if isinstance(exc, DependencyDownError):
        code, message = exc.code, exc.message
    else:
        code, message = "store_down", "The article store cannot be reached."
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, code, message, retry_after_s=RETRY_AFTER_S)
