"""Durability: what a power failure may take. Decided by Redis' append-only file."""

from enum import StrEnum
from typing import Final


class Durability(StrEnum):
    """What is on disk when a publisher reads 202.

    `everysec`: all but the last two seconds. `fsync`: everything. Redis calls the latter `always`,
    which is understood as well, so that one variable can set both.
    """

    EVERYSEC = "everysec"
    FSYNC = "fsync"

    @classmethod
    def _missing_(cls, value: object) -> "Durability | None":
        return cls.FSYNC if value == "always" else None

    @property
    def appendfsync(self) -> str:
        """The setting of Redis that the mode needs."""
        return "always" if self is Durability.FSYNC else "everysec"


UNKNOWN: Final = "unknown"
"""What a server that refuses CONFIG GET says of itself."""


def shortfall(wanted: Durability, *, appendonly: str, appendfsync: str) -> str | None:
    """Where the server's own settings promise less than `wanted`; None when they suffice.

    For `fsync` nothing but `appendfsync always` will do: Valkey 9.1.2 at `everysec` answers WAITAOF
    before the fsync (146 of 150 confirmations had none, by strace).
    """
    if appendonly != "yes":
        return f"appendonly is {appendonly}: a crash of Redis loses articles"
    enough = ("always",) if wanted is Durability.FSYNC else ("always", "everysec")
    if appendfsync not in enough:
        return f"appendfsync is {appendfsync}, {wanted} needs {enough[-1]}"
    return None
