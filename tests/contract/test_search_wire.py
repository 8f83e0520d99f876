"""What goes over the wire to Meilisearch, and back, against the server's own OpenAPI document."""

import asyncio
import gzip
import json
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from copydesk_gateway.engines.meilisearch import MeilisearchSearchEngine
from copydesk_gateway.engines.meilisearch_query import quoted, ways
from copydesk_gateway.query import (
    Collapse,
    Either,
    Filters,
    Phrase,
    Query,
    SearchRequest,
    Sort,
    Titled,
    Valued,
    Word,
)
from copydesk_index.engines.meilisearch import MeilisearchIndexEngine
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.search_schema import FACETS
from copydesk_shared.testing.meilisearch import (
    Exchange,
    LoopbackMeilisearch,
    loopback_meilisearch,
)
from copydesk_shared.testing.meilisearch.documents import a_document
from copydesk_shared.testing.meilisearch.filters import InvalidFilterError, predicate
from copydesk_shared.testing.meilisearch.problems import ProblemError
from copydesk_shared.testing.meilisearch.scoring import Parsed, parsed
from copydesk_shared.testing.meilisearch.shapes import SHAPES, check_multi_search
from copydesk_shared.testing.patience import eventually

OPENAPI = Path(__file__).parents[2] / "../shared/data/meilisearch/openapi.json.gz"


@pytest.fixture
def openapi() -> dict[str, Any]:
    if not OPENAPI.exists():
        pytest.skip("Meilisearch's OpenAPI document is not beside the project")
    with gzip.open(OPENAPI, "rt") as file:
        document: dict[str, Any] = json.load(file)
    # Two slips of the document: `facets` is a plain array on the wire, and what a multi-search
    # answers without `federation` is there as a schema, but not as an answer.
    schemas = document["components"]["schemas"]
    schemas["AttributePatterns"] = {"type": "array", "items": {"type": "string"}}
    search = document["paths"]["/multi-search"]["post"]["responses"]["200"]
    search["content"]["application/json"]["schema"] = {
        "anyOf": [
            {"$ref": f"#/components/schemas/{name}"}
            for name in ("SearchResults", "FederatedSearchResult")
        ]
    }
    return document


@pytest.fixture
def loopback() -> Iterator[LoopbackMeilisearch]:
    with loopback_meilisearch() as server:
        yield server


async def converse(loopback: LoopbackMeilisearch) -> None:
    """All that the adapters ever ask, with good and with bad answers."""
    writer = MeilisearchIndexEngine(loopback.url, key=None, index="articles")
    reader = MeilisearchSearchEngine(loopback.url, key=None, index="articles")
    await reader.search(SearchRequest())
    await writer.open()
    await writer.write([a_document("a1"), a_document("no such id!"), a_document("a2")], ["a3"])
    await writer.versions(["a1", "a2", "a3"])
    await reader.search(SearchRequest(facets=("source",), sort=Sort.NEWEST, after_key=2**52))
    either = Either(
        (Word("harbour"), Titled(("night", "ferry", "sails")), Valued("day", "2025-06-15"))
    )
    for query in (
        Query((Word("harbour"), Phrase(("old", "timetable"))), (Word("noise"), Titled(("noise",)))),
        Query((Word("ferry"), either), (Valued("org", "Port"),)),
    ):
        for sort in Sort:
            for collapse in Collapse:
                request = SearchRequest(
                    query,
                    Filters(
                        source=('a "b"',),
                        entity=("Port Authority",),
                        day=("2025-06-15",),
                        published_from=1,
                        published_to=2,
                        min_quality=0.5,
                    ),
                    sort,
                    facets=tuple(FACETS),
                    calendar=True,
                    collapse=collapse,
                )
                await reader.search(request)
                await reader.search(replace(request, filters=Filters(), after_key=2**52))
        for facet in FACETS:
            await reader.facet_values(SearchRequest(query), facet, "port au", limit=5)
            await reader.facet_values(SearchRequest(query), facet, "", limit=5)
    assert await reader.held([Valued("entity", "Port Authority"), Valued("section", "x")])
    assert await writer.healthy()
    assert await reader.healthy()
    await writer.close()
    await reader.close()


def check(openapi: dict[str, Any], schema: Any, value: Any) -> None:
    whole = {**schema, "components": openapi["components"]}
    Draft202012Validator(whole).validate(value)


def conforms(openapi: dict[str, Any], loopback: LoopbackMeilisearch) -> None:
    """Every request that was taken, and every answer, is of the server's document."""
    for exchange in loopback.exchanges:
        operation = openapi["paths"][exchange.path][exchange.method.lower()]
        if exchange.status >= 400:
            check(openapi, {"$ref": "#/components/schemas/ResponseError"}, exchange.answer)
            continue
        if exchange.body is not None:
            body = operation["requestBody"]["content"]["application/json"]["schema"]
            check(openapi, body, exchange.body)
        answer = operation["responses"][str(exchange.status)]["content"]["application/json"]
        check(openapi, answer["schema"], exchange.answer)


