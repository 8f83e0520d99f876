"""API keys of readers: who a request says it is, and whether that is known."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

HASHED = "sha256:"


class ReaderKeys:
    """The known keys, each as itself or as `sha256:` and its digest in hex; held as digests."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._digests = tuple(
            key.removeprefix(HASHED).lower() if key.startswith(HASHED) else _digest(key)
            for key in keys
        )

    def __bool__(self) -> bool:
        return bool(self._digests)

    def name(self, key: str) -> str | None:
        """A short name of the key, None for an unknown one. All are compared, in constant time."""
        digest = _digest(key)
        known = [hmac.compare_digest(digest, each) for each in self._digests]
        return digest[:12] if any(known) else None


def presented(authorization: str, api_key: str) -> str | None:
    """The key of `Authorization: Bearer`, of the password of `Basic`, or of `X-Api-Key`.

    Basic is what browsers and feed readers can do; the user's name does not matter.
    """
    scheme, _, credentials = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return credentials.strip()
        case "basic":
            return _password(credentials)
        case _:
            return api_key.strip() or None


def _password(credentials: str) -> str | None:
    try:
        pair = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return pair.partition(":")[2]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
