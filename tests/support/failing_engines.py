"""Search engines in trouble."""

from typing import cast

from copydesk_gateway.engines.embedded import EmbeddedSearchEngine
from copydesk_gateway.engines.port import SearchEngine, SearchPage
from copydesk_gateway.query import SearchRequest
from copydesk_shared.errors import DependencyDownError


class Failing(EmbeddedSearchEngine):
    """The embedded engine with a switch."""

    down = False

    async def search(self, request: SearchRequest) -> SearchPage:
        if self.down:
            raise DependencyDownError("search_down", "The search engine cannot be reached.")
        return await super().search(request)


class _Away:
    """One that cannot be reached, whatever it is asked for."""

    def __getattr__(self, _: str) -> object:
        async def away(*_: object, **__: object) -> None:
            raise DependencyDownError("search_down", "The search engine cannot be reached.")

        return away

    async def healthy(self) -> bool:
        return False

    async def close(self) -> None: ...


def engine_away() -> SearchEngine:
    return cast("SearchEngine", _Away())
