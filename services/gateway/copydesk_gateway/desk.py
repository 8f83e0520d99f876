"""What the routes work with; made once by the app and handed to each request."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from redis.asyncio import Redis
from starlette.requests import Request

from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.freshness import FreshnessWatch
from copydesk_gateway.metrics import GatewayMetrics
from copydesk_gateway.pages.rendering import Pages
from copydesk_gateway.search import Searcher
from copydesk_gateway.settings import Settings
from copydesk_gateway.site import Site
from copydesk_gateway.suggestions import Suggester
from copydesk_shared.entities import EntityDirectory
from copydesk_shared.store import ArticleStore


@dataclass(frozen=True)
class Desk:
    settings: Settings
    metrics: GatewayMetrics
    redis: "Redis"
    engine: SearchEngine
    store: ArticleStore
    searcher: Searcher
    freshness: FreshnessWatch
    pages: Pages
    directory: EntityDirectory
    suggester: Suggester


async def _desk(request: Request) -> Desk:  # else FastAPI would run it in a thread
    desk: Desk = request.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]


def _site(request: Request, desk: AtDesk) -> Site:
    return Site(
        name=desk.settings.public_name,
        url=(desk.settings.public_url or str(request.base_url)).rstrip("/"),
    )


AtSite = Annotated[Site, Depends(_site)]
