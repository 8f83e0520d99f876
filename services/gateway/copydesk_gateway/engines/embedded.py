"""The embedded engine's readers: tantivy, in a small pool of threads."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeVar

import orjson
import structlog
from tantivy import Index, Occur, Order, Query, Searcher

from copydesk_gateway.engines import tantivy_query as build
from copydesk_gateway.engines.facets import begins, ranked, shown, without
from copydesk_gateway.engines.paging import AHEAD, Cut, by_date, by_relevance
from copydesk_gateway.engines.port import (
    MAX_DEPTH,
    MAX_FACET_VALUES,
    FacetCount,
    Hit,
    Relation,
    SearchPage,
    Total,
    empty_page,
)
from copydesk_gateway.histogram import MAX_BUCKETS, Calendar
from copydesk_gateway.query import Collapse, SearchRequest, Sort, Term, Valued
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

ALL_VALUES: Final = 65_000
"""As many values as tantivy counts at once, at most."""

MANY_VALUES: Final = ("entity", "entity_id", "person", "org", "place", "author")
"""Facets of so many values that those with another beginning are better not counted at all."""

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

    async def facet_values(
        self, request: SearchRequest, facet: str, prefix: str, *, limit: int
    ) -> Sequence[FacetCount]:
        asked_at = monotonic()
        return await self._run(lambda: self._facet_values(request, facet, prefix, limit, asked_at))

    async def held(self, values: Collection[Valued]) -> Collection[Valued]:
        asked_at = monotonic()
        return await self._run(lambda: self._held(values, asked_at))

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
            return empty_page(request)
        return _Search(searcher, request, now_s=int(self._clock())).page()

    def _facet_values(
        self, request: SearchRequest, facet: str, prefix: str, limit: int, asked_at: float
    ) -> Sequence[FacetCount]:
        searcher = self._reader.searcher(asked_at)
        if searcher is None:
            return ()
        return _Search(searcher, request, now_s=0).values(facet, prefix, limit)

    def _held(self, values: Collection[Valued], asked_at: float) -> Collection[Valued]:
        searcher = self._reader.searcher(asked_at)
        if searcher is None:
            return ()
        schema = build_schema()
        return [
            value
            for value in values
            if searcher.search(build.valued(schema, value), 1, count=False).hits
        ]


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
        self._left_out = len(terms) - len(self._terms)

    def page(self) -> SearchPage:
        clauses, total = self._collapsed()
        found = self._found(clauses) if total else Cut((), more=False, after_key=None)
        return SearchPage(
            found.hits,
            Total(total, Relation.EXACT),
            {
                name: self._facets[name] if name in self._facets else self._own_facet(name)
                for name in self._request.facets
            },
            self._calendar() if self._request.calendar else None,
            more=found.more,
            after_key=found.after_key,
            left_out=self._left_out,
        )

    def values(self, facet: str, prefix: str, limit: int) -> Sequence[FacetCount]:
        """The values of a facet whose words begin as those of `prefix`."""
        matches = begins(prefix)
        wanted = {"terms": {"field": facet_field(facet), "size": ALL_VALUES}}
        if facet in MANY_VALUES and (pattern := build.beginning(prefix)):
            wanted["terms"]["include"] = pattern
        query = Query.boolean_query(self._matches(self._terms, but=facet))
        counted = self._searcher.aggregate(query, {"values": wanted})["values"]["buckets"]
        fitting = {each["key"]: each["doc_count"] for each in counted}
        return ranked(
            facet,
            {key: count for key, count in fitting.items() if matches(shown(facet, key))},
            limit=limit,
        )

    def _matching(
        self, terms: tuple[Term, ...]
    ) -> tuple[tuple[Term, ...], int, Mapping[str, Sequence[FacetCount]]]:
        """The terms that something matches, by relevance fewer than asked; its total and facets."""
        filtered = self._request.filters.values()
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
            name: ranked(name, _buckets(counted[name])) for name in names
        }

    def _calendar(self) -> Calendar:
        fields = ("published_day", "published_month", "published_year")
        counted = self._searcher.aggregate(
            Query.boolean_query(self._matches(self._terms)),
            {name: {"terms": {"field": name, "size": ALL_VALUES}} for name in fields},
        )
        days, months, years = ({int(k): n for k, n in _buckets(counted[f]).items()} for f in fields)
        return Calendar(
            days if len(days) <= MAX_BUCKETS else None,
            months if len(months) <= MAX_BUCKETS else None,
            years,
        )

    def _collapsed(self) -> tuple[list[tuple[Occur, Query]], int]:
        """The clauses of the hits and their number: of copies the newest, or the oldest by age."""
        clauses = self._matches(self._terms)
        if self._request.collapse is Collapse.NONE or not self._total:
            return clauses, self._total
        first = "min" if self._sort is Sort.OLDEST else "max"
        copies: dict[str, Any] = {
            "field": "group_id",
            "size": ALL_VALUES,
            "segment_size": ALL_VALUES,
            "min_doc_count": 2,
        }
        counted = self._searcher.aggregate(
            Query.boolean_query(clauses),
            {"groups": {"terms": copies, "aggs": {"first": {first: {"field": "order_key"}}}}},
        )["groups"]["buckets"]
        if not counted:
            return clauses, self._total
        firsts = [int(each["first"]["value"]) for each in counted]
        clauses.append(build.one_of_each(self._schema, [each["key"] for each in counted], firsts))
        return clauses, self._total - sum(each["doc_count"] - 1 for each in counted)

    def _found(self, clauses: list[tuple[Occur, Query]]) -> Cut:
        request = self._request
        if self._sort is Sort.RELEVANCE:
            limit = min(request.limit + AHEAD, MAX_DEPTH - request.offset)
            if limit <= 0:
                return Cut((), more=False, after_key=None)
            query = Query.boolean_query([*clauses, *build.recent(self._schema, self._now_s)])
            found = self._searcher.search(query, limit, count=False, offset=request.offset)
            return by_relevance(
                [self._hit(address, score) for score, address in found.hits], request.limit
            )
        if request.after_key is not None:
            clauses = [*clauses, build.behind(self._schema, request.after_key, self._sort)]
        limit = min(request.limit, MAX_DEPTH)
        found = self._searcher.search(
            Query.boolean_query(clauses),
            limit + AHEAD,
            count=False,
            order_by_field="order_key",
            order=Order.Asc if self._sort is Sort.OLDEST else Order.Desc,
        )
        return by_date([self._hit(address, None) for _, address in found.hits], limit)

    def _hit(self, address: Any, score: float | None) -> Hit:
        held = orjson.loads(self._searcher.doc(address)["document"][0])
        return Hit(
            article_id=held["id"],
            score=score,
            **{name: held.get(name) for name in HELD},
        )


HELD: Final = tuple(each.name for each in fields(Hit) if each.name not in {"article_id", "score"})


def _buckets(counted: Mapping[str, Any]) -> Mapping[str | int, int]:
    return {each["key"]: each["doc_count"] for each in counted["buckets"]}
