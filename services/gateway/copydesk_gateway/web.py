"""Addresses that readers may be sent to."""

from collections.abc import Sequence
from urllib.parse import urlencode


def address(path: str, query: Sequence[tuple[str, str]]) -> str:
    """The path with its parameters, escaped; no question mark where there are none."""
    return f"{path}?{urlencode(query)}" if query else path


def web_url(url: str | None) -> str | None:
    """The URL if a reader may be sent there: http and https only, never `javascript:`."""
    if url is None:
        return None
    return url if url.lower().startswith(("https://", "http://")) else None
