"""The pages for readers: search at `/`, reading at `/articles/{id}`, and what they link to."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from copydesk_gateway import copies, reading, relatives
from copydesk_gateway.caching import entity_tag, generation, not_modified, unchanged
from copydesk_gateway.desk import AtDesk, AtSite, Desk
from copydesk_gateway.entity_profile import known, names, profile
from copydesk_gateway.pages.advice import Advice, advice, ways
from copydesk_gateway.pages.chips import chips
from copydesk_gateway.pages.entity import ARTICLES as ENTITY_ARTICLES
from copydesk_gateway.pages.entity import TIMELINE_DAYS, entity_page
from copydesk_gateway.pages.facet_groups import FOUND_VALUES, GROUPS, Finding
from copydesk_gateway.pages.front import EDITION_SIZE, PAGE_SIZE, Aside, front_page
from copydesk_gateway.pages.links import SearchState, entity_url
from copydesk_gateway.pages.refusals import refusal_page
from copydesk_gateway.pages.rendering import PAGE_HEADERS
from copydesk_gateway.pages.status import status_page
from copydesk_gateway.pages.story import COPIES_READ, story_page
from copydesk_gateway.pages.typed import box
from copydesk_gateway.params import ChangesParams, FrontParams, StoryParams, once_each
from copydesk_gateway.params import asked as narrowed
from copydesk_gateway.routes.search import asked_or_problem
from copydesk_gateway.search import Found
from copydesk_gateway.site import Site
from copydesk_gateway.status import status
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.problems import RETRY_AFTER_S, Problem, parameter_problem
from copydesk_shared.store import Kept

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class PageRoute(APIRoute):
    """A route of which every failure is a page, too; it takes the first of repeated parameters."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_refuse(request: Request) -> Response:
            pairs = once_each(request.query_params.multi_items())
            request.scope["query_string"] = urlencode(pairs).encode()
            try:
                return await handle(Request(request.scope, request.receive))
            except (
                Problem,
                reading.NotYetError,
                RequestValidationError,
                DependencyDownError,
                RedisError,
            ) as exc:
                return refusal_page(request.state.desk.pages, request, _problem(request, exc))

        return handle_or_refuse


router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
async def front(
    params: Annotated[FrontParams, Query()], desk: AtDesk, request: Request, site: AtSite
) -> Response:
    # Read before searching: what changes meanwhile makes another tag.
    tag = entity_tag(await generation(desk.redis), desk.pages.build, params.model_dump_json())
    if not_modified(request.headers, tag):
        return unchanged({**PAGE_HEADERS, "ETag": tag})
    state = SearchState.of(params)
    first = state == SearchState() and not params.cursor
    size = EDITION_SIZE if first else PAGE_SIZE
    asked = asked_or_problem(params, limit=size, facets=list(GROUPS), calendar=True)
    found = await desk.searcher.search(asked.request, highlight=True)
    state = state.spelled(found.respelled)
    now = datetime.now(UTC)
    page = front_page(
        state,
        asked,
        found,
        await _aside(desk, params, state, found, now=now),
        continued=bool(params.cursor),
        today=now.date(),
    )
    # Not of a page from before the engine went away, which is to be asked for again.
    tagged = {"ETag": tag} if found.as_of is None else {}
    return desk.pages.render("front.html", headers=tagged, page=page, address=site.at("/"))


@router.get("/articles/{article_id}")
async def story(
    article_id: str,
    params: Annotated[StoryParams, Query()],
    request: Request,
    desk: AtDesk,
    site: AtSite,
) -> Response:
    kept = await reading.current(desk.store, article_id)
    return _tagged(request, await story_response(desk, kept, site, marked=params.marked))


@router.get("/articles/{article_id}/changes")
async def changes(
    article_id: str, params: Annotated[ChangesParams, Query()], request: Request, desk: AtDesk
) -> Response:
    difference = await reading.difference(desk.store, article_id, params.pair)
    return _tagged(request, desk.pages.render("changes.html", difference=difference))


@router.get("/entities/{entity_id}")
async def entity(entity_id: str, request: Request, desk: AtDesk, site: AtSite) -> Response:
    card = await known(desk.directory, entity_id)
    if card.merged_into:
        return RedirectResponse(entity_url(card.merged_into), HTTPStatus.PERMANENT_REDIRECT)
    shown = await profile(
        card, desk.directory, desk.store, articles=ENTITY_ARTICLES, days=TIMELINE_DAYS
    )
    address = site.at(entity_url(card.entity_id))
    page = desk.pages.render("entity.html", page=entity_page(shown), address=address)
    return _tagged(request, page)


@router.get("/status")
async def standing(desk: AtDesk) -> HTMLResponse:
    page = status_page(
        await status(desk.redis, desk.engine),
        memory_limit_share=desk.settings.memory_limit_share,
    )
    return desk.pages.render("status.html", page=page)


async def story_response(
    desk: Desk, kept: Kept, site: Site, *, marked: bool = False
) -> HTMLResponse:
    """The page of an article, whichever address it was asked for under."""
    article = kept.article
    beside = await desk.store.beside(article.article_id, version=article.version)
    related = await relatives.related(desk.store, article, beside)
    referring = await relatives.referenced_by(desk.store, beside)
    corrected = article.version > 1 and bool(await desk.store.earlier_versions(article.article_id))
    group = await copies.group(desk.store, article, limit=COPIES_READ)
    page = story_page(
        article,
        related,
        referring,
        corrected=corrected,
        marked=marked,
        address=site.article(article.article_id),
        made_at=kept.enriched_at,
        copies=group,
    )
    return desk.pages.render("story.html", page=page)


def _tagged(request: Request, page: HTMLResponse) -> Response:
    """The page under the tag of all that it shows; 304 for who has the same."""
    tag = entity_tag(bytes(page.body))
    page.headers["ETag"] = tag
    if not_modified(request.headers, tag):
        return unchanged({**PAGE_HEADERS, "ETag": tag})
    return page


async def _aside(
    desk: Desk, params: FrontParams, state: SearchState, found: Found, *, now: datetime
) -> Aside:
    finding = None
    if params.within in GROUPS and params.find.strip():
        counts = await desk.engine.facet_values(
            found.request, params.within, params.find, limit=FOUND_VALUES
        )
        finding = Finding(params.within, params.find.strip(), counts)
    known_as = await names(desk.directory, params.entity_id)
    text = box(state.q, now=now)
    narrowing = chips(state, text, known_as)
    offered: list[Advice] = []
    if not found.hits and not params.cursor and found.as_of is None:
        other = await desk.suggester.did_you_mean(params) if params.q.strip() else None
        tried = ways(state, found.request, text, narrowing, other)
        offered = advice(tried, await asyncio.gather(*(_count(desk, way.state) for way in tried)))
    shared = await copies.shared(
        desk.store,
        {each.hit.article_id: each.hit.group_id for each in found.hits if each.hit.group_id},
    )
    return Aside(text, narrowing, shared, finding, offered)


async def _count(desk: Desk, state: SearchState) -> int:
    """How many articles a search finds, asked beside the searches of readers."""
    page = await desk.engine.search(narrowed(state.params, limit=1, facets=()).request)
    return page.total.value


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
