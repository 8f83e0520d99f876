"""A search from request to page: the engine finds, the store decides what may be seen."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import compress
from typing import Final

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
from copydesk_gateway.histogram import Calendar
from copydesk_gateway.metrics import GatewayMetrics, Stopwatch
from copydesk_gateway.query import Query, SearchRequest, Valued, Word
from copydesk_gateway.query_text import Warned
from copydesk_gateway.remembered import RememberedPages
from copydesk_gateway.spelling import Spelled, as_indexed
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.store import ArticleStore

EXPORT_PAGE: Final = 200


@dataclass(frozen=True)
class FoundHit:
    hit: Hit
    highlights: Highlights | None


@dataclass(frozen=True)
class Found:
    """One page of a search; `next_cursor` is None on the last page.

    `request` is what was searched for, with its values as the index spells them: `respelled` says
    for which others. `as_of` says since when the page has not been asked for anew, the engine being
    away.
    """

    request: SearchRequest
    hits: Sequence[FoundHit]
    total: Total
    facets: Mapping[str, Sequence[FacetCount]]
    took_ms: float
    next_cursor: str | None
    calendar: Calendar | None = None
    warnings: Sequence[Warned] = ()
    respelled: Mapping[Valued, Sequence[str]] = field(default_factory=dict)
    as_of: datetime | None = None


@dataclass(frozen=True)
class Values:
    """Values of a facet, and what of the search that they are counted over was read otherwise."""

    counts: Sequence[FacetCount]
    warnings: Sequence[Warned]


@dataclass(frozen=True)
class Export:
    """The pages of all that is found, and what of the search was read otherwise."""

    pages: AsyncIterator[Sequence[Hit]]
    warnings: Sequence[Warned]


@dataclass(frozen=True)
class _Answered:
    """What the engine gave for a request, of which the values were respelled."""

    spelled: Spelled
    page: SearchPage
    as_of: datetime | None = None


class Searcher:
    """Answers searches. Raises `DependencyDownError` or `RedisError` when a part is away.

    While the engine is away, a page that it gave lately for the same request takes the place of a
    new one, without what was withdrawn meanwhile.
    """

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
        self._remembered = RememberedPages()

    async def search(self, request: SearchRequest, *, highlight: bool) -> Found:
        watch = Stopwatch()
        answered = await self._ask(request)
        page = answered.page
        visible = await self._visible(page.hits)
        marks = await self._marks(request.query, visible) if highlight else [None] * len(visible)
        took_ms = watch.ms
        kind = _kind(request.query)
        self._metrics.search_seconds.labels(request.sort, kind).observe(took_ms / 1000)
        if not page.total.value:
            self._metrics.zero_results.labels(kind).inc()
        return Found(
            request=answered.spelled.request,
            hits=[FoundHit(hit, mark) for hit, mark in zip(visible, marks, strict=True)],
            total=page.total,
            facets=page.facets,
            took_ms=took_ms,
            next_cursor=_next_cursor(request, page),
            calendar=page.calendar,
            warnings=(*answered.spelled.warnings, *_left_out(request.query, page)),
            respelled=answered.spelled.others,
            as_of=answered.as_of,
        )

    async def facet_values(
        self, request: SearchRequest, facet: str, prefix: str, *, limit: int
    ) -> Values:
        """Values of a facet in which words begin as those of `prefix`, within a search."""
        spelled = await as_indexed(self._engine, request)
        counts = await self._engine.facet_values(spelled.request, facet, prefix, limit=limit)
        return Values(counts, spelled.warnings)

    async def export(self, request: SearchRequest) -> Export:
        """All that is found and may be read, in order of date, page by page, to any depth.

        The first page is looked up before anything is given, so that an engine that is away
        raises before an answer has begun. One page is in memory at a time.
        """
        answered = await self._ask(replace(request, limit=EXPORT_PAGE))
        if answered.as_of is not None:
            raise DependencyDownError("search_down", "The search engine is away.")
        return Export(
            self._pages(answered.spelled.request, answered.page), answered.spelled.warnings
        )

    async def _pages(
        self, request: SearchRequest, page: SearchPage
    ) -> AsyncIterator[Sequence[Hit]]:
        while True:
            yield await self._visible(page.hits)
            if not page.more or page.after_key is None:
                return
            page = await self._engine.search(replace(request, after_key=page.after_key))

    async def _ask(self, request: SearchRequest) -> _Answered:
        try:
            answered = await self._answered(request)
        except DependencyDownError:
            stale = self._remembered.recall(request)
            if stale is None:
                raise
            self._metrics.degraded.inc()
            return _Answered(Spelled(request), stale.page, as_of=stale.as_of)
        self._remembered.keep(request, answered.page)
        return answered

    async def _answered(self, request: SearchRequest) -> _Answered:
        spelled = await as_indexed(self._engine, request)
        return _Answered(spelled, await self._engine.search(spelled.request))

    async def _visible(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits that the store says may be read; the index can lag behind a withdrawal."""
        readable = await self._store.readable([hit.article_id for hit in hits])
        visible = list(compress(hits, readable))
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


def _next_cursor(request: SearchRequest, page: SearchPage) -> str | None:
    if not page.more:
        return None
    if page.after_key is not None:
        return cursor.write(request, page.after_key)
    offset = request.offset + request.limit
    return cursor.write(request, offset) if offset < MAX_DEPTH else None


def _left_out(query: Query, page: SearchPage) -> Sequence[Warned]:
    words = [term.text for term in query.terms if isinstance(term, Word)]
    if not page.left_out or not page.total.value:
        return ()
    named = ", ".join(words[-page.left_out :])
    return (Warned("words_left_out", f"No article has all the words; left out: {named}."),)


def _kind(query: Query) -> str:
    """The kind of a search, for its metrics."""
    if not query.terms:
        return "browse"
    if query.excluded or not all(isinstance(term, Word) for term in query.terms):
        return "syntax"
    return "words"
