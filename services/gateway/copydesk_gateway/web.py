"""Addresses that readers may be sent to."""


def web_url(url: str | None) -> str | None:
    """The URL if a reader may be sent there: http and https only, never `javascript:`."""
    if url is None:
        return None
    return url if url.lower().startswith(("https://", "http://")) else None
