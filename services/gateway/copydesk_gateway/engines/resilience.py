"""Asking a server that may be away: how often to ask again, and when to stop asking at all."""

from collections.abc import Callable
from time import monotonic

from copydesk_shared.errors import DependencyDownError


class RetryBudget:
    """Allows one repetition for every ten requests, and a few to begin with.

    So repetitions mend single failures, and never double the load on a server that is failing.
    """

    def __init__(self, *, share: float = 0.1, reserve: float = 5) -> None:
        self._share = share
        self._reserve = self._left = reserve

    def earn(self) -> None:
        self._left = min(self._reserve, self._left + self._share)

    def spend(self) -> bool:
        """Whether a request may be repeated; it is paid for then."""
        if self._left < 1:
            return False
        self._left -= 1
        return True


class CircuitBreaker:
    """Opens after `failures` in a row; then one request in `open_for_s` tries whether it is over.

    So a server that hangs costs its callers one time-out in a while instead of one each.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        open_for_s: float = 2.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._limit = failures
        self._open_for_s = open_for_s
        self._clock = clock
        self._failures = 0
        self._try_at = 0.0

    def admit(self) -> None:
        """Raise `DependencyDownError` while it is open; whoever is let through reports back."""
        if self._failures < self._limit:
            return
        now = self._clock()
        if now < self._try_at:
            raise DependencyDownError("search_down", "Meilisearch: away, not asked again yet")
        self._try_at = now + self._open_for_s

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures == self._limit:
            self._try_at = self._clock() + self._open_for_s
