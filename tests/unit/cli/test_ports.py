import socket
from contextlib import closing

import pytest

from copydesk.failures import CommandError
from copydesk.ports import FREE_RANGE, assign_ports, free_port, is_free

NAMES = ["redis", "ingest", "enrich-1", "enrich-2", "index-1", "gateway"]


def a_free_row() -> int:
    """The first of four ports in a row that nobody uses."""
    return next(base for _ in range(100) if all(map(is_free, range(base := free_port(), base + 4))))


def test_from_a_base_the_four_services_stand_in_a_row() -> None:
    base = a_free_row()
    ports = assign_ports(NAMES, base=base)
    assert [ports[name] for name in ("gateway", "ingest", "enrich-1", "index-1")] == list(
        range(base, base + 4)
    )
    assert ports["redis"] in FREE_RANGE
    assert ports["enrich-2"] in FREE_RANGE
    assert len(set(ports.values())) == len(NAMES)


def test_any_free_ports_are_all_different() -> None:
    ports = assign_ports(NAMES, base=None)
    assert list(ports) == NAMES
    assert len(set(ports.values())) == len(NAMES)


def test_a_taken_port_is_named_with_the_part_that_wants_it() -> None:
    base = a_free_row()
    with closing(socket.create_server(("127.0.0.1", base + 1))):
        assert not is_free(base + 1)
        with pytest.raises(CommandError, match=f"port {base + 1}, for ingest, is taken"):
            assign_ports(NAMES, base=base)


def test_ports_beyond_the_last_are_not_free() -> None:
    assert not is_free(65536)