async def test_requests_and_answers_are_those_of_the_server(
    openapi: dict[str, Any], loopback: LoopbackMeilisearch
) -> None:
    await converse(loopback)
    conforms(openapi, loopback)
    seen = {(exchange.method, exchange.path) for exchange in loopback.exchanges}
    assert seen == {
        ("GET", "/health"),
        ("GET", "/indexes/{index_uid}"),
        ("POST", "/indexes"),
        ("GET", "/indexes/{index_uid}/settings"),
        ("PATCH", "/indexes/{index_uid}/settings"),
        ("POST", "/indexes/{index_uid}/documents"),
        ("POST", "/indexes/{index_uid}/documents/delete-batch"),
        ("POST", "/indexes/{index_uid}/documents/fetch"),
        ("GET", "/tasks/{task_id}"),
        ("POST", "/multi-search"),
        ("POST", "/indexes/{index_uid}/facet-search"),
    }
    assert all(each.status < 400 or expected(each) for each in loopback.exchanges)


def expected(exchange: Exchange) -> bool:
    """The refusals that the conversation provokes: no index, no task, no such id."""
    return exchange.status == 404 or exchange.answer["code"] == "index_not_found"


def test_the_stand_in_takes_no_field_that_the_server_does_not_document(
    openapi: dict[str, Any],
) -> None:
    for name, shape in SHAPES.items():
        documented = openapi["components"]["schemas"][name]["properties"]
        assert set(shape) <= set(documented), name


@pytest.mark.parametrize(
    "body",
    [
        {"queries": [{"indexUid": "articles", "colour": "red"}]},
        {"queries": [{"indexUid": "articles", "limit": "20"}]},
        {"queries": [{"indexUid": "articles", "limit": True}]},
        {"queries": [{"indexUid": "articles", "limit": 2}], "federation": {}},
        {"queries": [{"indexUid": "articles", "facets": ["source"]}], "federation": {}},
        {"queries": [{"indexUid": "articles"}], "federation": {"colour": "red"}},
        {"federation": {}},
        [],
    ],
)
def test_the_stand_in_refuses_what_is_not_of_the_shape(body: object) -> None:
    with pytest.raises(ProblemError):
        check_multi_search(body)


@given(st.text())
@example('\\" OR source = "x')
@example("\\")
@example("'\"\\'\"")
def test_a_filter_value_comes_out_of_the_parser_as_it_went_in(value: str) -> None:
    finds = predicate(f"source = {quoted(value)}", {"source": False})
    assert finds({"source": value})
    assert not finds({"source": value + "x"})
    listed = predicate([f"source IN [{quoted(value)}, {quoted('other')}]"], {"source": False})
    assert listed({"source": value})
    assert not listed({"source": f"{value} other"})


def text_of(query: Query) -> str:
    (way,) = ways(query)
    return way.text


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=3))
def test_words_are_never_taken_for_phrases_or_exclusions(
    texts: list[str], phrase: list[str]
) -> None:
    alone = parsed(text_of(Query(tuple(Word(text) for text in texts))))
    assert not alone.phrases
    assert not alone.excluded
    mixed = parsed(text_of(Query((Phrase(tuple(phrase)),), (Word("noise"),))))
    assert not mixed.words
    assert list(mixed.excluded) == [["noise"]]


@pytest.mark.parametrize(
    ("text", "terms", "phrases", "excluded", "prefix"),
    [
        ("storm sea", ["storm", "sea"], [], [], True),
        ("storm ", ["storm"], [], [], False),
        ("storm -pitch", ["storm"], [], [["pitch"]], False),
        ("-pitch storm", ["storm"], [], [["pitch"]], True),
        ('storm "at sea"', ["storm"], [["at", "sea"]], [], False),
        ('"at sea" storm', ["storm"], [["at", "sea"]], [], True),
        ("a b c d e f g h i j", [*"abcdefghij"], [], [], True),
        ("a b c d e f g h i j k -pitch", [*"abcdefghij"], [], [], False),
        ('"a b" c d e f g h i j k l -pitch', [*"cdefghijk"], [["a", "b"]], [], False),
        ("", [], [], [], False),
    ],
)
def test_the_stand_in_reads_a_query_as_the_server_does(
    text: str,
    terms: list[str],
    phrases: list[list[str]],
    excluded: list[list[str]],
    *,
    prefix: bool,
) -> None:
    assert parsed(text) == Parsed(terms, phrases, excluded, prefix)


@pytest.mark.parametrize(
    ("expression", "finds"),
    [
        ("source = tidewater", True),
        ("source = 'TIDEWATER'", True),
        ("source != tidewater", False),
        ("NOT source = tidewater", False),
        ("source IN [a, 'tidewater',]", True),
        ("source NOT IN [a, b]", True),
        ("source IN []", False),
        ("words >= 4 AND words < 5", True),
        ("words 5 TO 9", False),
        ("words > 5 OR words = 4 AND source = tidewater", True),
        ("(words > 5 OR words = 4) AND source = marsh", False),
        (["source = tidewater", ["words = 1", "words = 4"]], True),
    ],
)
def test_the_stand_in_reads_filters_as_the_server_does(expression: object, *, finds: bool) -> None:
    held = {"source": "tidewater", "words": 4}
    assert predicate(expression, {"source": False, "words": True})(held) is finds


