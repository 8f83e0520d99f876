"""Meilisearch's reader, over the asynchronous SDK: one pooled client, one request a search."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any, Final

from httpx2 import HTTPError
from meilisearch_python_sdk import AsyncClient
from meilisearch_python_sdk.errors import MeilisearchApiError, MeilisearchError
from meilisearch_python_sdk.models.search import SearchParams, SearchResultsWithUID

from copydesk_gateway.engines.facets import chosen, ranked, without
from copydesk_gateway.engines.meilisearch_query import behind, filter_text, query_text
from copydesk_gateway.engines.port import MAX_DEPTH, FacetCount, Hit, Relation, SearchPage, Total
from copydesk_gateway.query import Filters, Query, SearchRequest, Sort
from copydesk_shared.errors import DependencyDownError

Found = SearchResultsWithUID[Any]

RETRIEVED: Final = [
    "id",
    *(field.name for field in fields(Hit) if field.name not in {"article_id", "score"}),
]


class MeilisearchSearchEngine:
    """Asks for the page, the total and each filtered facet in one multi-search.

    Totals are the server's estimates, of at most 1,000. By relevance, articles that lack the last
    words of a query follow those that have all, and are counted with them.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None,
        index: str,
        timeout: timedelta = timedelta(seconds=5),
    ) -> None:
        self._client = AsyncClient(url, key, timeout=max(1, round(timeout.total_seconds())))
        self._uid = index

    async def search(self, request: SearchRequest) -> SearchPage:
        planned = _Plan(self._uid, request)
        try:
            results = await self._client.multi_search(planned.queries())
        # MeilisearchError: also what the SDK makes of a timeout. HTTPError and ValueError: answers
        # that are not Meilisearch's, as of a proxy before it.
        except (MeilisearchError, HTTPError, ValueError) as exc:
            if isinstance(exc, MeilisearchApiError) and exc.code == "index_not_found":
                return planned.empty()
            raise DependencyDownError("search_down", f"Meilisearch: {exc}") from exc
        if not isinstance(results, list):  # a federated answer; the SDK's type allows for both
            raise DependencyDownError("search_down", "Meilisearch: no answer to a multi-search")
        return planned.page(results)

    async def healthy(self) -> bool:
        try:
            health = await self._client.health()
        except (MeilisearchError, HTTPError, ValueError):
            return False
        return health.status == "available"

    async def close(self) -> None:
        await self._client.aclose()


class _Plan:
    """The queries of one search, and how their results make a page.

    They are: the hits; the whole search without hits; and the search without its own filter for
    each filtered facet. The whole is asked for apart, since the hits of a later page by date are
    filtered by an order key, which must not shrink the total.
    """

    def __init__(self, uid: str, request: SearchRequest) -> None:
        self._uid = uid
        self._request = request
        self._text = query_text(request.query)
        words = bool(query_text(Query(terms=request.query.terms)))
        self._sort = request.sort if words or request.sort is not Sort.RELEVANCE else Sort.NEWEST
        picked = chosen(request.filters)
        self._own = [name for name in request.facets if name in picked]
        self._shared = [name for name in request.facets if name not in picked]

    def queries(self) -> list[SearchParams]:
        filters = self._request.filters
        return [
            self._hits(),
            self._counts(filters, self._shared),
            *(self._counts(without(filters, name), [name]) for name in self._own),
        ]

    def page(self, results: Sequence[Found]) -> SearchPage:
        hits, whole, *own = results
        counted = dict(zip(self._own, own, strict=True))
        return SearchPage(
            tuple(_hit(held) for held in hits.hits),
            Total(whole.estimated_total_hits or 0, Relation.ESTIMATED),
            {name: _facet(counted.get(name, whole), name) for name in self._request.facets},
        )

    def empty(self) -> SearchPage:
        """The page before the first article was ever indexed."""
        return SearchPage((), Total(0, Relation.EXACT), dict.fromkeys(self._request.facets, ()))

    def _hits(self) -> SearchParams:
        request = self._request
        by_date = self._sort is not Sort.RELEVANCE
        expressions = filter_text(request.filters)
        if by_date and request.after_key is not None:
            expressions.append(behind(request.after_key, self._sort))
        return self._params(
            expressions,
            offset=request.offset,
            limit=max(0, min(request.limit, MAX_DEPTH - request.offset)),
            attributes_to_retrieve=RETRIEVED,
            show_ranking_score=not by_date,
            sort=[f"order_key:{'asc' if self._sort is Sort.OLDEST else 'desc'}"]
            if by_date
            else None,
        )

    def _counts(self, filters: Filters, facets: list[str]) -> SearchParams:
        return self._params(filter_text(filters), limit=0, facets=facets or None)

    def _params(self, expressions: list[str], **more: Any) -> SearchParams:
        return SearchParams(
            index_uid=self._uid,
            query=self._text,
            filter=[*expressions] or None,
            matching_strategy="last" if self._sort is Sort.RELEVANCE else "all",
            **more,
        )


def _hit(held: Mapping[str, Any]) -> Hit:
    values: dict[str, Any] = {name: held.get(name) for name in RETRIEVED if name != "id"}
    return Hit(article_id=held["id"], score=held.get("_rankingScore"), **values)


def _facet(result: Found, name: str) -> Sequence[FacetCount]:
    return ranked((result.facet_distribution or {}).get(name, {}))
