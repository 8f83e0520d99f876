"""Token buckets, one a client, in this process alone: each replica counts for itself."""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final

MAX_CLIENTS: Final = 10_000
"""About 2 MB. Beyond it the client that was quiet longest is forgotten, and begins anew."""

WINDOW_S: Final = 60


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


@dataclass(frozen=True)
class Allowance:
    """What a client may still do after the request that asked; waits are in whole seconds."""

    granted: bool
    quota: int
    remaining: int
    full_after_s: int
    retry_after_s: int

    def headers(self) -> Mapping[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 spells them."""
        return {
            "RateLimit-Policy": f'"default";q={self.quota};w={WINDOW_S}',
            "RateLimit": f'"default";r={self.remaining};t={self.full_after_s}',
        }


class RateLimit:
    """Each client has `quota` requests a minute: all at once if it likes, and then as they refill.

    `clock` counts seconds.
    """

    def __init__(
        self,
        quota: int,
        *,
        max_clients: int = MAX_CLIENTS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._quota = quota
        self._per_second = quota / WINDOW_S
        self._max_clients = max_clients
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, client: str) -> Allowance:
        """Take a token of the client's, if there is one."""
        bucket = self._filled(client)
        granted = bucket.tokens >= 1
        if granted:
            bucket.tokens -= 1
        return Allowance(
            granted=granted,
            quota=self._quota,
            remaining=int(bucket.tokens),
            full_after_s=self._wait(self._quota - bucket.tokens),
            retry_after_s=self._wait(1 - bucket.tokens),
        )

    def _filled(self, client: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(client)
        if bucket is None:
            while len(self._buckets) >= self._max_clients:
                self._buckets.popitem(last=False)
            bucket = self._buckets[client] = _Bucket(self._quota, now)
        self._buckets.move_to_end(client)
        refilled = (now - bucket.filled_at) * self._per_second
        bucket.tokens = min(self._quota, bucket.tokens + refilled)
        bucket.filled_at = now
        return bucket

    def _wait(self, tokens: float) -> int:
        return max(0, math.ceil(tokens / self._per_second))