@pytest.mark.parametrize(
    "expression",
    [
        "source",
        "source =",
        "source = AND",
        "source = 'open",
        'source = "ends in \\"',
        "source = a b",
        "source = 🦀",
        "source IN a",
        "source IN [a",
        "(source = a",
        "source = a OR",
        "secret = a",
        "source > 3",
        "words > many",
        "source = '\\q'",
        "(" * 300 + "source = a",
        7,
    ],
)
def test_the_stand_in_refuses_what_the_server_refuses(expression: object) -> None:
    with pytest.raises(InvalidFilterError):
        predicate(expression, {"source": False, "words": True})


async def test_what_the_adapters_do_not_ask_is_answered_alike(
    openapi: dict[str, Any], loopback: LoopbackMeilisearch
) -> None:
    await converse(loopback)
    async with AsyncClient(base_url=loopback.url) as client:
        await client.get("/version")
        await client.get("/indexes/articles/documents/a1")
        await client.get("/indexes/articles/documents/nobody")
        await client.get("/tasks/999")
        await client.get("/indexes/nowhere/settings")
        await client.patch("/indexes/articles/settings", json={"colour": "red"})
        await client.post("/indexes/articles/search", json={"filter": "secret = 1"})
        await client.post("/indexes/articles/search", json={"sort": ["title:asc"]})
        await client.post("/indexes/articles/search", json={"q": "ferry", "facets": ["source"]})
        await client.post("/indexes/articles/search", json={"q": "ferry", "hitsPerPage": 1})
        facets = await client.post(
            "/indexes/articles/facet-search", json={"facetName": "entities", "facetQuery": "auth"}
        )
    statuses = [each.status for each in list(loopback.exchanges)[-11:]]
    assert statuses == [200, 200, 404, 404, 404, 400, 400, 400, 200, 200, 200]
    assert facets.json()["facetHits"] == [{"value": "Port Authority", "count": 2}]
    conforms(openapi, loopback)


async def test_the_stand_in_wants_its_key() -> None:
    with loopback_meilisearch(key="the-master-key") as server:
        async with AsyncClient(base_url=server.url) as client:
            assert (await client.get("/health")).status_code == 200
            unknown = await client.get("/version")
            wrong = await client.get("/version", headers={"authorization": "Bearer guess"})
            right = await client.get("/version", headers={"authorization": "Bearer the-master-key"})
    assert (unknown.status_code, unknown.json()["code"]) == (401, "missing_authorization_header")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "invalid_api_key")
    assert right.status_code == 200


async def test_the_stand_in_runs_as_a_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    module = "copydesk_shared.testing.meilisearch"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "--port", str(port), "--key", "the-master-key"
    )
    writer = MeilisearchIndexEngine(
        f"http://127.0.0.1:{port}", key="the-master-key", index="articles"
    )
    try:
        await eventually(writer.healthy, within=20)
        await writer.write([a_document("a1")], ())
        assert await writer.versions(["a1"]) == {"a1": 1}
    finally:
        process.terminate()
        await process.wait()
        await writer.close()


async def test_a_reader_does_not_wait_for_a_silent_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reader = MeilisearchSearchEngine(
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            key=None,
            index="articles",
            timeout=timedelta(seconds=1),
        )
        with pytest.raises(DependencyDownError):
            await reader.search(SearchRequest())
        await reader.close()


async def test_a_reader_asks_a_failing_server_once_more_and_then_leaves_it_alone(
    loopback: LoopbackMeilisearch,
) -> None:
    reader = MeilisearchSearchEngine(loopback.url, key=None, index="articles")

    async def asked() -> int:
        before = len(loopback.exchanges)
        with pytest.raises(DependencyDownError):
            await reader.search(SearchRequest())
        return len(loopback.exchanges) - before

    loopback.knobs.down = True
    assert await asked() == 2
    assert [await asked() for _ in range(8)][-1] == 0
    loopback.knobs.down = False

    async def back() -> bool:
        try:
            await reader.search(SearchRequest())
        except DependencyDownError:
            return False
        return True

    await eventually(back, within=10)
    await reader.close()


async def test_a_reader_with_a_wrong_key_says_so_without_telling_it() -> None:
    with loopback_meilisearch(key="the-master-key") as server:
        reader = MeilisearchSearchEngine(server.url, key="a-wrong-key", index="articles")
        with pytest.raises(DependencyDownError, match="invalid") as failure:
            await reader.search(SearchRequest())
        assert "a-wrong-key" not in str(failure.value)
        server.knobs.down = True
        with pytest.raises(DependencyDownError):
            await reader.search(SearchRequest())
        await reader.close()
