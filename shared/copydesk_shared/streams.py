"""The streams: the only place where one of their names is spelled."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from copydesk_shared.contracts.events import ArticleEnriched, ArticleIndexed, DeadLetter
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.keys import TAG

M = TypeVar("M", bound=BaseModel)

DATA_FIELD = "__data__"
"""The field of a stream entry that holds the event as JSON; FastStream's own name for it."""


def entry_ms(entry_id: bytes | str) -> int:
    """When an entry was written, in milliseconds since 1970 by the server's clock: its id says."""
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    return int(text.partition("-")[0])


@dataclass(frozen=True)
class Stream(Generic[M]):
    """A stream and the model of its events; `group` is the consumer group of its one reader."""

    name: str
    model: type[M]
    group: str = ""


RAW = Stream(f"{TAG}:raw", ArticleSubmitted, "enrich")
RAW_BULK = Stream(f"{TAG}:raw:bulk", ArticleSubmitted, "enrich")
ENRICHED = Stream(f"{TAG}:enriched", ArticleEnriched, "index")
DEAD = Stream(f"{TAG}:dead", DeadLetter)
EVENTS = Stream(f"{TAG}:events", ArticleIndexed)

EVENTS_KEPT_MS = 7 * 24 * 3600 * 1000
"""Events older than a week are dropped: the change feed reaches back so far."""
