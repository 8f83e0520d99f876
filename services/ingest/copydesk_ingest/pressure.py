"""Pressure: how full queue and store are, and who is still let in. Pure."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from copydesk_shared.errors import DependencyDownError
from copydesk_shared.store_memory import StoreMemory

BULK_SHARE: Final = 7 / 8
"""New articles of a batch are refused this early, so that the last eighth of the room is left to
single posts and corrections. Of a memory limit at 0.8 it is 0.7."""

RETRY_S: Final = 2
RETRY_GROWTH_S: Final = 10
"""More for each eighth of the room above the limit that one met."""
RETRY_MAX_S: Final = 60


@dataclass(frozen=True)
class Room:
    """How many entries may wait for enrich, and up to which share of its memory Redis may fill."""

    backlog_limit: int
    memory_limit_share: float

    def entries(self, memory: StoreMemory, *, bulk: bool) -> int:
        """How long the queue may be for one more to be let in: 0 when memory is short."""
        share = _share(bulk=bulk)
        if memory.share >= self.memory_limit_share * share:
            return 0
        return ceil(self.backlog_limit * share)

    def refusal(self, memory: StoreMemory, *, backlog: int, bulk: bool) -> DependencyDownError:
        """The 503 for a post that met its limit; told to wait longer the fuller it is."""
        by_memory = memory.share / self.memory_limit_share
        by_entries = backlog / self.backlog_limit
        over = max(by_memory, by_entries) - _share(bulk=bulk)
        wait = RETRY_S + RETRY_GROWTH_S * max(0.0, over) / (1 - BULK_SHARE)
        return DependencyDownError(
            "backlog_full",
            f"The store has {memory.share:.0%} of its memory in use, which is kept for what was"
            " accepted."
            if by_memory > by_entries
            else f"{backlog} articles wait already, the limit is {self.backlog_limit}.",
            retry_after_s=min(RETRY_MAX_S, round(wait)),
        )


def _share(*, bulk: bool) -> float:
    return BULK_SHARE if bulk else 1.0
