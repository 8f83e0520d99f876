"""Meilisearch's writer, over the official client, in a few threads of its own."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar

import structlog
from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.index import Index
from meilisearch.models.document import Document, DocumentsResults
from meilisearch.models.task import Task, TaskInfo

from copydesk_index.engines.meilisearch_settings import SCHEMA, lacking, meilisearch_document
from copydesk_index.engines.port import OUTDATED, WriteReport
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.search_schema import SCHEMA_VERSION, SearchDocument

log: structlog.stdlib.BoundLogger = structlog.get_logger()

T = TypeVar("T")

THREADS: Final = 4
FIRST_POLL_S: Final = 0.02
LAST_POLL_S: Final = 1.0
IDS_A_FETCH: Final = 1000
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,511}")
"""What Meilisearch takes as an id."""


PAYLOAD_REFUSED: Final = frozenset({400, 413})
"""Answers to a body that cannot be read, as with a lone surrogate, or that is too large."""


class _RefusedError(DependencyDownError):
    """The server is there, but takes no such payload."""


class MeilisearchIndexEngine:
    """Any number of replicas may write at once; a write returns when its tasks have succeeded.

    A batch that fails as a whole for one document's sake is halved until that document stands
    alone, and is refused with the server's reason.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None,
        index: str,
        timeout: timedelta = timedelta(seconds=10),
        task_timeout: timedelta = timedelta(minutes=5),
    ) -> None:
        self._client = Client(url, key, timeout=max(1, round(timeout.total_seconds())))
        self._uid = index
        self._task_timeout_s = task_timeout.total_seconds()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="meilisearch-writer")
        self._settled = False
        self._begun = 0
        self._made_at: str | None = None

    async def begun(self) -> int:
        if self._settled and await self._request(self._look) != self._made_at:
            self._settled = False
        await self._settle()
        return self._begun

    async def open(self) -> None:
        await self._settle()

    async def displaced(self) -> None:
        await asyncio.Event().wait()  # several may write: nobody is

    async def write(self, upserts: Sequence[SearchDocument], deletes: Sequence[str]) -> WriteReport:
        await self._settle()
        # The last of two documents with one id wins, whatever the bisection does to their order.
        documents = list({document.id: document for document in upserts}.values())
        removal = await self._request(lambda: self._delete(deletes)) if deletes else None
        refused = await self._add(documents) if documents else {}
        if removal is not None:
            self._succeeded(await self._finished(removal))
        return WriteReport(refused)

    async def versions(self, article_ids: Sequence[str]) -> Mapping[str, int]:
        await self._settle()
        found: dict[str, int] = {}
        ids = [each for each in article_ids if _ID.fullmatch(each)]
        for start in range(0, len(ids), IDS_A_FETCH):
            wanted = {
                "ids": ids[start : start + IDS_A_FETCH],
                "fields": ["id", "version", SCHEMA],
                "limit": IDS_A_FETCH,
            }
            page = await self._request(partial(self._fetch, wanted))
            found.update({document.id: _version(document) for document in page.results})
        return found

    async def healthy(self) -> bool:
        try:
            await self._request(self._client.health)
        except DependencyDownError:
            return False
        return True

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _index(self) -> Index:
        # One a request: the client changes a shared dict of headers with each request it sends.
        return self._client.index(self._uid)

    async def _request(self, send: Callable[[], T]) -> T:
        """Send in a thread; whatever fails is the engine being down (or `_RefusedError`)."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, send)
        except MeilisearchApiError as exc:
            self._settled = False
            kind = _RefusedError if exc.status_code in PAYLOAD_REFUSED else DependencyDownError
            raise kind("search_down", f"Meilisearch: {exc.message}") from exc
        # OSError: `requests` makes it the root of what the client does not translate.
        except (MeilisearchError, OSError) as exc:
            self._settled = False
            raise DependencyDownError("search_down", f"Meilisearch: {exc}") from exc

    async def _settle(self) -> None:
        """Make the index and its settings what they should be, once, and again after an outage.

        A server can come back without its data. When no request met the outage, the next write
        makes an index without settings, which `begun` then finds by the time it was made.
        """
        if self._settled:
            return
        made_at = await self._request(self._look)
        if made_at is None:
            made = await self._request(
                lambda: self._client.create_index(self._uid, {"primaryKey": "id"})
            )
            await self._finished(made)  # fails when another replica was faster, which is as good
            made_at = await self._request(self._look)
        if made_at != self._made_at:
            self._begun += 1
            self._made_at = made_at
        settings = lacking(await self._request(lambda: self._index().get_settings()))
        if settings:
            log.info("search_settings_applied", index=self._uid, settings=sorted(settings))
            task = await self._request(lambda: self._index().update_settings(settings))
            self._succeeded(await self._finished(task))
        self._settled = True

    def _look(self) -> str | None:
        """When the index was made; None where there is none."""
        try:
            return str(self._client.get_raw_index(self._uid)["createdAt"])
        except MeilisearchApiError as exc:
            if exc.code != "index_not_found":
                raise
            return None

    async def _add(self, documents: Sequence[SearchDocument]) -> dict[str, str]:
        """Add them, and return those that the server refused, each with its reason."""
        reason = await self._refusal(documents)
        if reason is None:
            return {}
        if len(documents) == 1:
            return {documents[0].id: reason}
        middle = len(documents) // 2
        return {
            **await self._add(documents[:middle]),
            **await self._add(documents[middle:]),
        }

    async def _refusal(self, documents: Sequence[SearchDocument]) -> str | None:
        """Why the server refused the batch as a whole; None when all of it can be found."""
        payload = [meilisearch_document(document) for document in documents]
        try:
            added = await self._request(lambda: self._index().add_documents(payload))
        except _RefusedError as exc:
            return exc.message
        task = await self._finished(added)
        error = task.error or {}
        if task.status == "failed" and error.get("type") == "invalid_request":
            return str(error.get("message"))
        self._succeeded(task)
        return None

    def _fetch(self, wanted: dict[str, Any]) -> DocumentsResults:
        return self._index().get_documents(wanted)

    def _delete(self, article_ids: Sequence[str]) -> TaskInfo:
        # Not `delete_documents`: it deprecates ids for a filter, which the server cannot batch
        # with its other tasks.
        index = self._index()
        answer: Any = index.http.post(
            f"indexes/{self._uid}/documents/delete-batch", list(article_ids)
        )
        return TaskInfo(**answer)

    async def _finished(self, task: TaskInfo) -> Task:
        """The task when the server is done with it, however it ended."""
        delay = FIRST_POLL_S
        try:
            async with asyncio.timeout(self._task_timeout_s):
                while True:
                    now = await self._request(lambda: self._index().get_task(task.task_uid))
                    if now.status not in {"enqueued", "processing"}:
                        return now
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, LAST_POLL_S)
        except TimeoutError as exc:
            raise DependencyDownError(
                "search_down", f"Meilisearch: task {task.task_uid} takes too long"
            ) from exc

    def _succeeded(self, task: Task) -> None:
        """Raise for a task that failed, as by a full disk, for no document's fault."""
        if task.status != "succeeded":
            self._settled = False
            reason = (task.error or {}).get("message", task.status)
            raise DependencyDownError("search_down", f"Meilisearch: task {task.uid}: {reason}")


def _version(document: Document) -> int:
    written_under = getattr(document, SCHEMA, None)
    return int(document.version) if written_under == SCHEMA_VERSION else OUTDATED
