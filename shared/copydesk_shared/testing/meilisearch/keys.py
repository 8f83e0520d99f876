"""API keys of the stand-in: what each may do, and to which indexes."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from copydesk_shared.testing.meilisearch.problems import ProblemError


@dataclass(frozen=True)
class Key:
    uid: str
    name: str
    actions: tuple[str, ...]
    indexes: tuple[str, ...]
    made: str
    value: str

    def allows(self, action: str, index: str | None) -> bool:
        return _matches(self.actions, action) and (index is None or _matches(self.indexes, index))

    def view(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "description": None,
            "key": self.value,
            "uid": self.uid,
            "actions": list(self.actions),
            "indexes": list(self.indexes),
            "expiresAt": None,
            "createdAt": self.made,
            "updatedAt": self.made,
        }


class KeyRing:
    """The master key may do all; without one, so may everybody."""

    def __init__(self, master: str | None) -> None:
        self.master = master
        self._keys: dict[str, Key] = {}

    def admit(self, header: str | None, action: str, index: str | None) -> None:
        """Raise ProblemError unless the header's key may do this to the index."""
        if self.master is None:
            return
        if header is None:
            raise ProblemError(
                "missing_authorization_header",
                "The Authorization header is missing. It must use the bearer authorization method.",
                status=401,
            )
        value = header.removeprefix("Bearer ")
        if value == self.master:
            return
        if not any(key.value == value and key.allows(action, index) for key in self._keys.values()):
            raise ProblemError("invalid_api_key", "The provided API key is invalid.", status=403)

    def create(self, body: Mapping[str, Any]) -> Key:
        uid = str(body["uid"])
        if uid in self._keys:
            raise ProblemError(
                "api_key_already_exists",
                f"`uid` field value `{uid}` is already an existing API key.",
                status=409,
            )
        # As the server makes it: so a key's value is known before the key is.
        value = hmac.new((self.master or "").encode(), uid.encode(), hashlib.sha256).hexdigest()
        key = Key(
            uid,
            str(body.get("name")),
            tuple(body["actions"]),
            tuple(body["indexes"]),
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            value,
        )
        self._keys[uid] = key
        return key

    def get(self, uid: str) -> Key:
        try:
            return self._keys[uid]
        except KeyError:
            raise ProblemError(
                "api_key_not_found", f"API key `{uid}` not found.", status=404
            ) from None


def _matches(patterns: tuple[str, ...], name: str) -> bool:
    return any(
        name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))
        for pattern in patterns
    )
