"""The embedded engine's writer: tantivy, written by one process at a time."""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

import structlog
from tantivy import Document, Index, IndexWriter, Query

from copydesk_index.engines.port import WriteReport
from copydesk_index.engines.writer_lock import WriterLock
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.search_schema import SearchDocument
from copydesk_shared.tantivy_schema import (
    create_index,
    current_generation,
    generations,
    next_generation,
    open_index,
    publish_generation,
    readable_generation,
    tantivy_document,
)

log: structlog.stdlib.BoundLogger = structlog.get_logger()

T = TypeVar("T")

HEAP_BYTES: Final = 64_000_000
"""What tantivy may gather before it writes a segment; its least is 15 MB."""

OPERATING_SYSTEM_ERROR: Final = "Os { code:"
"""So tantivy's ValueError tells a full disk, a missing right and their kin from damaged files."""


class EmbeddedIndexEngine:
    """Writes the generation that `current` names; the holder of the writer lock is the active one.

    A write is one commit: after a crash either all of it is there or nothing. All tantivy calls
    run in one thread of its own, so writes never overlap. After a failed commit the writer is
    opened anew by the next call.
    """

    def __init__(
        self, search_dir: Path, *, lock_poll: timedelta = timedelta(milliseconds=500)
    ) -> None:
        self._search_dir = search_dir
        self._lock = WriterLock(search_dir / "writer.lock")
        self._lock_poll = lock_poll
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tantivy-writer")
        self._opened: tuple[Index, IndexWriter] | None = None
        self._begun = 0
        self._active = False

    async def begun(self) -> int:
        return self._begun

    async def open(self) -> None:
        while not await self._run(self._take_place):  # noqa: ASYNC110  # no event tells when another process lets go
            await asyncio.sleep(self._lock_poll.total_seconds())

    async def displaced(self) -> None:
        while True:
            try:
                if not await self._run(self._keep_place):
                    return
            except DependencyDownError as exc:
                log.warning("waiting_for_engine", error=exc.message)
            await asyncio.sleep(self._lock_poll.total_seconds())

    async def write(self, upserts: Sequence[SearchDocument], deletes: Sequence[str]) -> WriteReport:
        return await self._run(lambda: self._write(upserts, deletes))

    async def versions(self, article_ids: Sequence[str]) -> Mapping[str, int]:
        return await self._run(lambda: self._versions(article_ids))

    async def healthy(self) -> bool:
        """Whether this replica holds the writer, or can take it up again after a failure."""
        if not self._active:
            return False
        try:
            await self._run(self._pair)
        except DependencyDownError:
            return False
        return True

    async def close(self) -> None:
        """Let what is being written end, and give the place up; closing twice does no harm."""
        await asyncio.to_thread(self._close)

    async def _run(self, work: Callable[[], T]) -> T:
        """Run in the writer's thread; what the disk or tantivy refuses is the engine being down."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (OSError, ValueError) as exc:
            raise DependencyDownError("search_down", f"embedded search index: {exc}") from exc

    def _take_place(self) -> bool:
        self._search_dir.mkdir(parents=True, exist_ok=True)
        if not self._lock.acquire():
            return False
        try:
            self._active = self._open() is not None
            return self._active
        except (OSError, ValueError):
            self._lock.release()  # another replica may have better luck
            raise

    def _keep_place(self) -> bool:
        """Whether the place is still ours, or ours again where its files were taken away."""
        if self._lock.held:
            return True
        self._drop()
        self._search_dir.mkdir(parents=True, exist_ok=True)
        return self._lock.acquire()

    def _open(self) -> tuple[Index, IndexWriter] | None:
        """Open the current generation for writing; None while another process is in tantivy."""
        name = current_generation(self._search_dir)
        index = self._open_generation(name) if name and readable_generation(name) else None
        if name is None or index is None:
            name, index = self._start_generation(replaced=name)
        try:
            writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
        except ValueError as exc:
            # tantivy has one exception type; a lock that a dying process still holds is no damage.
            if "LockBusy" in str(exc):
                return None
            raise
        self._opened = index, writer
        for old in generations(self._search_dir):
            if old != name:
                shutil.rmtree(self._search_dir / old, ignore_errors=True)
                log.info("search_generation_removed", generation=old)
        return self._opened

    def _open_generation(self, name: str) -> Index | None:
        """The index of a generation; None when it is damaged, which only starting anew mends."""
        try:
            index = open_index(self._search_dir / name)
            # Touches what `open` leaves alone: term dictionaries and the stored documents.
            searcher = index.searcher()
            for _, address in searcher.search(Query.all_query(), 1).hits:
                searcher.doc(address)
        except ValueError as exc:
            if OPERATING_SYSTEM_ERROR in str(exc):
                raise
            log.error("search_index_damaged", generation=name, error=str(exc))  # noqa: TRY400  # the text of tantivy's error says it all
            return None
        return index

    def _start_generation(self, *, replaced: str | None) -> tuple[str, Index]:
        name = next_generation(self._search_dir)
        index = create_index(self._search_dir / name)
        publish_generation(self._search_dir, name)
        self._begun += 1
        log.info("search_generation_started", generation=name, replaced=replaced)
        return name, index

    def _pair(self) -> tuple[Index, IndexWriter]:
        """What `open` opened, opened again if a failed commit cost the writer its life."""
        if not self._active:
            raise DependencyDownError("search_down", "the writer's place is not taken")
        if not self._keep_place():
            raise DependencyDownError("search_down", "another process has taken the writer's place")
        opened = self._opened or self._open()
        if opened is None:
            raise DependencyDownError("search_down", "another process writes the search index")
        return opened

    def _intact(self) -> Index:
        """The index, begun anew if its files were taken away: what is open would outlive them."""
        index = self._pair()[0]
        try:
            index.reload()
        except ValueError:
            self._drop()
            index = self._pair()[0]
        return index

    def _drop(self) -> None:
        self._opened = None

    def _close(self) -> None:
        self._thread.shutdown()
        self._active = False
        self._drop()
        self._lock.release()

    def _write(self, upserts: Sequence[SearchDocument], deletes: Sequence[str]) -> WriteReport:
        refused: dict[str, str] = {}
        accepted: list[tuple[str, Document]] = []
        for document in upserts:
            try:
                accepted.append((document.id, tantivy_document(document)))
            except (ValueError, OverflowError) as exc:
                refused[document.id] = str(exc)
        index, writer = self._pair()
        try:
            for article_id in deletes:
                writer.delete_documents_by_term("id", article_id)
            for article_id, held in accepted:
                # Operations apply in their order: of two documents with one id the last stays.
                writer.delete_documents_by_term("id", article_id)
                writer.add_document(held)
            writer.commit()
            index.reload()
        except (OSError, ValueError):
            # tantivy kills a writer that failed, and what it had gathered is lost with it. Both
            # references go, or a traceback that someone keeps would keep tantivy's lock.
            self._drop()
            del writer
            raise
        return WriteReport(refused)

    def _versions(self, article_ids: Sequence[str]) -> Mapping[str, int]:
        index = self._intact()
        searcher = index.searcher()
        found: dict[str, int] = {}
        for article_id in article_ids:
            query = Query.term_query(index.schema, "id", article_id, "basic")
            for _, address in searcher.search(query, 1, count=False).hits:
                (version,) = searcher.fast_field_values("version", [address])
                found[article_id] = int(version or 0)
        return found
