"""How full Redis is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StoreMemory:
    """What Redis uses, in bytes, and its `maxmemory`: 0 for none."""

    used: int
    limit: int

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> "StoreMemory":
        """Of an answer to INFO memory, as Redis itself counts before it refuses.

        That is without what it holds for replicas and its append-only file.
        """
        apart = int(info.get("mem_not_counted_for_evict", 0))
        return cls(used=int(info["used_memory"]) - apart, limit=int(info["maxmemory"]))

    @property
    def share(self) -> float:
        return self.used / self.limit if self.limit else 0.0
