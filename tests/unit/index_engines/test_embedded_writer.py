"""The embedded writer: its place, its generations, and what a crash leaves."""

import asyncio
import resource
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from copydesk_index.engines import embedded
from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_index.engines.writer_lock import WriterLock
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.search_schema import SearchDocument
from copydesk_shared.tantivy_schema import current_generation, generations, schema_hash
from copydesk_shared.testing.meilisearch.documents import a_document
from copydesk_shared.testing.patience import eventually

BATCH = 25
WRITER_PROCESS = Path(__file__).with_name("writer_process.py")


class WriterProcess:
    """A process that holds the writer's place, and writes batch after batch."""

    def __init__(self, search_dir: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(WRITER_PROCESS), str(search_dir), str(BATCH)],
            stdout=subprocess.PIPE,
            text=True,
        )

    def confirmed(self, *, batches: int) -> int:
        """How many documents are confirmed after so many more batches."""
        assert self._process.stdout
        return [int(self._process.stdout.readline()) for _ in range(batches)][-1]

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


def break_files(search_dir: Path, pattern: str) -> None:
    for file in search_dir.glob(f"*/{pattern}"):
        file.write_bytes(b"")


Open = Callable[[], Awaitable[EmbeddedIndexEngine]]


def a_batch(start: int) -> list[SearchDocument]:
    return [a_document(f"a{number}") for number in range(start, start + BATCH)]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Open]:
    """Open a writer on `tmp_path`; all are closed at the end."""
    async with AsyncExitStack() as stack:

        async def open_one() -> EmbeddedIndexEngine:
            engine = EmbeddedIndexEngine(tmp_path, lock_poll=timedelta(milliseconds=10))
            stack.push_async_callback(engine.close)
            await engine.open()
            return engine

        yield open_one


async def test_a_second_writer_stands_by_until_the_first_goes(opened: Open) -> None:
    first = await opened()
    await first.write([a_document("a1")], ())
    standby = asyncio.ensure_future(opened())
    done, _ = await asyncio.wait([standby], timeout=0.1)
    assert not done
    await first.close()
    second = await standby
    assert await second.versions(["a1"]) == {"a1": 1}
    assert await second.healthy()
    assert not await first.healthy()


async def test_waiting_can_be_given_up(opened: Open, tmp_path: Path) -> None:
    first = await opened()
    waiting = EmbeddedIndexEngine(tmp_path, lock_poll=timedelta(milliseconds=10))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await waiting.open()
    assert not await waiting.healthy()
    await waiting.close()
    assert await first.healthy()


async def test_a_writer_without_its_place_writes_nothing(tmp_path: Path) -> None:
    engine = EmbeddedIndexEngine(tmp_path)
    with pytest.raises(DependencyDownError):
        await engine.write([a_document("a1")], ())
    await engine.close()


async def test_kill_9_in_the_middle_of_writes_loses_no_confirmed_batch(
    opened: Open, tmp_path: Path
) -> None:
    for _ in range(3):
        process = WriterProcess(tmp_path)
        confirmed = process.confirmed(batches=4)
        process.kill()
        engine = await opened()
        found = await engine.versions([f"a{number}" for number in range(confirmed + 50 * BATCH)])
        assert set(found) >= {f"a{number}" for number in range(confirmed)}
        assert len(found) % BATCH == 0
        await engine.write([a_document("after", version=2)], ["after"])
        assert await engine.versions(["after"]) == {"after": 2}
        await engine.write((), ["after"])
        await engine.close()
    assert generations(tmp_path) == [f"{schema_hash()}-1"]


async def test_an_index_of_another_schema_gives_way_to_an_empty_one(
    opened: Open, tmp_path: Path
) -> None:
    foreign = tmp_path / "0123456789ab-7"
    foreign.mkdir()
    (tmp_path / "current").write_text(foreign.name)
    engine = await opened()
    assert current_generation(tmp_path) == f"{schema_hash()}-8"
    assert generations(tmp_path) == [f"{schema_hash()}-8"]
    assert await engine.versions(["a1"]) == {}


