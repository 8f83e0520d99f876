"""The engines that the contract suite runs over: written through index's port, read by gateway's.

A real Meilisearch is among them when `MEILI_URL` and `MEILI_KEY` are set.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import meilisearch

from copydesk_gateway.engines import embedded as tantivy_reader
from copydesk_gateway.engines import meilisearch as meilisearch_reader
from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.query import SearchRequest
from copydesk_index.engines import embedded as tantivy_writer
from copydesk_index.engines import meilisearch as meilisearch_writer
from copydesk_index.engines.port import IndexEngine
from copydesk_shared.search_schema import SearchDocument
from copydesk_shared.testing.meilisearch import LoopbackMeilisearch
from copydesk_shared.testing.meilisearch.documents import NOON_S

SERVER = (
    (os.environ["MEILI_URL"], os.environ["MEILI_KEY"])
    if os.environ.get("MEILI_URL") and os.environ.get("MEILI_KEY")
    else None
)
"""A real Meilisearch, over which everything runs as well when there is one."""

TARGETS = ("tantivy", "loopback", *(("server",) if SERVER else ()))


@dataclass
class Target:
    writer: IndexEngine
    reader: SearchEngine

    async def write(self, *documents: SearchDocument) -> None:
        report = await self.writer.write(documents, ())
        assert report.refused == {}

    async def found(self, request: SearchRequest) -> list[str]:
        return [hit.article_id for hit in (await self.reader.search(request)).hits]

    async def all_found(self, request: SearchRequest) -> Sequence[str]:
        """Everything by date, page after page."""
        found: list[str] = []
        while True:
            page = await self.reader.search(request)
            found += [hit.article_id for hit in page.hits]
            if not page.more:
                return found
            request = replace(request, after_key=page.after_key)


@asynccontextmanager
async def a_target(
    name: str, directory: Path, loopback: LoopbackMeilisearch
) -> AsyncIterator[Target]:
    index = f"test_{uuid4().hex}"
    writer: IndexEngine
    reader: SearchEngine
    url, key = SERVER if name == "server" and SERVER else (loopback.url, loopback.key or "")
    if name == "tantivy":
        writer = tantivy_writer.EmbeddedIndexEngine(directory)
        reader = tantivy_reader.EmbeddedSearchEngine(directory, clock=lambda: NOON_S)
    else:
        writer = meilisearch_writer.MeilisearchIndexEngine(url, key=key, index=index)
        reader = meilisearch_reader.MeilisearchSearchEngine(url, key=key, index=index)
    await writer.open()
    yield Target(writer, reader)
    await reader.close()
    await writer.close()
    if name == "server":
        meilisearch.Client(url, key, timeout=10).delete_index(index)
