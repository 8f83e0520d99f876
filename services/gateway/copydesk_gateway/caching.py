"""Entity tags and the question whether the reader has the newest already (RFC 9110)."""

import hashlib
import re

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def entity_tag(version: int, content: bytes) -> str:
    """A strong tag: the version for humans, the digest for truth."""
    return f'"v{version}-{hashlib.sha256(content).hexdigest()[:20]}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether the header names the tag; weak forms count, as for every If-None-Match."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)
