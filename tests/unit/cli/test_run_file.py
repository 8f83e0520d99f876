import stat
import threading
from pathlib import Path

from copydesk.addresses import address
from copydesk.run_file import Run, read_run, remove_run, write_run

RUN = Run(
    urls={"ingest": "http://127.0.0.1:20001", "gateway": "http://127.0.0.1:20000/"},
    pids={"ingest": 11, "gateway": 12},
)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_run(tmp_path, RUN)
    assert read_run(tmp_path) == RUN
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write_run(tmp_path, RUN)
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o600


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    write_run(tmp_path, RUN)
    stop = threading.Event()
    seen: list[Run | None] = []

    def read() -> None:
        while not stop.is_set():
            seen.append(read_run(tmp_path))

    reader = threading.Thread(target=read)
    reader.start()
    for pid in range(300):
        write_run(tmp_path, Run(urls=RUN.urls, pids={"ingest": pid}))
    stop.set()
    reader.join()
    assert seen
    assert None not in seen


def test_a_draft_left_by_a_kill_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "run.json.new").write_text("{")
    write_run(tmp_path, RUN)
    assert read_run(tmp_path) == RUN


def test_no_file_and_a_foreign_file_are_no_run(tmp_path: Path) -> None:
    assert read_run(tmp_path) is None
    for foreign in ("", "[]", "{}", '{"urls": 1, "pids": {}}'):
        (tmp_path / "run.json").write_text(foreign)
        assert read_run(tmp_path) is None
    remove_run(tmp_path)
    remove_run(tmp_path)


def test_an_address_is_what_was_said_else_the_running_stack_else_the_usual(tmp_path: Path) -> None:
    assert address("ingest", None, data_dir=tmp_path) == "http://127.0.0.1:8081"
    write_run(tmp_path, RUN)
    assert address("gateway", None, data_dir=tmp_path) == "http://127.0.0.1:20000"
    assert address("gateway", "http://desk/", data_dir=tmp_path) == "http://desk"
