"""A search from request to page: the engine finds, the store decides what may be seen."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from copydesk_gateway import cursor
from copydesk_gateway.engines.port import (
    MAX_DEPTH,
    FacetCount,
    Hit,
    SearchEngine,
    SearchPage,
    Total,
)
from copydesk_gateway.highlight import Highlighter, Highlights
from copydesk_gateway.metrics import GatewayMetrics, Stopwatch
from copydesk_gateway.query import Filters, Phrase, Query, SearchRequest, Sort
from copydesk_gateway.spelling import as_indexed
from copydesk_shared.store import ArticleStore


@dataclass(frozen=True)
class FoundHit:
    hit: Hit
    highlights: Highlights | None


@dataclass(frozen=True)
class Found:
    """One page of a search; `next_cursor` is None on the last page."""

    hits: Sequence[FoundHit]
    total: Total
    facets: Mapping[str, Sequence[FacetCount]]
    took_ms: float
    next_cursor: str | None


class Searcher:
    """Answers searches. Raises `DependencyDownError` or `RedisError` when a part is away."""

    def __init__(
        self,
        engine: SearchEngine,
        store: ArticleStore,
        *,
        metrics: GatewayMetrics,
        highlight_chars: int,
    ) -> None:
        self._engine = engine
        self._store = store
        self._metrics = metrics
        self._highlight_chars = highlight_chars

    async def search(self, request: SearchRequest, *, highlight: bool) -> Found:
        watch = Stopwatch()
        page = await self._ask(request)
        visible = await self._visible(page.hits[: request.limit])
        marks = await self._marks(request.query, visible) if highlight else [None] * len(visible)
        took_ms = watch.ms
        kind = _kind(request.query)
        self._metrics.search_seconds.labels(request.sort, kind).observe(took_ms / 1000)
        if not page.total.value:
            self._metrics.zero_results.labels(kind).inc()
        return Found(
            hits=[FoundHit(hit, mark) for hit, mark in zip(visible, marks, strict=True)],
            total=page.total,
            facets=page.facets,
            took_ms=took_ms,
            next_cursor=_next_cursor(request, page),
        )

    async def _ask(self, request: SearchRequest) -> SearchPage:
        """The page with one hit more than asked, which tells whether there is a next one.

        When a filtered search finds nothing, it is tried once more with the filter values as the
        index spells them.
        """
        wanted = replace(request, limit=request.limit + 1)
        page = await self._engine.search(wanted)
        if page.total.value or not _named(request.filters):
            return page
        spelled = await as_indexed(self._engine, request.filters)
        if spelled == request.filters:
            return page
        return await self._engine.search(replace(wanted, filters=spelled))

    async def _visible(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits that the store says may be read; the index can lag behind a withdrawal."""
        if not hits:
            return []
        standings = await self._store.standings([hit.article_id for hit in hits])
        visible = [
            hit
            for hit, standing in zip(hits, standings, strict=True)
            if standing is not None and standing.readable
        ]
        self._metrics.dropped_hits.inc(len(hits) - len(visible))
        return visible

    async def _marks(self, query: Query, hits: Sequence[Hit]) -> list[Highlights]:
        """Highlights in a thread: a page costs about 6 ms, a hundred hits several times that."""
        highlighter = Highlighter(query, body_chars=self._highlight_chars)
        return await asyncio.to_thread(
            lambda: [
                highlighter.of(title=hit.title, summary=hit.summary, body=hit.body) for hit in hits
            ]
        )


def _named(filters: Filters) -> bool:
    return bool(filters.section or filters.source or filters.entity)


def _next_cursor(request: SearchRequest, page: SearchPage) -> str | None:
    if len(page.hits) <= request.limit:
        return None
    if request.sort is not Sort.RELEVANCE:
        return cursor.write(request, page.hits[request.limit - 1].order_key)
    offset = request.offset + request.limit
    return cursor.write(request, offset) if offset < MAX_DEPTH else None


def _kind(query: Query) -> str:
    """The kind of a search, for its metrics."""
    if not query.terms:
        return "browse"
    if query.excluded or any(isinstance(term, Phrase) for term in query.terms):
        return "syntax"
    return "words"
