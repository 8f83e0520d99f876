"""What the index service asks of a search engine; tantivy and Meilisearch both answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from copydesk_shared.search_schema import SearchDocument

OUTDATED: Final = -1
"""A version that no article has."""


@dataclass(frozen=True)
class WriteReport:
    """The ids that the engine refused, each with its reason; all others are confirmed."""

    refused: Mapping[str, str] = field(default_factory=dict)


class IndexEngine(Protocol):
    """Write access to the search engine.

    A write returns only after the engine has confirmed it: what is confirmed can be found. Writes
    are idempotent by document id. Methods raise `DependencyDownError` when the engine is away, and
    then nothing is known of the write.
    """

    async def begun(self) -> int:
        """How often this replica has met an index that it did not know: it began empty, then.

        Looks, and sets a new index up.
        """
        ...

    async def open(self) -> None:
        """Take the writer's place and apply the schema; returns once this replica is active.

        Waits for ever while another replica holds the place. Cancel it to give up waiting.
        """
        ...

    async def displaced(self) -> None:
        """Return when another replica has taken this one's place, whose files had gone away.

        Never returns where several may write.
        """
        ...

    async def write(
        self, upserts: Sequence[SearchDocument], deletes: Sequence[str]
    ) -> WriteReport: ...

    async def versions(self, article_ids: Sequence[str]) -> Mapping[str, int]:
        """The version of each id that the engine holds; ids that it does not hold are absent.

        What was written under another schema has `OUTDATED`, so that it is found to differ.
        """
        ...

    async def healthy(self) -> bool: ...

    async def close(self) -> None: ...
