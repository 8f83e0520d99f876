"""`copydesk search-keys`: two keys, each enough for its service and for nothing else."""

import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from copydesk.main import app
from copydesk_gateway.engines.meilisearch import MeilisearchSearchEngine
from copydesk_gateway.query import Query, SearchRequest, Word
from copydesk_index import search_keys
from copydesk_index.engines.meilisearch import MeilisearchIndexEngine
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.testing.meilisearch import LoopbackMeilisearch, loopback_meilisearch
from copydesk_shared.testing.meilisearch.documents import a_document

MASTER = "a-master-key-for-tests"


@pytest.fixture
def server() -> Iterator[LoopbackMeilisearch]:
    with loopback_meilisearch(key=MASTER) as loopback:
        yield loopback


def make(server: LoopbackMeilisearch, *, master: str = MASTER) -> tuple[int, dict[str, str], str]:
    arguments = ["search-keys", "--url", server.url, "--index", "news"]
    result = CliRunner().invoke(app, arguments, env={"MEILI_MASTER_KEY": master})
    keys = dict(re.findall(r"^(\w+): COPYDESK_SEARCH_KEY=(\S+)$", result.output, re.MULTILINE))
    return result.exit_code, keys, result.output


async def test_each_service_does_its_work_with_its_key(server: LoopbackMeilisearch) -> None:
    code, keys, _ = make(server)
    assert code == 0
    assert set(keys) == {"index", "gateway"}
    assert MASTER not in keys.values()
    writer = MeilisearchIndexEngine(server.url, key=keys["index"], index="news")
    await writer.open()
    await writer.write([a_document("a1"), a_document("a2")], ["a2"])
    assert await writer.versions(["a1", "a2"]) == {"a1": 1, "a2": 1}
    reader = MeilisearchSearchEngine(server.url, key=keys["gateway"], index="news")
    page = await reader.search(SearchRequest(Query((Word("harbour"),))))
    assert [hit.article_id for hit in page.hits] == ["a1", "a2"] or page.total.value == 2
    assert await reader.facet_values(SearchRequest(), "source", "", limit=1)
    await writer.close()
    await reader.close()


async def test_a_key_does_nothing_else(server: LoopbackMeilisearch) -> None:
    _, keys, _ = make(server)
    writer = MeilisearchIndexEngine(server.url, key=keys["gateway"], index="news")
    with pytest.raises(DependencyDownError):
        await writer.open()
    await writer.close()
    for key, index in ((keys["index"], "news"), (keys["gateway"], "other")):
        reader = MeilisearchSearchEngine(server.url, key=key, index=index)
        with pytest.raises(DependencyDownError, match="invalid"):
            await reader.search(SearchRequest())
        await reader.close()


def test_the_keys_are_the_same_each_time(server: LoopbackMeilisearch) -> None:
    assert make(server)[1] == make(server)[1]


def test_index_makes_them_with_its_own_settings(
    server: LoopbackMeilisearch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("URL", server.url), ("KEY", MASTER), ("INDEX", "news")):
        monkeypatch.setenv(f"COPYDESK_SEARCH_{name}", value)
    search_keys.main()
    made = capsys.readouterr().out
    assert all(value in made for value in make(server)[1].values())
    monkeypatch.delenv("COPYDESK_SEARCH_KEY")
    with pytest.raises(SystemExit, match="COPYDESK_SEARCH_KEY"):
        search_keys.main()


def test_a_wrong_master_key_is_told_and_not_shown(server: LoopbackMeilisearch) -> None:
    code, keys, output = make(server, master="a-wrong-master-key")
    assert (code != 0, keys) == (True, {})
    assert "invalid" in output
    assert "a-wrong-master-key" not in output
