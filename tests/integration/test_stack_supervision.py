"""The supervisor on stand-in services and a real Valkey: starts, restarts, stops, leaves none."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis

from copydesk.failures import CommandError, Exit
from copydesk.part import PartEvent, PartState, StartError
from copydesk.plan import SERVICES, StackConfig
from copydesk.run_file import Run, read_run, write_run
from copydesk.stack import Stack
from copydesk_shared.testing.patience import eventually

STAND_IN = """
import http.server, os, sys, subprocess, signal

service, mode = sys.argv[1], os.environ.get("STAND_IN_" + sys.argv[1].upper(), "")
if mode == "broken":
    sys.exit("a setting is wrong")
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "litter":
    subprocess.Popen(["sleep", "600"])

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if mode == "unready" else 200)
        self.end_headers()
    def log_message(self, *_):
        pass

print(service, "listens", flush=True)
address = (os.environ["COPYDESK_HOST"], int(os.environ["COPYDESK_PORT"]))
http.server.ThreadingHTTPServer(address, Handler).serve_forever()
"""

UP = """
import sys
from pathlib import Path
from copydesk.failures import CommandError
from copydesk.plan import SERVICES, StackConfig
from copydesk.up import run_up

folder, script = sys.argv[1:]
commands = {name: (sys.executable, "-c", script, name) for name in SERVICES}
try:
    run_up(StackConfig(data_dir=Path(folder), commands=commands))
except CommandError as exc:
    print(exc.message, file=sys.stderr)
    sys.exit(exc.exit_code)
"""

START_S = 30.0
"""A stack of stand-ins is up within a second or two; shared cores may take longer."""


def a_config(
    data_dir: Path, *, replicas: int = 1, start_timeout_s: float = START_S, **modes: str
) -> StackConfig:
    return StackConfig(
        data_dir=data_dir,
        enrich=replicas,
        environment=os.environ | {f"STAND_IN_{name.upper()}": mode for name, mode in modes.items()},
        commands={name: (sys.executable, "-c", STAND_IN, name) for name in SERVICES},
        start_timeout_s=start_timeout_s,
        stop_grace_s=3,
    )


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def listening(url: str) -> bool:
    port = int(url.rpartition(":")[2].partition("/")[0])
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def up_process(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """`copydesk up` on stand-ins as a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", UP, str(data_dir), STAND_IN],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


async def running(data_dir: Path) -> Run:
    run = await eventually(lambda: read_run(data_dir), within=START_S)
    assert run
    return run


async def test_everything_is_ready_when_start_returns(tmp_path: Path) -> None:
    async with Stack(a_config(tmp_path, replicas=2)) as stack:
        run = read_run(tmp_path)
        assert run == stack.run
        assert set(run.pids) == {"redis", "ingest", "gateway", "enrich-1", "enrich-2", "index-1"}
        assert set(run.urls) == set(run.pids)
        assert all(alive(pid) for pid in run.pids.values())
        assert all(listening(url) for url in run.urls.values())
        assert (tmp_path / "logs" / "enrich-2.log").read_text() == "enrich listens\n"
    assert read_run(tmp_path) is None
    assert not any(alive(pid) for pid in run.pids.values())


async def test_redis_keeps_what_it_confirmed_over_a_restart_of_the_stack(tmp_path: Path) -> None:
    async with Stack(a_config(tmp_path)) as stack, Redis.from_url(stack.run.urls["redis"]) as redis:
        assert await redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        await redis.set("kept", 1)
    async with Stack(a_config(tmp_path)) as stack, Redis.from_url(stack.run.urls["redis"]) as redis:
        assert await redis.get("kept") == b"1"


@pytest.mark.parametrize("name", ["enrich-1", "redis"])
async def test_a_killed_part_comes_back_on_its_port(tmp_path: Path, name: str) -> None:
    events: list[PartEvent] = []
    async with Stack(a_config(tmp_path), report=events.append) as stack:
        before = stack.run
        os.kill(before.pids[name], signal.SIGKILL)

        def rewritten() -> Run | None:
            run = read_run(tmp_path)
            return run if run and run.pids[name] != before.pids[name] else None

        after = await eventually(rewritten)
        assert after
        assert after.urls == before.urls
        assert {**after.pids, name: 0} == {**before.pids, name: 0}
        await eventually(lambda: listening(after.urls[name]))
        (death,) = (event for event in events if event.state is PartState.DIED)
        assert death.part == name
        assert death.why == "killed by SIGKILL; starting again in 0.1 s"


async def test_a_part_that_keeps_dying_is_restarted_ever_more_slowly(tmp_path: Path) -> None:
    deaths: list[str] = []

    def report(event: PartEvent) -> None:
        if event.state is PartState.DIED:
            deaths.append(event.why)
        if event.state is PartState.READY and stack.run.pids.get("index-1") and len(deaths) < 3:
            with suppress(ProcessLookupError):
                os.kill(stack.run.pids["index-1"], signal.SIGKILL)

    stack = Stack(a_config(tmp_path), report=report)
    async with stack:
        await eventually(lambda: len(deaths) >= 3, within=START_S)
    assert [why.rpartition(" in ")[2] for why in deaths[:3]] == ["0.1 s", "0.2 s", "0.4 s"]


