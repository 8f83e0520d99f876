"""What Redis can do wrong, told apart: away, full, or holding something that is not ours."""

from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError, ResponseError

from copydesk_shared.errors import DependencyDownError

_NOT_WRITABLE = ("MISCONF", "NOREPLICAS", "CLUSTERDOWN", "MASTERDOWN", "NOPERM", "NOAUTH")
"""Starts of error replies of a server that answers but takes no writes for now."""


def store_fault(error: RedisError | OSError) -> DependencyDownError:
    """The 503 that a failed round trip amounts to: nothing was accepted that was not confirmed."""
    if isinstance(error, OutOfMemoryError):
        return DependencyDownError("store_full", "The store is full; nothing was accepted.")
    if (
        isinstance(error, ReadOnlyError)
        or not isinstance(error, ResponseError)
        or str(error).startswith(_NOT_WRITABLE)
    ):
        return DependencyDownError(
            "store_down", f"The store does not answer as it should: {type(error).__name__}."
        )
    return DependencyDownError("store_fault", f"The store refused: {error}")
