"""Meilisearch's reader: a search is one multi-search, or a few where it has alternatives."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Final

from copydesk_gateway.engines.facets import begins, ranked, shown, without
from copydesk_gateway.engines.meilisearch_client import IndexNotFoundError, MeilisearchClient
from copydesk_gateway.engines.meilisearch_query import (
    among_groups,
    behind,
    filter_text,
    has_words,
    not_behind,
    one_of,
    ways,
)
from copydesk_gateway.engines.paging import AHEAD, by_date, by_relevance
from copydesk_gateway.engines.port import (
    MAX_DEPTH,
    FacetCount,
    Hit,
    Relation,
    SearchPage,
    Total,
    empty_page,
)
from copydesk_gateway.histogram import MAX_BUCKETS, Calendar
from copydesk_gateway.query import Collapse, Filters, SearchRequest, Sort, Valued, Word
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.search_schema import FACETS
from copydesk_shared.words import words

RETRIEVED: Final = [
    "id",
    *(field.name for field in fields(Hit) if field.name not in {"article_id", "score"}),
]
CALENDAR: Final = ("published_day", "published_month", "published_year")
GROUP: Final = "group_id"


class MeilisearchSearchEngine:
    """Asks for the page, the total and each filtered facet together.

    A query with alternatives becomes one federated search over the ways to satisfy it, whose union
    the server makes: hits once each, the total and the facets of all. Its total is the server's
    estimate; of any other search it is exact below 1,000, where the server stops to count. By
    relevance, articles that lack the last words of a query follow those that have all, and are
    counted with them. Alternatives without words (`source:x OR ferry`) are in order of date.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None,
        index: str,
        timeout: timedelta = timedelta(seconds=5),
    ) -> None:
        self._client = MeilisearchClient(url, key, timeout=timeout)
        self._uid = index

    async def search(self, request: SearchRequest) -> SearchPage:
        plan = _Plan(self._uid, request)
        try:
            answers = await self._asked(plan)
            page = plan.page(answers)
            if request.collapse is Collapse.DUPLICATES and request.after_key is not None:
                page = await self._unseen(plan, page, request.after_key)
        except IndexNotFoundError:
            return empty_page(request)
        except (KeyError, TypeError, AttributeError) as exc:
            raise DependencyDownError(
                "search_down", f"Meilisearch: no search answer ({exc!r})"
            ) from exc
        return page

    async def facet_values(
        self, request: SearchRequest, facet: str, prefix: str, *, limit: int
    ) -> Sequence[FacetCount]:
        plan = _Plan(self._uid, request)
        try:
            if request.query.strict or facet == "day":
                counts = await self._distribution(plan, facet)
            else:
                path, body = plan.facet_search(facet, prefix)
                found = await self._client.post(path, body)
                counts = {each["value"]: each["count"] for each in found["facetHits"]}
        except IndexNotFoundError:
            return ()
        except (KeyError, TypeError) as exc:
            raise DependencyDownError("search_down", f"Meilisearch: no facets ({exc!r})") from exc
        matches = begins(prefix)
        fitting = {value: n for value, n in counts.items() if matches(shown(facet, value))}
        return ranked(facet, fitting, limit=limit)

    async def held(self, values: Collection[Valued]) -> Collection[Valued]:
        """The server compares without case and accents; how a value is spelled its counts tell.

        A value is among the counts of its own articles, since none is more frequent there.
        """
        questions = [
            {
                "indexUid": self._uid,
                "filter": one_of(value.name, value.values),
                "hitsPerPage": 0,
                "facets": [FACETS[value.name]],
            }
            for value in values
        ]
        try:
            answers = (await self._client.post("/multi-search", _together(questions)))["results"]
            return [
                value
                for value, answer in zip(values, answers, strict=True)
                if value.value in answer["facetDistribution"][FACETS[value.name]]
            ]
        except IndexNotFoundError:
            return ()
        except (KeyError, TypeError) as exc:
            raise DependencyDownError("search_down", f"Meilisearch: no facets ({exc!r})") from exc

    async def healthy(self) -> bool:
        return await self._client.healthy()

    async def close(self) -> None:
        await self._client.close()

    async def _asked(self, plan: "_Plan") -> Sequence["Answer"]:
        """The answer to each question of the plan."""
        bodies = plan.bodies()
        results = await asyncio.gather(
            *(self._client.post("/multi-search", body) for body in bodies)
        )
        return [answer for result in results for answer in result.get("results", [result])]

    async def _unseen(self, plan: "_Plan", page: SearchPage, after_key: int) -> SearchPage:
        """The page without copies of what stood on an earlier one.

        The server collapses within a page's own filter, which holds what follows the cursor only.
        """
        groups = {hit.group_id for hit in page.hits if hit.group_id}
        if not groups:
            return page
        earlier = plan.earlier(sorted(groups), after_key)
        results = await self._client.post("/multi-search", earlier)
        answers = results.get("results", [results])
        seen = {hit.get(GROUP) for answer in answers for hit in answer["hits"]}
        return replace(page, hits=[hit for hit in page.hits if hit.group_id not in seen])

    async def _distribution(self, plan: "_Plan", facet: str) -> Mapping[str, int]:
        result = await self._client.post("/multi-search", plan.values(facet))
        (answer,) = result.get("results", [result])
        return plan.facet(answer, facet)


