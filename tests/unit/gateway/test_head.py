"""HEAD of what has no end."""

from collections.abc import AsyncIterator

from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from copydesk_gateway.head import HeadAsGet


async def test_a_body_without_end_is_left_as_soon_as_it_begins() -> None:
    made = 0

    async def endless(_: Request) -> StreamingResponse:
        async def lines() -> AsyncIterator[bytes]:
            nonlocal made
            while True:
                made += 1
                yield b"one more article\n" * 1000

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    app = Starlette(
        routes=[Route("/all", endless, methods=["GET"])],
        middleware=[Middleware(HeadAsGet), Middleware(GZipMiddleware)],
    )
    async with AsyncClient(transport=ASGITransport(app), base_url="http://gateway") as client:
        answer = await client.head("/all")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-encoding"] == "gzip"
    assert made == 1
