"""HEAD says what GET would, at every address, and sends nothing behind it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from httpx2 import AsyncClient
from newsroom import MEETING, fill
from redis.asyncio import Redis
from serving import a_gateway

VALUES: Final = {
    "article_id": MEETING.article_id,
    "entity_id": "place:sund",
    "facet": "section",
}
NEEDED: Final = {"/v1/entities": "?prefix=su", "/v1/suggest": "?q=sund"}
UNDOCUMENTED: Final = (
    "/",
    f"/articles/{MEETING.article_id}",
    "/entities/place:sund",
    "/status",
    "/docs",
    "/openapi.json",
    "/robots.txt",
    "/opensearch.xml",
    "/sitemap.xml",
    "/sitemap-news.xml",
    "/nowhere",
    "/articles/none",
)
VARYING: Final = {"date", "x-request-id"}
OF_A_BODY: Final = {"transfer-encoding"}


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path, tides=300)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


async def test_every_address_answers_head_as_it_answers_get(api: AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    documented = [
        path.format(**VALUES) + NEEDED.get(path, "")
        for path, operations in document["paths"].items()
        if "get" in operations
    ]
    assert len(documented) > 15
    for path in (*documented, *UNDOCUMENTED):
        got, head = await api.get(path), await api.head(path)
        assert head.status_code == got.status_code, path
        assert head.content == b"", path
        assert head.headers.keys() == got.headers.keys() - OF_A_BODY, path
        assert head.headers["content-type"] == got.headers["content-type"], path


@pytest.mark.parametrize("ending", ["", ".md", ".jsonld"])
async def test_the_headers_are_those_of_the_body_that_is_not_sent(
    api: AsyncClient, ending: str
) -> None:
    path = f"/v1/articles/{MEETING.article_id}{ending}"
    got, head = await api.get(path), await api.head(path)
    assert got.headers["content-encoding"] == "gzip"
    same = {name: value for name, value in got.headers.items() if name not in VARYING}
    assert {name: value for name, value in head.headers.items() if name not in VARYING} == same
    known = await api.head(path, headers={"If-None-Match": head.headers["etag"]})
    assert known.status_code == 304