@pytest.mark.parametrize("broken", ["meta.json", "*.term", "*.store", "*.fast"])
async def test_a_damaged_index_gives_way_to_an_empty_one(
    opened: Open, tmp_path: Path, broken: str
) -> None:
    first = await opened()
    await first.write(a_batch(0), ())
    await first.close()
    break_files(tmp_path, broken)
    second = await opened()
    assert generations(tmp_path) == [f"{schema_hash()}-2"]
    assert await second.versions(["a1"]) == {}
    await second.write(a_batch(0), ())
    assert len(await second.versions([f"a{number}" for number in range(BATCH)])) == BATCH


@pytest.mark.parametrize("content", [b"", b"../elsewhere", b"\xff\xfe", b"0123456789ab-0"])
async def test_a_broken_pointer_starts_anew(opened: Open, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "current").write_bytes(content)
    await opened()
    assert current_generation(tmp_path) == f"{schema_hash()}-1"


async def test_a_generation_that_was_never_published_is_cleared_away(
    opened: Open, tmp_path: Path
) -> None:
    (tmp_path / f"{schema_hash()}-1").mkdir()
    await opened()
    assert generations(tmp_path) == [f"{schema_hash()}-2"]


async def test_a_writer_that_lost_its_directory_says_so_and_starts_anew(
    opened: Open, tmp_path: Path
) -> None:
    engine = await opened()
    await engine.write([a_document("a1")], ())
    shutil.rmtree(tmp_path / f"{schema_hash()}-1")
    with pytest.raises(DependencyDownError):
        await engine.write([a_document("a2")], ())
    assert await engine.healthy()
    await engine.write([a_document("a3")], ())
    assert await engine.versions(["a1", "a2", "a3"]) == {"a3": 1}


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """Let the operating system refuse larger files, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_the_engine_being_down_until_there_is_room(
    opened: Open, tmp_path: Path
) -> None:
    engine = await opened()
    await engine.write([a_document("a1")], ())
    body = " ".join(f"word{number}" for number in range(20_000))
    with no_file_over(20_000), pytest.raises(DependencyDownError) as kept:
        await engine.write([a_document("a2", body=body)], ())
    assert kept.value.code == "search_down"
    assert await engine.versions(["a1", "a2"]) == {"a1": 1}
    await engine.write([a_document("a2", body=body)], ())
    assert await engine.versions(["a1", "a2"]) == {"a1": 1, "a2": 1}
    assert generations(tmp_path) == [f"{schema_hash()}-1"]


async def test_an_index_that_may_not_be_read_is_kept(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await opened()
    await first.write([a_document("a1")], ())
    await first.close()

    def refused(path: Path) -> None:
        raise ValueError('IoError { io_error: Os { code: 24, message: "Too many open files" } }')

    with monkeypatch.context() as patched:
        patched.setattr(embedded, "open_index", refused)
        with pytest.raises(DependencyDownError):
            await opened()
    second = await opened()
    assert await second.versions(["a1"]) == {"a1": 1}


async def test_a_refused_version_leaves_the_one_before(opened: Open) -> None:
    engine = await opened()
    await engine.write([a_document("a1")], ())
    report = await engine.write([a_document("a1", version=2**70), a_document("a2")], ())
    assert list(report.refused) == ["a1"]
    assert await engine.versions(["a1", "a2"]) == {"a1": 1, "a2": 1}


async def test_writes_at_once_do_not_mix(opened: Open) -> None:
    engine = await opened()
    async with asyncio.TaskGroup() as writes:
        for start in range(0, 4 * BATCH, BATCH):
            writes.create_task(engine.write(a_batch(start), ()))
    assert len(await engine.versions([f"a{number}" for number in range(4 * BATCH)])) == 4 * BATCH


async def test_the_lock_is_free_when_its_holder_died(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "writer.lock")
    holder = WriterProcess(tmp_path)
    holder.confirmed(batches=1)
    assert not lock.acquire()
    holder.kill()
    await eventually(lock.acquire)
    assert lock.held
    lock.release()
    assert not lock.held
