"""`copydesk search-keys`: two keys, each enough for its service and for nothing else."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest
from typer.testing import CliRunner

from copydesk.main import app
from copydesk_gateway.engines.meilisearch import MeilisearchSearchEngine
from copydesk_gateway.query import Query, SearchRequest, Word
from copydesk_index import search_keys
from copydesk_index.engines.meilisearch import MeilisearchIndexEngine
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.settings import SearchSettings
from copydesk_shared.testing.meilisearch import LoopbackMeilisearch, loopback_meilisearch
from copydesk_shared.testing.meilisearch.documents import a_document
from copydesk_shared.testing.patience import eventually
from copydesk_shared.testing.valkey import free_port

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


@contextmanager
def keys_kept(url: str, folder: Path) -> Iterator[Popen[bytes]]:
    """The part of the compose stack that keeps the keys in files."""
    settings = {"URL": url, "KEY": MASTER, "INDEX": "news"}
    process = Popen(
        [sys.executable, "-m", "copydesk_index.search_keys", str(folder)],
        env={
            **os.environ,
            "TMPDIR": str(folder),
            **{f"COPYDESK_SEARCH_{name}": value for name, value in settings.items()},
        },
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


async def test_keys_are_kept_in_files_and_made_anew_when_the_server_lost_them(
    tmp_path: Path,
) -> None:
    port = free_port()
    files = {name: tmp_path / name / "copydesk_search_key" for name in ("index", "gateway")}

    async def index_is_let_in() -> bool:
        engine = MeilisearchIndexEngine(
            f"http://127.0.0.1:{port}", key=files["index"].read_text(), index="news"
        )
        try:
            await engine.open()
        except DependencyDownError:
            return False
        finally:
            await engine.close()
        return True

    with keys_kept(f"http://127.0.0.1:{port}", tmp_path) as process:
        with loopback_meilisearch(key=MASTER, port=port) as server:
            await eventually((tmp_path / "search-keys-made").exists, within=20)
            assert {name: path.read_text() for name, path in files.items()} == make(server)[1]
            assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}
            assert await index_is_let_in()
        with loopback_meilisearch(key=MASTER, port=port):
            assert not await index_is_let_in()
            await eventually(index_is_let_in, within=20)
        assert process.poll() is None


def test_a_key_in_a_file_is_read_as_a_setting(tmp_path: Path) -> None:
    search_keys.keep([search_keys.SearchKey("gateway", "a-key-of-its-own")], tmp_path)
    key = SearchSettings(_secrets_dir=tmp_path / "gateway").search_key
    assert key is not None
    assert key.get_secret_value() == "a-key-of-its-own"


def test_a_wrong_master_key_is_told_and_not_shown(server: LoopbackMeilisearch) -> None:
    code, keys, output = make(server, master="a-wrong-master-key")
    assert (code != 0, keys) == (True, {})
    assert "invalid" in output
    assert "a-wrong-master-key" not in output