async def test_what_a_dead_part_left_behind_dies_with_it(tmp_path: Path) -> None:
    async with Stack(a_config(tmp_path, enrich="litter")) as stack:
        pid = stack.run.pids["enrich-1"]
        (left,) = children(pid)
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: not alive(left))


async def test_a_part_that_never_gets_ready_fails_the_start_with_its_log(tmp_path: Path) -> None:
    stack = Stack(a_config(tmp_path, gateway="unready", start_timeout_s=3))
    with pytest.raises(StartError, match="gateway was not ready within 3 s") as failure:
        await stack.start()
    assert failure.value.message.endswith("gateway listens")
    assert not any(alive(pid) for pid in stack.run.pids.values())
    assert read_run(tmp_path) is None


async def test_a_part_that_only_dies_fails_the_start_at_once(tmp_path: Path) -> None:
    stack = Stack(a_config(tmp_path, index="broken"))
    with pytest.raises(StartError, match="index-1 died 3 times") as failure:
        await stack.start()
    assert failure.value.message.endswith("a setting is wrong")
    assert not any(alive(pid) for pid in stack.run.pids.values())


async def test_a_part_that_ignores_the_stop_is_killed(tmp_path: Path) -> None:
    async with Stack(a_config(tmp_path, gateway="stubborn")) as stack:
        pid = stack.run.pids["gateway"]
    assert not alive(pid)


async def test_a_second_stack_on_the_data_is_refused(tmp_path: Path) -> None:
    async with Stack(a_config(tmp_path)):
        with pytest.raises(CommandError, match="already runs") as refusal:
            await Stack(a_config(tmp_path)).start()
        assert read_run(tmp_path)
    assert refusal.value.exit_code is Exit.REFUSED


async def test_a_stop_while_starting_is_obeyed(tmp_path: Path) -> None:
    stack = Stack(a_config(tmp_path, enrich="unready"))
    starting = asyncio.create_task(stack.start())
    await eventually(lambda: "ingest" in stack.run.pids, within=START_S)
    stack.ask_stop()
    assert await starting is False
    assert not any(alive(pid) for pid in stack.run.pids.values())


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
async def test_nothing_outlives_a_kill_9_of_up(tmp_path: Path) -> None:
    with up_process(tmp_path) as process:
        run = await running(tmp_path)
        process.kill()
        await eventually(lambda: not any(alive(pid) for pid in run.pids.values()))
    # The file that was left behind is no hindrance.
    async with Stack(a_config(tmp_path)) as stack:
        assert read_run(tmp_path) == stack.run


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_everything_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with up_process(tmp_path) as process:
        run = await running(tmp_path)
        process.send_signal(number)
        out, err = await asyncio.to_thread(process.communicate, timeout=10)
    assert process.returncode == 0, err
    assert err == ""
    assert not any(alive(pid) for pid in run.pids.values())
    assert not (tmp_path / "run.json").exists()
    stopped = [line.split()[0] for line in out.splitlines() if " stopped" in line]
    assert set(stopped[:2]) == {"gateway", "ingest"}
    assert stopped[2:] == ["enrich-1", "index-1", "redis"]


async def test_a_second_up_says_who_holds_the_data(tmp_path: Path) -> None:
    with up_process(tmp_path) as first:
        await running(tmp_path)
        with up_process(tmp_path) as second:
            _, err = await asyncio.to_thread(second.communicate, timeout=START_S)
    assert second.returncode == Exit.REFUSED
    assert f"already runs on {tmp_path} (process {first.pid})" in err


def test_a_child_whose_parent_is_gone_does_not_start(tmp_path: Path) -> None:
    mark = tmp_path / "started"
    child = subprocess.run(
        [sys.executable, "-m", "copydesk.child", "signal", "1", "--", "touch", str(mark)],
        check=False,
    )
    assert child.returncode == 3
    assert not mark.exists()


async def test_without_death_signals_a_pipe_tells_of_the_parents_end(tmp_path: Path) -> None:
    read, write = os.pipe()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "copydesk.child", "pipe", str(os.getpid()), "--"),
        *("sh", "-c", 'echo "$$"; exec sleep 600'),
        stdin=read,
        stdout=asyncio.subprocess.PIPE,
    )
    os.close(read)
    assert child.stdout
    said = await child.stdout.readline()
    assert int(said) == child.pid
    os.close(write)
    assert await child.wait() == -signal.SIGKILL


def test_run_json_is_what_scripts_expect(tmp_path: Path) -> None:
    write_run(tmp_path, Run(urls={"ingest": "http://127.0.0.1:1"}, pids={"ingest": 2}))
    content = json.loads((tmp_path / "run.json").read_text())
    assert content == {"urls": {"ingest": "http://127.0.0.1:1"}, "pids": {"ingest": 2}}
