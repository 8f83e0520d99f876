"""The embedded engine's readers: tantivy, in a small pool of threads."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeVar

import orjson
import structlog
from tantivy import Index, Occur, Order, Query, Searcher

from copydesk_gateway.engines import tantivy_query as build
from copydesk_gateway.engines.facets import chosen, ranked, without
from copydesk_gateway.engines.port import (
    MAX_DEPTH,
    MAX_FACET_VALUES,
    FacetCount,
    Hit,
    Relation,
    SearchPage,
    Total,
)
from copydesk_gateway.query import SearchRequest, Sort, Term
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.tantivy_schema import (
    build_schema,
    current_generation,
    facet_field,
    open_index,
    readable_generation,
)

log: structlog.stdlib.BoundLogger = structlog.get_logger()

T = TypeVar("T")

THREADS: Final = 2
"""More do not search faster on two cores; searches let go of the interpreter's lock."""


class EmbeddedSearchEngine:
    """Searches the generation that `current` names; empty while there is none to read.

    What was committed before a search was asked for is found by it. Scores are BM25 with field
    boosts, and a nudge for the young; `clock` gives seconds since 1970.
    """

    def __init__(self, search_dir: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._reader = _Reader(search_dir)
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="tantivy-search")

    async def search(self, request: SearchRequest) -> SearchPage:
        asked_at = monotonic()
        return await self._run(lambda: self._search(request, asked_at))

    async def healthy(self) -> bool:
        asked_at = monotonic()
        try:
            await self._run(lambda: self._reader.searcher(asked_at))
        except DependencyDownError:
            return False
        return True

    async def close(self) -> None:
        self._threads.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (OSError, ValueError) as exc:
            raise DependencyDownError("search_down", f"embedded search index: {exc}") from exc

    def _search(self, request: SearchRequest, asked_at: float) -> SearchPage:
        searcher = self._reader.searcher(asked_at)
        if searcher is None:
            return SearchPage((), Total(0, Relation.EXACT), dict.fromkeys(request.facets, ()))
        return _Search(searcher, request, now_s=int(self._clock())).page()


class _Reader:
    """Keeps the served generation open, and fresh."""

    def __init__(self, search_dir: Path) -> None:
        self._search_dir = search_dir
        self._lock = Lock()
        self._name: str | None = None
        self._index: Index | None = None
        self._fresh_at = float("-inf")

    def searcher(self, asked_at: float) -> Searcher | None:
        """A searcher that sees all that was committed before `asked_at`; None before any commit.

        Searches that wait for the lock while one of them reloads share that reload, if it began
        after they were asked.
        """
        with self._lock:
            if self._fresh_at < asked_at:
                began = monotonic()
                self._refresh()
                self._fresh_at = began
            return None if self._index is None else self._index.searcher()

    def _refresh(self) -> None:
        name = current_generation(self._search_dir)
        if name == self._name and self._index is not None:
            self._index.reload()
        elif readable_generation(name) and name is not None:
            self._index = open_index(self._search_dir / name)
            self._name = name
            log.info("search_generation_opened", generation=name)
        # Else the writer runs another release: what is open stays searchable until this one does.


class _Search:
    """One search on one searcher: hits, total and facets see the same state."""

    def __init__(self, searcher: Searcher, request: SearchRequest, *, now_s: int) -> None:
        self._searcher = searcher
        self._request = request
        self._schema = build_schema()
        self._now_s = now_s
        terms = build.analysed(request.query.terms)
        self._last = terms[-1] if terms else None
        self._sort = Sort.NEWEST if not terms and request.sort is Sort.RELEVANCE else request.sort
        self._terms, self._total, self._facets = self._matching(terms)

    def page(self) -> SearchPage:
        facets = {
            name: self._facets[name] if name in self._facets else self._own_facet(name)
            for name in self._request.facets
        }
        return SearchPage(self._hits(), Total(self._total, Relation.EXACT), facets)

    def _matching(
        self, terms: tuple[Term, ...]
    ) -> tuple[tuple[Term, ...], int, Mapping[str, Sequence[FacetCount]]]:
        """The terms that something matches, by relevance fewer than asked; its total and facets."""
        filtered = chosen(self._request.filters)
        names = [name for name in self._request.facets if name not in filtered]
        total: int = 0
        facets: Mapping[str, Sequence[FacetCount]] = {}
        for kept in build.relaxations(terms):
            total, facets = self._count(self._matches(kept), names)
            if total or self._sort is not Sort.RELEVANCE:
                return kept, total, facets
        return terms, total, facets

    def _matches(
        self, terms: tuple[Term, ...], *, but: str | None = None
    ) -> list[tuple[Occur, Query]]:
        """The clauses of a whole search, whatever its page; `but` leaves a facet's filter out."""
        filters = self._request.filters
        text = build.text_query(self._schema, terms, last=self._last)
        return [
            (Occur.Must, text or Query.all_query()),
            *build.excluded(self._schema, self._request.query),
            *build.filtered(self._schema, without(filters, but) if but else filters),
        ]

    def _own_facet(self, name: str) -> Sequence[FacetCount]:
        _, facets = self._count(self._matches(self._terms, but=name), [name])
        return facets[name]

    def _count(
        self, clauses: list[tuple[Occur, Query]], names: Sequence[str]
    ) -> tuple[int, Mapping[str, Sequence[FacetCount]]]:
        wanted: dict[str, Any] = {"total": {"value_count": {"field": "order_key"}}}
        for name in names:
            wanted[name] = {"terms": {"field": facet_field(name), "size": MAX_FACET_VALUES}}
        counted = self._searcher.aggregate(Query.boolean_query(clauses), wanted)
        return int(counted["total"]["value"]), {
            name: ranked({each["key"]: each["doc_count"] for each in counted[name]["buckets"]})
            for name in names
        }

    def _hits(self) -> tuple[Hit, ...]:
        request = self._request
        limit = min(request.limit, MAX_DEPTH - request.offset)
        if limit <= 0 or not self._total:
            return ()
        clauses = self._matches(self._terms)
        if self._sort is Sort.RELEVANCE:
            clauses += build.recent(self._schema, self._now_s)
            query = Query.boolean_query(clauses)
            found = self._searcher.search(query, limit, count=False, offset=request.offset)
            return tuple(self._hit(address, score) for score, address in found.hits)
        if request.after_key is not None:
            clauses.append(build.behind(self._schema, request.after_key, self._sort))
        found = self._searcher.search(
            Query.boolean_query(clauses),
            limit,
            count=False,
            order_by_field="order_key",
            offset=request.offset,
            order=Order.Asc if self._sort is Sort.OLDEST else Order.Desc,
        )
        return tuple(self._hit(address, None) for _, address in found.hits)

    def _hit(self, address: Any, score: float | None) -> Hit:
        held = orjson.loads(self._searcher.doc(address)["document"][0])
        held["article_id"] = held.pop("id")
        del held["keywords"]
        return Hit(**held, score=score)
