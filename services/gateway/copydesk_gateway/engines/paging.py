"""Where a page ends, the same for both engines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk_gateway.engines.port import Hit

AHEAD: Final = 4
"""More hits than a page takes tell whether there is a next one, and where this one can end."""


@dataclass(frozen=True)
class Cut:
    """The hits of a page, whether more follow, and the order key that they follow behind."""

    hits: Sequence[Hit]
    more: bool
    after_key: int | None


def by_date(found: Sequence[Hit], limit: int) -> Cut:
    """End a page of `limit` hits, of which `AHEAD` more were looked for, between two order keys.

    Articles of one second share a key once in a million pairs; a cursor between them would skip
    the second. So the page ends before them, or, where it holds nothing else, behind them.
    """
    if len(found) <= limit:
        return Cut(found, more=False, after_key=None)
    keys = [hit.order_key for hit in found]
    ends = [end for end in range(1, len(keys)) if keys[end - 1] != keys[end]]
    end = max((each for each in ends if each <= limit), default=min(ends, default=len(keys)))
    hits = found[:end]
    return Cut(hits, more=True, after_key=keys[end - 1] if hits else None)


def by_relevance(found: Sequence[Hit], limit: int) -> Cut:
    return Cut(found[:limit], more=len(found) > limit, after_key=None)
