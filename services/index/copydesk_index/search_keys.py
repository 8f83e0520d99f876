"""The keys that index and gateway need of Meilisearch, and no more than they need.

`copydesk search-keys` prints them. `python -m copydesk_index.search_keys FOLDER` is a part of the
compose stack: it keeps each in a file that only its service sees, and makes them anew when
Meilisearch has lost them, as it does with its data. It alone beside Meilisearch has the master key.
"""

import re
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError

from copydesk_index.settings import Settings
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.logging import configure_logging

log: structlog.stdlib.BoundLogger = structlog.get_logger()

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "index": (
        *("indexes.create", "indexes.get", "settings.get", "settings.update"),
        *("documents.add", "documents.get", "documents.delete", "tasks.get"),
    ),
    "gateway": ("search", "documents.get"),
}
"""What each service may do to the one index."""

TIMEOUT_S: Final = 10
EVERY_S: Final = 5
FILE: Final = "copydesk_search_key"
"""Settings look for it under this name (`copydesk_shared.settings`)."""
MADE: Final = Path(tempfile.gettempdir()) / "search-keys-made"
"""Is there once this process has made the keys: what the health check looks for."""
_NAMESPACE: Final = uuid.UUID("5b0f6d1e-9c3a-4f35-8d0a-7d5f0c1f2a10")
_UUID4: Final = re.compile(r"^(.{14}).(.{4}).")


@dataclass(frozen=True)
class SearchKey:
    service: str
    value: str

    def __str__(self) -> str:
        """As a line to read and to copy from."""
        return f"{self.service}: COPYDESK_SEARCH_KEY={self.value}"


def search_keys(url: str, *, master_key: str, index: str) -> list[SearchKey]:
    """Make the keys, or find those made before: the same call gives the same keys.

    Raises DependencyDownError when the server is away or does not take the master key.
    """
    client = Client(url, master_key, timeout=TIMEOUT_S)
    try:
        return [SearchKey(service, _key(client, service, index)) for service in ACTIONS]
    except MeilisearchApiError as exc:
        raise DependencyDownError("search_down", f"Meilisearch: {exc.message}") from exc
    # OSError: `requests` makes it the root of what the client does not translate.
    except (MeilisearchError, OSError) as exc:
        raise DependencyDownError("search_down", f"Meilisearch: {exc}") from exc


def _key(client: Client, service: str, index: str) -> str:
    wanted: dict[str, Any] = {
        "uid": key_uid(service, index),
        "name": f"copydesk-{service}",
        "description": f"What {service} needs of the index {index}.",
        "actions": list(ACTIONS[service]),
        "indexes": [index],
        "expiresAt": None,
    }
    try:
        return str(client.create_key(wanted).key)
    except MeilisearchApiError as exc:
        if exc.code != "api_key_already_exists":
            raise
    return str(client.get_key(wanted["uid"]).key)


def key_uid(service: str, index: str) -> str:
    """The key's id, the same each time; it looks like a random one, which the server wants."""
    named = str(uuid.uuid5(_NAMESPACE, f"{service}:{index}:{','.join(ACTIONS[service])}"))
    return _UUID4.sub(r"\g<1>4\g<2>a", named)


def keep(keys: Iterable[SearchKey], folder: Path) -> None:
    """Put each key into `<service>/copydesk_search_key`, readable by this user only.

    The file is replaced in one step, so that nobody reads half a key.
    """
    for key in keys:
        path = folder / key.service / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(key.value)
        fresh.replace(path)


def main() -> None:
    settings, folder = Settings(), Path(sys.argv[1])
    configure_logging("search-keys", environment=settings.environment, level=settings.log_level)
    if not settings.search_url or settings.search_key is None:
        raise SystemExit("COPYDESK_SEARCH_URL and COPYDESK_SEARCH_KEY, the master key, are needed.")
    while True:
        try:
            keys = search_keys(
                settings.search_url,
                master_key=settings.search_key.get_secret_value(),
                index=settings.search_index,
            )
        except DependencyDownError as exc:
            log.warning("search_keys_not_made", error=exc.message)
        else:
            keep(keys, folder)
            if not MADE.exists():
                log.info("search_keys_made", services=[key.service for key in keys])
                MADE.touch()
        time.sleep(EVERY_S)


if __name__ == "__main__":
    main()
