"""Routes whose answers hold until something is indexed, enriched or withdrawn."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final

from fastapi.routing import APIRoute
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response

from copydesk_gateway.caching import REVALIDATE, entity_tag, generation, not_modified, unchanged

PASSING: Final = "no-store"
"""The Cache-Control of an answer that is no tag's: made while a part was away."""

UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Nothing was indexed or withdrawn since the reader asked."}
}


class TaggedRoute(APIRoute):
    """A route whose answers carry the tag of the generation; a known one costs no work.

    While the store is away there is no tag, and the route says itself what it can do.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_spare(request: Request) -> Response:
            try:
                # Read before the work: what changes meanwhile makes another tag.
                state = await generation(request.state.desk.redis)
            except RedisError:
                return await handle(request)
            tag = entity_tag(state, request.url.path, request.url.query)
            headers = {"ETag": tag, "Cache-Control": REVALIDATE}
            if not_modified(request.headers, tag):
                return unchanged(headers)
            response = await handle(request)
            if response.status_code == HTTPStatus.OK and (
                response.headers.get("cache-control") != PASSING
            ):
                response.headers.update(headers)
            return response

        return handle_or_spare
