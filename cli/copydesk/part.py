"""One part of the stack under supervision: run, watched, and run again when it dies."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from copydesk.child import BY_SIGNAL, guarded
from copydesk.failures import CommandError
from copydesk.part_log import PartLog
from copydesk.readiness import Ready

FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 5.0
STEADY_AFTER_S = 30.0
"""A part that lived so long has earned a quick restart again."""

EARLY_DEATHS = 3
"""A part that died so often before it was ever ready will not become ready by a fourth try."""

PROBE_STEP_S = 0.1


@dataclass(frozen=True, kw_only=True)
class PartSpec:
    """What to run. `wave` orders the stop: 0 is told first, and a wave waits for the one before."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    port: int
    url: str
    ready: Ready
    wave: int


class PartState(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DIED = "died"
    STOPPED = "stopped"


@dataclass(frozen=True)
class PartEvent:
    """A change of a part's state; `after_s` counts from its last start, `why` is for a human."""

    part: str
    state: PartState
    after_s: float = 0.0
    why: str = ""


Report = Callable[[PartEvent], None]


class StartError(CommandError):
    """A part did not become ready; the message ends with the tail of its log."""


class Part:
    """Supervises one process: `run` until `stop`; the port stays, the process id changes.

    Each life has its own process group, so that whatever a dead part leaves behind dies with it.
    Call `run` on the event loop of the main thread (see `copydesk.child`).
    """

    def __init__(
        self, spec: PartSpec, *, log: PartLog, report: Report, restarted: Callable[[], None]
    ) -> None:
        self.spec = spec
        self.log = log
        self._report = report
        self._restarted = restarted
        self._process: Process | None = None
        self._pid: int | None = None
        self._begun = False
        self._started_at = 0.0
        self._deaths = 0
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ever_ready = asyncio.Event()
        self._hopeless = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process of the current or the last life."""
        return self._pid

    async def run(self) -> None:
        """Run the program again and again, with growing delay, until `stop`."""
        self._begun = True
        delay_s = FIRST_DELAY_S
        self.log.begin()
        try:
            while not self._stopping.is_set():
                why = await self._live()
                lived_s = monotonic() - self._started_at
                if self._stopping.is_set():
                    break
                delay_s = FIRST_DELAY_S if lived_s > STEADY_AFTER_S else delay_s
                self._deaths += 1
                self._tell(PartState.DIED, f"{why}; starting again in {delay_s:.1f} s")
                if self._deaths >= EARLY_DEATHS and not self._ever_ready.is_set():
                    self._hopeless.set()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), delay_s)
                delay_s = min(delay_s * 2, LONGEST_DELAY_S)
        finally:
            self._ended.set()
        self._tell(PartState.STOPPED)

    async def first_ready(self, *, within_s: float) -> None:
        """Wait until the part was ready once; StartError if it dies too often or takes too long."""
        hopeless = asyncio.create_task(self._hopeless.wait())
        ready = asyncio.create_task(self._ever_ready.wait())
        done, pending = await asyncio.wait(
            {ready, hopeless}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        if ready in done:
            return
        what = f"died {self._deaths} times" if done else f"was not ready within {within_s:.0f} s"
        raise StartError(
            f"{self.spec.name} {what}; the end of {self.log.path}:\n{self.log.tail() or '(empty)'}"
        )

    async def stop(self, *, grace_s: float) -> None:
        """SIGTERM, then SIGKILL after `grace_s`; returns when nothing of the part is left."""
        self._stopping.set()
        if not self._begun:
            return
        self._terminate()
        try:
            async with asyncio.timeout(grace_s):
                await self._ended.wait()
        except TimeoutError:
            self.kill()
            await self._ended.wait()

    def kill(self) -> None:
        """SIGKILL to the process and all it started."""
        if self._process:
            # macOS answers EPERM for a group that has ended.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _live(self) -> str:
        """Run the program once to its end and say how it ended."""
        self._started_at = monotonic()
        self._tell(PartState.STARTING)
        with self.log.open() as output:
            process = await asyncio.create_subprocess_exec(
                *guarded(self.spec.command),
                env=self.spec.environment,
                stdin=DEVNULL if BY_SIGNAL else PIPE,
                stdout=output,
                stderr=STDOUT,
                start_new_session=True,
            )
        self._process, self._pid = process, process.pid
        try:
            if self._stopping.is_set():
                self.kill()
            elif self._deaths:
                self._restarted()
            async with asyncio.TaskGroup() as life:
                watch = life.create_task(self._watch())
                code = await process.wait()
                watch.cancel()
        finally:
            self.kill()
            self._process = None
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    async def _watch(self) -> None:
        """Report when this life becomes ready."""
        while not await self.spec.ready():  # noqa: ASYNC110  # another process holds no Event
            await asyncio.sleep(PROBE_STEP_S)
        self._ever_ready.set()
        self._tell(PartState.READY)

    def _terminate(self) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    def _tell(self, state: PartState, why: str = "") -> None:
        after_s = monotonic() - self._started_at if self._started_at else 0.0
        self._report(PartEvent(self.spec.name, state, after_s, why))
