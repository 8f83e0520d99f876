"""Generated searches over 2,000 articles find what plain Python finds, in every engine."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from search_oracle import DAY_S, Oracle, a_search, corpus
from search_targets import TARGETS, Target, a_target

from copydesk_gateway.engines.port import MAX_DEPTH, MAX_FACET_VALUES, Relation
from copydesk_gateway.query import Collapse, SearchRequest, Sort, Word
from copydesk_gateway.query import Query as Asked
from copydesk_shared.search_schema import SearchDocument
from copydesk_shared.testing.meilisearch import LoopbackMeilisearch, loopback_meilisearch

ARTICLES = 2000
SEARCHES = 200


@pytest.fixture(scope="module")
def loopback() -> Iterator[LoopbackMeilisearch]:
    with loopback_meilisearch(key="a-master-key-for-tests") as server:
        yield server


@pytest.fixture(scope="module")
def documents() -> list[SearchDocument]:
    return corpus(ARTICLES)


@pytest.fixture(scope="module")
def oracle(documents: list[SearchDocument]) -> Oracle:
    return Oracle(documents)


@pytest.fixture(params=TARGETS)
async def target(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    loopback: LoopbackMeilisearch,
    documents: list[SearchDocument],
) -> AsyncIterator[Target]:
    async with a_target(request.param, tmp_path, loopback) as made:
        # In a mixed order, so that no engine is helped by the order of writing.
        mixed = random.Random(3).sample(documents, len(documents))  # noqa: S311  # no secret
        for start in range(0, ARTICLES, 500):
            await made.write(*mixed[start : start + 500])
        yield made


async def test_generated_searches_find_what_plain_python_finds(
    target: Target, documents: list[SearchDocument], oracle: Oracle
) -> None:
    pick = random.Random(11)  # noqa: S311  # the same searches each time
    found_something = 0
    for _ in range(SEARCHES):
        search = a_search(pick)
        wanted = oracle.expected(search)
        page = await target.reader.search(search)
        assert [hit.article_id for hit in page.hits] == wanted[: search.limit], search
        assert page.more is (len(wanted) > search.limit), search
        found_something += bool(wanted)
        if page.total.relation is Relation.AT_LEAST:
            assert page.total.value == MAX_DEPTH <= len(wanted)
        else:
            assert page.total.value == len(wanted), search
        for name in search.facets:
            counts = {each.value: each.count for each in page.facets[name]}
            everything = oracle.expected_facet(search, name)
            if len(everything) <= MAX_FACET_VALUES:
                assert counts == everything, (search, name)
            assert list(counts.values()) == sorted(counts.values(), reverse=True)
        if search.calendar:
            days = Counter(each.published_s // DAY_S for each in documents if each.id in {*wanted})
            assert page.calendar is not None
            assert page.calendar.days == days, search
    assert found_something > SEARCHES / 2  # else nothing was compared


async def test_pages_by_date_make_up_the_whole(
    target: Target, documents: list[SearchDocument], oracle: Oracle
) -> None:
    for sort in (Sort.NEWEST, Sort.OLDEST):
        search = SearchRequest(sort=sort, limit=300)
        assert await target.all_found(search) == oracle.expected(search)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
async def test_collapsed_pages_show_of_each_group_the_first(
    target: Target, documents: list[SearchDocument], oracle: Oracle, sort: Sort
) -> None:
    search = SearchRequest(Asked((Word("kestrel"),)), sort=sort, limit=100)
    group_of = {each.id: each.group_id for each in documents}
    firsts: dict[str | None, str] = {}
    for article_id in oracle.expected(search):
        firsts.setdefault(group_of[article_id], article_id)
    collapsed = replace(search, collapse=Collapse.DUPLICATES)
    assert await target.all_found(collapsed) == list(firsts.values())
    page = await target.reader.search(collapsed)
    assert page.total.value == len(firsts)
    uncollapsed = await target.reader.search(search)
    assert page.facets == uncollapsed.facets
    assert len(firsts) < uncollapsed.total.value
