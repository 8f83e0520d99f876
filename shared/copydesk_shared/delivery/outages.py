"""Outages: the errors that tell of a dependency, not of the entry that met them."""

from typing import Final

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from copydesk_shared.errors import DependencyDownError

_KINDS: Final = (
    DependencyDownError,
    RedisConnectionError,
    RedisTimeoutError,
    OutOfMemoryError,
    ReadOnlyError,
    NoScriptError,  # restarted between a pipeline's look at its scripts and the pipeline
)
_CODES: Final = ("MISCONF", "NOREPLICAS", "CLUSTERDOWN", "MASTERDOWN", "NOPERM")
"""In error replies of a server that answers but takes no writes: a full disk, a lost replica."""


def is_outage(error: Exception) -> bool:
    """Whether the same entry may work once the dependency is back, whatever the entry is."""
    return isinstance(error, _KINDS) or (
        isinstance(error, ResponseError) and any(code in str(error) for code in _CODES)
    )
