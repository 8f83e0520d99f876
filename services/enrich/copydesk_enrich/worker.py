"""Enrichment in one killable child process: a thread cannot be stopped, a process can.

A hanging regular expression holds the interpreter lock, a native library may crash: the child is
killed or dies, that one article is charged, a new child takes the next.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Collection
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from copydesk_enrich import child
from copydesk_enrich.child import Failure, PipelineFactory, configured_pipeline
from copydesk_enrich.settings import Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.errors import DependencyDownError, TransientError

log = structlog.get_logger()

T = TypeVar("T")

# Loading the model takes 3 s; ten times that on a starved machine, and then it hangs.
_START_SECONDS = 60.0
# Giving up an article kills the child: with less time than this to work, it is not begun.
_LEAST_SECONDS = 1.0


class PipelineUnavailableError(RuntimeError):
    """The pipeline cannot be built (a missing model, a wrong import path): a fault of the setup."""


class _ChildLostError(Exception):
    """The child was gone before the task reached it: nothing ran, nobody is to blame."""


class Worker:
    """Runs one article at a time; more callers queue.

    `pipeline_factory` is called in the child and must be importable there (a module-level
    function). The child dies with this process and ignores Ctrl-C.
    """

    def __init__(
        self, settings: Settings, *, pipeline_factory: PipelineFactory = configured_pipeline
    ) -> None:
        self._settings = settings
        self._factory = pipeline_factory
        self._pool: ProcessPool | None = None
        self._turn = asyncio.Lock()
        self._warm = False

    @property
    def ready(self) -> bool:
        """Whether the pipeline was loaded; it stays so while a killed child is replaced."""
        return self._warm

    async def start(self) -> None:
        """Start the child and wait until its pipeline is loaded.

        Raises PipelineUnavailableError where it cannot be.
        """
        try:
            async with self._turn:
                seconds = self._settings.extract_timeout.total_seconds()
                failure = await self._run(child.check, seconds=seconds)
        except (DependencyDownError, TransientError) as exc:
            await self.stop()
            raise PipelineUnavailableError(exc.message) from exc
        if failure is not None:
            await self.stop()
            error = PipelineUnavailableError(failure.message)
            error.add_note(failure.traceback)
            raise error
        self._warm = True
        log.info("worker_ready", pipeline=self._settings.pipeline)

    async def enrich(
        self,
        submitted: ArticleSubmitted,
        *,
        known_lines: Collection[str] = (),
        within_s: float | None = None,
    ) -> Article:
        """The enriched article, without the lines that are known as its source's boilerplate.

        It is made within the configured time or, if that is less, `within_s`.

        Raises what the pipeline raises; PermanentError `extraction_failed` for its bugs;
        TransientError `timed_out`, `worker_crashed` or `out_of_memory` for what it does to the
        child; DependencyDownError when there is no child that could do it, or none free in
        `within_s`. A note of the error holds the child's traceback.
        """
        payload = submitted.model_dump_json().encode()
        seconds = self._settings.extract_timeout.total_seconds()
        begun = time.monotonic()
        async with self._turn:
            if within_s is not None:
                seconds = min(seconds, within_s - (time.monotonic() - begun))
                if seconds < _LEAST_SECONDS:
                    raise DependencyDownError("worker_busy", "The worker was busy all the time.")
            reply = await self._run(child.enrich, payload, tuple(known_lines), seconds=seconds)
        if isinstance(reply, Failure):
            raise child.error_of(reply)
        return Article.model_validate_json(reply)

    async def embed(self, text: str) -> bytes:
        """The vector of a text; raises as `enrich` does, for what the model does to the child."""
        async with self._turn:
            seconds = self._settings.extract_timeout.total_seconds()
            reply = await self._run(child.embed, text, seconds=seconds)
        if isinstance(reply, Failure):
            raise child.error_of(reply)
        return reply

    async def stop(self) -> None:
        """End the child at once, also in the middle of an article."""
        self._warm = False
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_close, pool)

    async def _run(self, task: Callable[..., T], *args: object, seconds: float) -> T:
        """Run one task in the child, charging the article only for a child that it was given to."""
        try:
            return await self._attempt(task, *args, seconds=seconds)
        except _ChildLostError:
            log.warning("worker_replaced", reason="died_idle")
            await self._discard()
        try:
            return await self._attempt(task, *args, seconds=seconds)
        except _ChildLostError as exc:
            await self._discard()
            raise DependencyDownError(
                "worker_unavailable", "The worker died as it started."
            ) from exc

    async def _attempt(self, task: Callable[..., T], *args: object, seconds: float) -> T:
        try:
            pool = self._pool = self._pool or self._new_pool()
            future = pool.schedule(task, args=args, timeout=seconds)
            # The pool's own time-out begins when the child takes the task; this one ends a child
            # that never does.
            async with asyncio.timeout(seconds + _START_SECONDS) as limit:
                return await asyncio.wrap_future(future)
        except TimeoutError as exc:
            if limit.expired():
                await self._discard()
                raise DependencyDownError(
                    "worker_unavailable", f"The worker took no article in {_START_SECONDS:g} s."
                ) from exc
            log.warning("worker_replaced", reason="timed_out")
            raise TransientError("timed_out", f"Took longer than {seconds:g} s.") from exc
        except ProcessExpired as exc:
            log.warning("worker_replaced", reason="crashed", exit_code=exc.exitcode)
            raise TransientError(
                "worker_crashed", f"The worker died with exit code {exc.exitcode}."
            ) from exc
        except (BrokenProcessPool, RuntimeError) as exc:
            # pebble gives up the whole pool when a child dies between two tasks.
            raise _ChildLostError from exc

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            initializer=child.prepare,
            initargs=(self._factory, self._settings, os.getpid()),
            # spawn: a fork would copy the threads' locks, and a fork server outlives its use.
            context=multiprocessing.get_context("spawn"),
        )

    async def _discard(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_close, pool)


def _close(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble annotates only in part
    pool.join()
