from pathlib import Path

from copydesk.part_log import PartLog


def test_a_new_stack_keeps_the_log_of_the_one_before(tmp_path: Path) -> None:
    log = PartLog(tmp_path / "logs" / "enrich-1.log")
    log.begin()
    with log.open() as output:
        output.write(b"first\n")
    log.begin()
    assert log.path.read_text() == ""
    assert (tmp_path / "logs" / "enrich-1.log.1").read_text() == "first\n"


def test_a_long_log_is_moved_aside_under_the_hands_of_its_writer(tmp_path: Path) -> None:
    log = PartLog(tmp_path / "index-1.log", limit_bytes=10)
    log.begin()
    with log.open() as output:
        output.write(b"0123456789")
        log.bound()
        assert log.path.stat().st_size == 10
        output.write(b"!")
        log.bound()
        output.write(b"more\n")
    assert log.path.read_text() == "more\n"
    assert (tmp_path / "index-1.log.1").read_text() == "0123456789!"


def test_the_tail_is_the_last_lines(tmp_path: Path) -> None:
    log = PartLog(tmp_path / "redis.log")
    assert log.tail() == ""
    log.bound()
    log.begin()
    with log.open() as output:
        output.write(b"x" * 20_000 + b"\none\n\xfftwo\n")
    assert log.tail(2) == "one\n\ufffdtwo"