Answer = Mapping[str, Any]


class _Plan:
    """The questions of one search, and how their answers make a page.

    They are: the hits; the whole search without hits; and the search without its own filter for
    each filtered facet. The whole is asked for apart, since the hits of a later page by date are
    filtered by an order key, which must not shrink the total.
    """

    def __init__(self, uid: str, request: SearchRequest) -> None:
        self._uid = uid
        self._request = request
        self._ways = ways(request.query)
        self._federated = request.query.strict
        relevant = request.sort is Sort.RELEVANCE and has_words(request.query)
        self._sort = (
            Sort.NEWEST if request.sort is Sort.RELEVANCE and not relevant else request.sort
        )
        self._collapsing = request.collapse is Collapse.DUPLICATES
        picked = request.filters.values()
        self._own = [name for name in request.facets if name in picked]
        self._shared = [FACETS[name] for name in request.facets if name not in picked]
        if request.calendar:
            self._shared += CALENDAR
        words = sum(isinstance(term, Word) for term in request.query.terms)
        self._may_leave_out = self._strategy == "last" and words > 1

    def bodies(self) -> Sequence[Mapping[str, Any]]:
        """The requests to make: one, or as many as there are questions."""
        filters = self._request.filters
        questions = [self._hits(), self._count(filters, () if self._collapsing else self._shared)]
        if self._collapsing and self._shared:
            questions.append(self._count(filters, self._shared, collapsing=False))
        questions += [
            self._count(without(filters, name), [FACETS[name]], collapsing=False)
            for name in self._own
        ]
        if self._may_leave_out and self._request.offset:
            questions.append(self._best())
        return questions if self._federated else [_together(questions)]

    def page(self, answers: Sequence[Answer]) -> SearchPage:
        hits, whole, *rest = answers
        best = rest.pop() if self._may_leave_out and self._request.offset else hits
        counts = rest.pop(0) if self._collapsing and self._shared else whole
        own = dict(zip(self._own, rest, strict=True))
        found = [_hit(held) for held in hits["hits"]]
        limit = min(self._request.limit, MAX_DEPTH)
        cut = by_relevance(found, limit) if self._by_relevance else by_date(found, limit)
        return SearchPage(
            cut.hits,
            self._total(whole),
            {
                name: ranked(name, self.facet(own.get(name, counts), name))
                for name in self._request.facets
            },
            self._calendar(counts) if self._request.calendar else None,
            more=cut.more,
            after_key=cut.after_key,
            left_out=_left_out(best["hits"]) if self._may_leave_out else 0,
        )

    def earlier(self, groups: Sequence[str], after_key: int) -> Mapping[str, Any]:
        """Which of the groups have an article before the page, or up to the order key."""
        question = self._question(
            [
                *filter_text(self._request.filters),
                among_groups(groups),
                not_behind(after_key, self._sort),
            ],
            limit=len(groups),
            collapsing=True,
            more={"attributesToRetrieve": [GROUP]},
        )
        return question if self._federated else _together([question])

    def values(self, facet: str) -> Mapping[str, Any]:
        """As many values of a facet as the server counts."""
        question = self._count(
            without(self._request.filters, facet), [FACETS[facet]], collapsing=False
        )
        return question if self._federated else _together([question])

    def facet_search(self, facet: str, prefix: str) -> tuple[str, Mapping[str, Any]]:
        """The server looks for the first word only; the longest leaves the fewest to compare."""
        (way,) = self._ways
        return f"/indexes/{self._uid}/facet-search", {
            "facetName": FACETS[facet],
            "facetQuery": max(words(prefix), key=len, default=None),
            "q": way.text,
            "filter": [*filter_text(without(self._request.filters, facet)), *way.filters] or None,
            "matchingStrategy": self._strategy,
            "exhaustiveFacetCount": True,
        }

    def facet(self, answer: Answer, name: str) -> Mapping[str, int]:
        return self._distribution(answer, FACETS[name])

    @property
    def _by_relevance(self) -> bool:
        return self._sort is Sort.RELEVANCE

    @property
    def _strategy(self) -> str:
        return "last" if self._by_relevance and not self._federated else "all"

    def _hits(self) -> Mapping[str, Any]:
        request = self._request
        expressions = filter_text(request.filters)
        if not self._by_relevance and request.after_key is not None:
            expressions.append(behind(request.after_key, self._sort))
        more: dict[str, Any] = {"attributesToRetrieve": RETRIEVED}
        if self._by_relevance:
            more["showRankingScore"] = True
            more["showRankingScoreDetails"] = self._may_leave_out
        else:
            more["sort"] = [f"order_key:{'asc' if self._sort is Sort.OLDEST else 'desc'}"]
        return self._question(
            expressions,
            limit=max(0, min(request.limit + AHEAD, MAX_DEPTH - request.offset)),
            offset=request.offset,
            collapsing=self._collapsing,
            more=more,
        )

    def _best(self) -> Mapping[str, Any]:
        """The first hit, which says how many of the words the best article has."""
        more = {"attributesToRetrieve": ["id"], "showRankingScoreDetails": True}
        return self._question(
            filter_text(self._request.filters), limit=1, collapsing=False, more=more
        )

    def _count(
        self, filters: Filters, attributes: Sequence[str], *, collapsing: bool | None = None
    ) -> Mapping[str, Any]:
        return self._question(
            filter_text(filters),
            limit=None,
            collapsing=self._collapsing if collapsing is None else collapsing,
            facets=attributes,
        )

    def _question(
        self,
        expressions: Sequence[str],
        *,
        limit: int | None,
        collapsing: bool,
        offset: int = 0,
        facets: Sequence[str] = (),
        more: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """A query, or a federation of the ways; without a `limit`, only to count."""
        queries = [
            {
                "indexUid": self._uid,
                "q": way.text,
                "filter": [*expressions, *way.filters] or None,
                "matchingStrategy": self._strategy,
                **(more or {}),
            }
            for way in self._ways
        ]
        distinct = {"distinct": GROUP} if collapsing else {}
        if self._federated:
            federation: dict[str, Any] = {"limit": limit or 0, "offset": offset, **distinct}
            if facets:
                federation["facetsByIndex"] = {self._uid: list(facets)}
            return {"federation": federation, "queries": queries}
        # Only `hitsPerPage` makes the server count to the end, whatever is on the page.
        paging = {"hitsPerPage": 0} if limit is None else {"limit": limit, "offset": offset}
        counted = {"facets": list(facets)} if facets else {}
        return {**queries[0], **paging, **counted, **distinct}

    def _total(self, whole: Answer) -> Total:
        if self._federated:
            return Total(whole["estimatedTotalHits"], Relation.ESTIMATED)
        value = whole["totalHits"]
        return Total(value, Relation.AT_LEAST if value == MAX_DEPTH else Relation.EXACT)

    def _calendar(self, answer: Answer) -> Calendar:
        days, months, years = (
            {int(value): n for value, n in self._distribution(answer, name).items()}
            for name in CALENDAR
        )
        return Calendar(
            days if len(days) < MAX_BUCKETS else None,
            months if len(months) < MAX_BUCKETS else None,
            years,
        )

    def _distribution(self, answer: Answer, attribute: str) -> Mapping[str, int]:
        if self._federated:
            answer = (answer.get("facetsByIndex") or {}).get(self._uid) or {}
        counts: Mapping[str, int] = (
            answer.get("distribution" if self._federated else "facetDistribution") or {}
        ).get(attribute, {})
        return counts


def _together(questions: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"queries": questions}


def _left_out(hits: Sequence[Answer]) -> int:
    """How many words the first hit lacks; which the server lets go of from the last on."""
    told = hits[0].get("_rankingScoreDetails", {}).get("words") if hits else None
    return told["maxMatchingWords"] - told["matchingWords"] if told else 0


def _hit(held: Mapping[str, Any]) -> Hit:
    values: dict[str, Any] = {name: held.get(name) for name in RETRIEVED if name != "id"}
    return Hit(article_id=held["id"], score=held.get("_rankingScore"), **values)
