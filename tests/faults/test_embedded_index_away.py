"""The embedded index on a full disk, taken away, damaged, or not to be written."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fault_newsroom import Newsroom, a_newsroom, names
from redis.asyncio import Redis

from copydesk_shared import keys
from copydesk_shared.tantivy_schema import (
    CURRENT,
    current_generation,
    generations,
    open_index,
)
from copydesk_shared.testing.patience import eventually

SWEEP_EVERY = timedelta(seconds=2)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ("-t", "tmpfs", "-o", "size=4m", "tmpfs")
    try:
        subprocess.run(["mount", *options, place], check=True, capture_output=True)  # noqa: S607  # wherever it is
    except (OSError, subprocess.CalledProcessError) as exc:
        pytest.skip(f"no tmpfs can be mounted here: {exc}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)  # noqa: S607  # as above


@contextmanager
def no_room(disk: Path) -> Iterator[None]:
    """Fill the file system to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def not_writable(directory: Path) -> Iterator[None]:
    for place in (directory, *directory.iterdir()):
        if place.is_dir():
            place.chmod(0o555)
    try:
        yield
    finally:
        for place in (directory, *directory.iterdir()):
            if place.is_dir():
                place.chmod(0o755)


async def the_index_waits_and_goes_on(
    newsroom: Newsroom, hindered: "Callable[[], object]", free: "Callable[[], object]"
) -> None:
    before = await newsroom.accepted(*names("before", 5))
    await newsroom.all_indexed(before)
    hindered()
    during = await newsroom.accepted(*names("during", 20))

    async def index_waits() -> bool:
        return (await newsroom.unready("index-1")).get("stream", "").startswith("waiting: ")

    await eventually(index_waits)
    await newsroom.all_found("before0", "before4")
    free()
    await newsroom.all_indexed(during)
    await newsroom.all_ready()
    await newsroom.all_found("before0", "during0", "during19")
    await newsroom.at_rest()
    assert "dependency_down" in newsroom.told.names()


async def test_on_a_full_disk_the_index_waits_and_goes_on_when_there_is_room(
    redis_url: str, redis: "Redis", small_disk: Path
) -> None:
    full = no_room(small_disk)
    async with a_newsroom(redis_url, small_disk / "search") as newsroom:
        await the_index_waits_and_goes_on(
            newsroom, full.__enter__, lambda: full.__exit__(None, None, None)
        )
        assert len(generations(small_disk / "search")) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_an_index_that_may_not_be_written_waits_until_it_may(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    async with a_newsroom(redis_url, tmp_path) as newsroom:
        locked = not_writable(tmp_path)
        await the_index_waits_and_goes_on(
            newsroom, locked.__enter__, lambda: locked.__exit__(None, None, None)
        )


def the_generation(search_dir: Path) -> None:
    shutil.rmtree(search_dir / (search_dir / CURRENT).read_text())


def the_whole_directory(search_dir: Path) -> None:
    shutil.rmtree(search_dir)


def the_head(search_dir: Path) -> None:
    (search_dir / (search_dir / CURRENT).read_text() / "meta.json").write_text("{")


def on_disk(search_dir: Path) -> int:
    """How many articles one finds who opens the index now."""
    name = current_generation(search_dir)
    try:
        return open_index(search_dir / name).searcher().num_docs if name else 0
    except ValueError:
        return 0


DAMAGES = [the_generation, the_whole_directory, the_head]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("busy", [True, False])
async def test_an_index_that_is_lost_as_it_runs_is_built_anew_from_the_store(
    redis_url: str, redis: "Redis", tmp_path: Path, *, damage: Callable[[Path], None], busy: bool
) -> None:
    search_dir = tmp_path / "search"
    async with a_newsroom(redis_url, search_dir, sweep_every=SWEEP_EVERY) as newsroom:
        await newsroom.all_indexed(await newsroom.accepted(*names("old", 30)))
        await newsroom.all_found("old0")
        # Longer ago than a sweep's window.
        ids: Any = await redis.zrange(keys.CHANGED, 0, -1)
        await redis.zadd(keys.CHANGED, dict.fromkeys(ids, 1000))
        damage(search_dir)
        if busy:
            await newsroom.all_indexed(await newsroom.accepted("new"))
        await eventually(lambda: on_disk(search_dir) == 30 + busy, within=15)
        await newsroom.all_ready()
        await newsroom.all_found(*names("old", 30))
        await newsroom.at_rest()


async def test_of_two_index_replicas_one_goes_on_when_the_whole_directory_is_taken_away(
    redis_url: str, redis: "Redis", tmp_path: Path
) -> None:
    search_dir = tmp_path / "search"
    async with a_newsroom(
        redis_url, search_dir, index=2, may_end=True, sweep_every=SWEEP_EVERY
    ) as newsroom:
        await newsroom.all_indexed(await newsroom.accepted(*names("old", 10)))
        the_whole_directory(search_dir)
        await newsroom.all_indexed(await newsroom.accepted(*names("new", 10)))
        await eventually(lambda: on_disk(search_dir) == 20, within=15)
        await newsroom.all_found(*names("old", 10), *names("new", 10))
        await newsroom.at_rest()
