"""The last pages that the engine gave, for the time when it gives none."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from copydesk_gateway.engines.port import SearchPage
from copydesk_gateway.query import SearchRequest

PAGES: Final = 64
TEXT: Final = 256_000
"""Characters; pages of more are not kept, so that memory is bounded by some 20 MB."""

KEPT_FOR: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Stale:
    page: SearchPage
    as_of: datetime


class RememberedPages:
    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._pages: OrderedDict[SearchRequest, Stale] = OrderedDict()

    def keep(self, request: SearchRequest, page: SearchPage) -> None:
        if sum(len(hit.body) for hit in page.hits) > TEXT:
            return
        self._pages[request] = Stale(page, self._clock())
        self._pages.move_to_end(request)
        if len(self._pages) > PAGES:
            self._pages.popitem(last=False)

    def recall(self, request: SearchRequest) -> Stale | None:
        """The last page of the same search, if it is not too old."""
        kept = self._pages.get(request)
        return kept if kept and self._clock() - kept.as_of <= KEPT_FOR else None
