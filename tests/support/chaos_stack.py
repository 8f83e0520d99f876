"""The stack of a chaos run: real processes under `copydesk`'s own supervisor, and the engine."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx2
from chaos_schedule import Action, Fault

from copydesk.part import Part, PartEvent, PartSpec, PartState
from copydesk.part_log import PartLog
from copydesk.plan import SERVICES, StackConfig
from copydesk.ports import LOOPBACK, free_port
from copydesk.stack import Stack
from copydesk_shared.testing.patience import eventually

SUPPORT: Final = Path(__file__).parent
ENRICH: Final = 3
INDEX: Final = 2
REPLICAS: Final = {"enrich": ENRICH, "index": INDEX}
START_S: Final = 90.0


@dataclass(kw_only=True)
class ChaosStack:
    """A running stack that can be hurt; `search` is None when the engine is not ours to hurt.

    `crashes` grows with each service that ends by itself.
    """

    engine: str
    stack: Stack
    data_dir: Path
    search: Part | None
    crashes: Sequence[str]

    def url(self, part: str) -> str:
        return self.stack.run.urls[part]

    @property
    def hurts_search(self) -> bool:
        """A server that was given to us is not ours to kill."""
        return self.engine == "embedded" or self.search is not None

    @property
    def search_dir(self) -> Path:
        return self.data_dir / "search"

    @property
    def consumers(self) -> frozenset[int]:
        """The process ids of the parts that may read streams."""
        return frozenset(
            pid for name, pid in self.stack.run.pids.items() if name.partition("-")[0] in REPLICAS
        )

    async def strike(self, fault: Fault) -> bool:
        """Begin a fault; False when the part was just dead, so that nothing happened."""
        if fault.action is Action.WIPE:
            await self._wipe()
            return True
        pid = self._pid(fault.target)
        if pid is None:
            return False
        match fault.action:
            case Action.KILL:
                return _signal(pid, signal.SIGKILL)
            case Action.RESTART:
                # A stopped process would sit on the signal.
                return _signal(pid, signal.SIGCONT) and _signal(pid, signal.SIGTERM)
            case _:
                return _signal(pid, signal.SIGSTOP)

    def relieve(self, fault: Fault) -> None:
        """End a stop. A part that was killed meanwhile has its next process, which minds not."""
        pid = self._pid(fault.target)
        if fault.action is Action.STOP and pid is not None:
            _signal(pid, signal.SIGCONT)

    async def heal(self, *, within: float) -> Sequence[str]:
        """Wait until every part is ready; the names of those that are not in time."""
        unready: list[str] = []

        async def ready() -> bool:
            unready[:] = [
                name
                for name, url in self.stack.run.urls.items()
                if name.partition("-")[0] in SERVICES and not await _answers(f"{url}/health/ready")
            ]
            return not unready

        with suppress(AssertionError):
            await eventually(ready, within=within)
        return tuple(unready)

    async def _wipe(self) -> None:
        """Take the embedded engine's data away, from under writers that are killed."""
        for name in ("index-1", "index-2"):
            if (pid := self._pid(name)) is not None:
                _signal(pid, signal.SIGKILL)
        await asyncio.to_thread(shutil.rmtree, self.search_dir, ignore_errors=True)

    def _pid(self, target: str) -> int | None:
        if target == "search":
            return self.search.pid if self.search else None
        return self.stack.run.pids.get(target)


@asynccontextmanager
async def chaos_stack(
    data_dir: Path,
    *,
    engine: str,
    environment: Mapping[str, str],
    mutated: bool,
) -> AsyncIterator[ChaosStack]:
    """Run 3 enrich and 2 index replicas; for `meilisearch` with the stand-in or `MEILI_URL`.

    `mutated` starts the services through `chaos_service`, which heeds `CHAOS_MUTANT`. Call it on
    the event loop of the main thread: the processes die with it.
    """
    python_path = os.pathsep.join(filter(None, (str(SUPPORT), os.environ.get("PYTHONPATH", ""))))
    commands = {name: (sys.executable, "-m", "chaos_service", name) for name in SERVICES}
    environment = {**os.environ, "PYTHONPATH": python_path, **environment}
    if key := os.environ.get("MEILI_KEY"):
        environment["COPYDESK_SEARCH_KEY"] = key
    given = os.environ.get("MEILI_URL") if engine == "meilisearch" else None
    async with _loopback(data_dir, wanted=engine == "meilisearch" and not given) as search:
        config = StackConfig(
            data_dir=data_dir,
            enrich=ENRICH,
            index=INDEX,
            search_url=search.spec.url if search else given,
            environment=environment,
        )
        if mutated:
            config = replace(config, commands=commands)
        crashes: list[str] = []

        def note(event: PartEvent) -> None:
            if _is_crash(event):
                crashes.append(f"{event.part}: {event.why}")

        async with Stack(config, report=note) as stack:
            yield ChaosStack(
                engine=engine, stack=stack, data_dir=data_dir, search=search, crashes=crashes
            )


@asynccontextmanager
async def _loopback(data_dir: Path, *, wanted: bool) -> AsyncIterator[Part | None]:
    """The stand-in for Meilisearch as a supervised process of its own, without a disk."""
    if not wanted:
        yield None
        return
    port = free_port()
    spec = PartSpec(
        name="search",
        command=(
            *(sys.executable, "-m", "copydesk_shared.testing.meilisearch"),
            *("--port", str(port)),
        ),
        environment=os.environ,
        port=port,
        url=f"http://{LOOPBACK}:{port}",
        ready=lambda: _answers(f"http://{LOOPBACK}:{port}/health"),
        wave=0,
    )
    part = Part(
        spec,
        log=PartLog(data_dir / "logs" / "search.log"),
        report=lambda _: None,
        restarted=lambda: None,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(part.run())
        await part.first_ready(within_s=START_S)
        try:
            yield part
        finally:
            await part.stop(grace_s=5)


async def _answers(url: str) -> bool:
    async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
        try:
            return (await client.get(url)).is_success
        except httpx2.HTTPError:
            return False


def _signal(pid: int, number: signal.Signals) -> bool:
    """Whether it reached the part: a stop with all it started, as when a machine stops."""
    try:
        if number in {signal.SIGSTOP, signal.SIGCONT}:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _is_crash(event: PartEvent) -> bool:
    """Whether a part ended by itself and in error: what the faults do ends by signal or in peace.

    The supervisor's reason begins with how the process ended.
    """
    ended_itself = event.why.startswith("exit code ")
    return event.state is PartState.DIED and ended_itself and not event.why.startswith(_IN_PEACE)


_IN_PEACE: Final = "exit code 0;"
