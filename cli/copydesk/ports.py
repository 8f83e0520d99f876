"""Which part listens where: a row of ports from a base, or any that are free."""

import secrets
import socket
from collections.abc import Iterable, Sequence

from copydesk.failures import CommandError

LOOPBACK = "127.0.0.1"

FREE_RANGE = range(20000, 32000)
"""Below the kernel's range for outgoing connections (32768 on Linux, 49152 on macOS), so that no
connection takes a part's port between its death and its restart."""

ATTEMPTS = 200


def free_port(*, besides: Iterable[int] = ()) -> int:
    """A port nobody listens on now; random, so that stacks starting together rarely collide."""
    taken = set(besides)
    for _ in range(ATTEMPTS):
        port = secrets.choice(FREE_RANGE)
        if port not in taken and is_free(port):
            return port
    raise CommandError(f"no free port found in {FREE_RANGE.start}-{FREE_RANGE.stop}")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do it: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except (OSError, OverflowError):
            return False
        return True


def assign_ports(names: Sequence[str], *, base: int | None) -> dict[str, int]:
    """Give each part a port, which it keeps for the life of the stack.

    With a base, `gateway`, `ingest`, `enrich-1` and `index-1` get base to base + 3, and one that is
    taken is an error that names it; further replicas and Redis get any free port.
    """
    fixed = () if base is None else ("gateway", "ingest", "enrich-1", "index-1")
    ports: dict[str, int] = {}
    for offset, name in enumerate(fixed):
        port = (base or 0) + offset
        if name in names:
            if not is_free(port):
                raise CommandError(
                    f"port {port}, for {name}, is taken; choose others with --ports BASE or auto"
                )
            ports[name] = port
    for name in names:
        if name not in ports:
            ports[name] = free_port(besides=ports.values())
    return ports
