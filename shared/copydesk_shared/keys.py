"""The Redis keys outside the streams.

Whatever one script touches carries the hash tag `{0}`, so that it lies in one slot of a Redis
Cluster. There is one partition; `0` is its name, and a submission id begins with it.
"""

import hashlib

PARTITION = "0"
TAG = f"copydesk:{{{PARTITION}}}"
CHANGED = f"{TAG}:changed"
"""Sorted set: article id → milliseconds of its last commit. The index sweep reads it."""

RECEIPT_EXPIRY_S = 7 * 24 * 3600
"""A receipt is kept until its outcome, and then for a week."""


def article(article_id: str) -> str:
    return f"{TAG}:article:{article_id}"


def receipt(submission_id: str) -> str:
    return f"{TAG}:receipt:{submission_id}"


def alias(source: str, kind: str, value: str) -> str:
    """The alias of an identifier; `kind` is `external_id`, `url` or `content`."""
    digest = hashlib.sha256(f"{source}\x00{kind}\x00{value}".encode()).hexdigest()
    return f"{TAG}:alias:{digest[:40]}"


def idempotency(key: str) -> str:
    return f"{TAG}:idempotency:{hashlib.sha256(key.encode()).hexdigest()[:40]}"
