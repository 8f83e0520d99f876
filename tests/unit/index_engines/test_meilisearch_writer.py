"""The Meilisearch writer: settings, tasks, and a server that fails or goes away."""

import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from httpx2 import AsyncClient
from structlog.testing import capture_logs

from copydesk_index.engines.meilisearch import MeilisearchIndexEngine
from copydesk_index.engines.meilisearch_settings import SETTINGS, lacking
from copydesk_index.engines.port import OUTDATED
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.testing.meilisearch import LoopbackMeilisearch, loopback_meilisearch
from copydesk_shared.testing.meilisearch.documents import a_document

KEY = "the-master-key-of-a-test"


@pytest.fixture
def server() -> Iterator[LoopbackMeilisearch]:
    with loopback_meilisearch(key=KEY) as running:
        yield running


@pytest.fixture
async def engine(server: LoopbackMeilisearch) -> AsyncIterator[MeilisearchIndexEngine]:
    writer = a_writer(server)
    await writer.open()
    yield writer
    await writer.close()


def a_writer(server: LoopbackMeilisearch, **options: timedelta) -> MeilisearchIndexEngine:
    return MeilisearchIndexEngine(server.url, key=KEY, index="articles", **options)


def sent(server: LoopbackMeilisearch, method: str, path: str) -> int:
    return sum((each.method, each.path) == (method, path) for each in server.exchanges)


def changes_of_settings(server: LoopbackMeilisearch) -> int:
    return sent(server, "PATCH", "/indexes/{index_uid}/settings")


async def test_settings_are_applied_once(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine
) -> None:
    assert changes_of_settings(server) == 1
    again = a_writer(server)
    await again.open()
    await again.write([a_document("a1")], ())
    await again.close()
    assert changes_of_settings(server) == 1


async def test_what_an_earlier_release_wrote_is_found_to_differ(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine
) -> None:
    old = {"id": "a1", "version": 3, "title": "Ferry"}  # without the fields of today
    headers = {"Authorization": f"Bearer {KEY}"}
    async with AsyncClient(base_url=server.url, headers=headers) as client:
        await client.post("/indexes/articles/documents", json=[old])
    await engine.write([a_document("a2")], ())
    assert await engine.versions(["a1", "a2"]) == {"a1": OUTDATED, "a2": 1}
    await engine.write([a_document("a1", version=3)], ())
    assert await engine.versions(["a1"]) == {"a1": 3}


async def test_replicas_write_side_by_side(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine
) -> None:
    other = a_writer(server)
    await other.open()
    await engine.write([a_document("a1")], ())
    await other.write([a_document("a2")], ())
    assert await engine.versions(["a1", "a2"]) == {"a1": 1, "a2": 1}
    await other.close()


def test_only_settings_that_differ_are_lacking() -> None:
    assert lacking({}) == SETTINGS
    assert lacking(SETTINGS) == {}
    grown = dict(SETTINGS)
    grown["typoTolerance"] = {**SETTINGS["typoTolerance"], "enabled": True}
    assert lacking(grown) == {}
    drifted = {**grown, "pagination": {"maxTotalHits": 20}, "sortableAttributes": []}
    assert set(lacking(drifted)) == {"pagination", "sortableAttributes"}


async def test_a_write_waits_for_its_task(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine
) -> None:
    server.knobs.delay_s = 0.3
    await engine.write([a_document("a1")], ["a0"])
    assert await engine.versions(["a1"]) == {"a1": 1}


async def test_a_task_that_takes_too_long_is_the_engine_being_down(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine
) -> None:
    hasty = a_writer(server, task_timeout=timedelta(seconds=0.1))
    await hasty.open()
    server.knobs.delay_s = 0.5
    with pytest.raises(DependencyDownError, match="too long"):
        await hasty.write([a_document("a1")], ())
    await hasty.close()


@pytest.mark.parametrize("deletes", [(), ("a0",)])
async def test_a_full_disk_is_no_documents_fault(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine, deletes: tuple[str, ...]
) -> None:
    server.knobs.fail_next_task = "no_space_left_on_device"
    with pytest.raises(DependencyDownError) as failure:
        await engine.write([a_document("a1")], deletes)
    assert failure.value.code == "search_down"
    report = await engine.write([a_document("a1")], ())
    assert report.refused == {}


async def test_bisection_asks_for_few_tasks(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine
) -> None:
    documents = [a_document(f"a{number}") for number in range(64)]
    documents[40] = a_document("no such id!")
    report = await engine.write(documents, ())
    assert list(report.refused) == ["no such id!"]
    assert "identifier" in report.refused["no such id!"]
    # The whole, then two halves on each of six levels.
    assert sent(server, "POST", "/indexes/{index_uid}/documents") == 13


async def test_an_overloaded_server_is_the_engine_being_down(
    server: LoopbackMeilisearch, engine: MeilisearchIndexEngine
) -> None:
    server.knobs.down = True
    assert not await engine.healthy()
    with pytest.raises(DependencyDownError):
        await engine.write([a_document("a1")], ())
    with pytest.raises(DependencyDownError):
        await engine.versions(["a1"])
    server.knobs.down = False
    assert await engine.healthy()
    await engine.write([a_document("a1")], ())


async def test_a_server_that_comes_back_empty_gets_its_settings_again() -> None:
    with loopback_meilisearch(key=KEY) as server:
        engine = a_writer(server)
        await engine.open()
        port = int(server.url.rpartition(":")[2])
    with pytest.raises(DependencyDownError):
        await engine.write([a_document("a1")], ())
    with loopback_meilisearch(key=KEY, port=port) as fresh:
        await engine.write([a_document("a1")], ())
        assert changes_of_settings(fresh) == 1
        await engine.close()


async def test_a_wrong_key_is_the_engine_being_down_and_never_told(
    server: LoopbackMeilisearch,
) -> None:
    wrong = "not-the-key-at-all"
    engine = MeilisearchIndexEngine(server.url, key=wrong, index="articles")
    with capture_logs() as logs, pytest.raises(DependencyDownError) as failure:
        await engine.open()
    assert "API key is invalid" in failure.value.message
    assert wrong not in str(failure.value) + str(logs)
    await engine.close()


async def test_a_silent_server_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        engine = MeilisearchIndexEngine(
            url, key=None, index="articles", timeout=timedelta(seconds=1)
        )
        with pytest.raises(DependencyDownError):
            await engine.open()
        await engine.close()
