"""The embedded reader beside the writer: what it sees, and when."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.engines.embedded import EmbeddedSearchEngine
from copydesk_gateway.query import Filters, Phrase, Query, SearchRequest, Sort, Word
from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_shared.search_schema import FACETS, SearchDocument
from copydesk_shared.tantivy_schema import current_generation
from copydesk_shared.testing.meilisearch.documents import NOON_S, a_document

DAY_S = 86_400


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[EmbeddedSearchEngine]:
    engine = EmbeddedSearchEngine(tmp_path, clock=lambda: NOON_S)
    yield engine
    await engine.close()


async def written(search_dir: Path, *documents: SearchDocument) -> None:
    engine = EmbeddedIndexEngine(search_dir)
    await engine.open()
    await engine.write(documents, ())
    await engine.close()


def damage(search_dir: Path) -> None:
    (meta,) = search_dir.glob("*/meta.json")
    meta.write_text("{")


async def found(reader: EmbeddedSearchEngine, text: str = "") -> list[str]:
    page = await reader.search(SearchRequest(Query(tuple(map(Word, text.split())))))
    return [hit.article_id for hit in page.hits]


async def test_a_reader_sees_each_write_as_soon_as_it_is_confirmed(
    reader: EmbeddedSearchEngine, tmp_path: Path
) -> None:
    assert await found(reader) == []
    writer = EmbeddedIndexEngine(tmp_path)
    await writer.open()
    for number in range(20):
        await writer.write([a_document(f"a{number}")], ())
        assert len(await found(reader)) == number + 1
    await writer.close()


async def test_a_reader_follows_the_writer_into_a_new_generation(
    reader: EmbeddedSearchEngine, tmp_path: Path
) -> None:
    await written(tmp_path, a_document("old"))
    assert await found(reader) == ["old"]
    damage(tmp_path)
    await written(tmp_path, a_document("new"))
    assert await found(reader) == ["new"]


async def test_a_reader_keeps_what_it_has_while_the_writer_runs_another_release(
    reader: EmbeddedSearchEngine, tmp_path: Path
) -> None:
    await written(tmp_path, a_document("a1"))
    assert await found(reader) == ["a1"]
    name = current_generation(tmp_path)
    assert name
    for file in (tmp_path / name).iterdir():
        file.unlink()
    (tmp_path / "current").write_text("0123456789ab-9")
    assert await found(reader, "harbour") == ["a1"]
    fresh = EmbeddedSearchEngine(tmp_path)
    assert await found(fresh) == []
    await fresh.close()


async def test_searches_at_once_are_all_answered(
    reader: EmbeddedSearchEngine, tmp_path: Path
) -> None:
    await written(tmp_path, *(a_document(f"a{number}") for number in range(15)))
    async with asyncio.TaskGroup() as searches:
        answers = [searches.create_task(found(reader, "harbour ferry")) for _ in range(50)]
    assert all(len(answer.result()) == 15 for answer in answers)


async def test_of_equals_the_younger_comes_first(
    reader: EmbeddedSearchEngine, tmp_path: Path
) -> None:
    ages = {"old": 400, "month": 20, "week": 5, "today": 0}
    await written(
        tmp_path,
        *(a_document(name, published_s=NOON_S - age * DAY_S) for name, age in ages.items()),
    )
    assert await found(reader, "harbour") == ["today", "week", "month", "old"]


TERMS = st.one_of(
    st.builds(Word, st.text()),
    st.builds(Phrase, st.lists(st.text(), max_size=4).map(tuple)),
)
REQUESTS = st.builds(
    SearchRequest,
    st.builds(
        Query, st.lists(TERMS, max_size=14).map(tuple), st.lists(TERMS, max_size=3).map(tuple)
    ),
    st.builds(
        Filters,
        source=st.lists(st.text(), max_size=2).map(tuple),
        entity=st.lists(st.text(), max_size=2).map(tuple),
        published_from=st.none() | st.integers(),
        published_to=st.none() | st.integers(),
    ),
    sort=st.sampled_from(Sort),
    limit=st.integers(min_value=0),
    offset=st.integers(min_value=0),
    after_key=st.none() | st.integers(),
    facets=st.sampled_from([(), tuple(FACETS)]),
)


@pytest.fixture(scope="module")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive")
    asyncio.run(written(path, *(a_document(f"a{number}") for number in range(5))))
    return path


@given(request_=REQUESTS)
def test_no_request_is_an_error(small_archive: Path, request_: SearchRequest) -> None:
    async def search() -> int:
        reader = EmbeddedSearchEngine(small_archive)
        page = await reader.search(request_)
        await reader.close()
        return page.total.value

    assert 0 <= asyncio.run(search()) <= 5
