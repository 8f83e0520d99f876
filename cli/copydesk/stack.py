"""The whole pipeline as local processes: started in order, kept alive, stopped in order.

No process outlives the one that runs the stack, kill -9 included (`copydesk.child`).
"""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Self

import structlog

from copydesk.data_lock import data_lock
from copydesk.failures import CommandError
from copydesk.part import Part, PartEvent, PartState, Report, StartError
from copydesk.part_log import PartLog
from copydesk.plan import StackConfig, plan
from copydesk.run_file import Run, remove_run, write_run

log: structlog.stdlib.BoundLogger = structlog.get_logger()

LOG_LOOK_STEP_S = 10.0


def log_event(event: PartEvent) -> None:
    """The report of a stack that nobody watches: what went wrong is logged, the rest is quiet."""
    if event.state is PartState.DIED:
        log.warning("part_died", part=event.part, why=event.why, after_s=round(event.after_s, 1))


class Stack:
    """Runs the parts of one configuration: `start`, `wait`, `stop`, or `async with`.

    Use it on the event loop of the main thread: on Linux the parts die with the thread that
    started them. A part that dies is restarted on the same port, Redis too.
    """

    def __init__(self, config: StackConfig, *, report: Report = log_event) -> None:
        self.config = config
        self._report = report
        self._parts: tuple[Part, ...] = ()
        self._task: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._stop_asked = asyncio.Event()
        self._failure: CommandError | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def run(self) -> Run:
        """Where the parts are now; a part that is being restarted has its last process id."""
        urls = {part.spec.name: part.spec.url for part in self._parts}
        if self.config.redis_url:
            urls["redis"] = self.config.redis_url
        if self.config.search_url:
            urls["search"] = self.config.search_url
        pids = {part.spec.name: part.pid for part in self._parts if part.pid is not None}
        return Run(urls=urls, pids=pids)

    async def start(self) -> bool:
        """Bring everything up and write `run.json`; False when `ask_stop` came first.

        StartError when a part does not become ready, CommandError when a port is taken or another
        stack holds the data directory; everything is stopped again by then.
        """
        self._task = asyncio.create_task(self._supervise())
        up = asyncio.create_task(self._up.wait())
        await asyncio.wait({self._task, up}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._task.done():
            await self._task
        return self._up.is_set()

    async def wait(self) -> None:
        """Wait until the stack has stopped."""
        if self._task:
            await self._task

    def ask_stop(self) -> None:
        """Begin to stop; safe in a signal handler of the loop. Asked twice, all is killed."""
        if self._stop_asked.is_set():
            for part in self._parts:
                part.kill()
        self._stop_asked.set()

    async def stop(self) -> None:
        """Stop all in order and wait for it; does nothing when already stopped."""
        if self._task and not self._task.done():
            self._stop_asked.set()
            await self._task

    async def _supervise(self) -> None:
        data_dir = self.config.data_dir
        (data_dir / "redis").mkdir(parents=True, exist_ok=True)
        with data_lock(data_dir):
            remove_run(data_dir)  # left by a stack that was killed
            self._parts = tuple(
                Part(
                    spec,
                    log=PartLog(data_dir / "logs" / f"{spec.name}.log"),
                    report=self._report,
                    restarted=self._part_restarted,
                )
                for spec in plan(self.config)
            )
            async with asyncio.TaskGroup() as group:
                starting = group.create_task(self._bring_up(group))
                bounding = group.create_task(self._bound_logs())
                await self._stop_asked.wait()
                starting.cancel()
                bounding.cancel()
                await self._take_down()
            remove_run(data_dir)
        if self._failure:
            raise self._failure

    async def _bring_up(self, group: asyncio.TaskGroup) -> None:
        """Start Redis, then the services side by side; on failure ask for the stop."""
        for part in self._parts:
            self._report(PartEvent(part.spec.name, PartState.WAITING))
        try:
            for _, wave in groupby(self._parts, key=lambda part: part.spec.name == "redis"):
                parts = tuple(wave)
                for part in parts:
                    group.create_task(part.run())
                await _all_ready(parts, within_s=self.config.start_timeout_s)
        except StartError as exc:
            self._failure = exc
            self._stop_asked.set()
        else:
            write_run(self.config.data_dir, self.run)
            self._up.set()

    async def _take_down(self) -> None:
        """Stop wave by wave: the first that takes copy in, the last that keeps it."""
        for _, wave in groupby(
            sorted(self._parts, key=lambda part: part.spec.wave), key=lambda part: part.spec.wave
        ):
            async with asyncio.TaskGroup() as group:
                for part in wave:
                    group.create_task(part.stop(grace_s=self.config.stop_grace_s))

    async def _bound_logs(self) -> None:
        while True:
            await asyncio.sleep(LOG_LOOK_STEP_S)
            for part in self._parts:
                try:
                    await asyncio.to_thread(part.log.bound)
                except OSError as exc:
                    log.warning("log_not_bounded", part=part.spec.name, error=str(exc))

    def _part_restarted(self) -> None:
        if not self._up.is_set():
            return
        try:
            write_run(self.config.data_dir, self.run)
        except OSError as exc:
            # A full disk must not take the running parts down.
            log.warning("run_file_not_written", error=str(exc))


async def _all_ready(parts: Sequence[Part], *, within_s: float) -> None:
    """Wait for all side by side; the first StartError ends the wait."""
    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part.first_ready(within_s=within_s))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
