"""The Redis keys outside the streams.

Whatever one script touches carries the hash tag `{0}`, so that it lies in one slot of a Redis
Cluster. There is one partition; `0` is its name, and a submission id begins with it.
"""

import hashlib

PARTITION = "0"
TAG = f"copydesk:{{{PARTITION}}}"
CHANGED = f"{TAG}:changed"
"""Sorted set: article id → milliseconds of its last commit. The index sweep reads it."""

DUE = f"{TAG}:due"
"""Sorted set: `publish` or `withdraw`, article id, version and submission id, joined by `|` →
milliseconds when it is to happen. Accept and enrich fill it, the index replicas empty it."""

PAUSED = f"{TAG}:paused"
"""Hash: stage → since when and by whom it is paused."""

RESUMES = f"{TAG}:resumes"
"""Hash: stage → how often an operator has resumed it."""

RAW_SHED = f"{TAG}:raw-shed"
"""String: milliseconds up to which the janitor has dropped raw copies, by time of last commit."""

PREVIEWS = f"{TAG}:preview"
"""List: ids of previews that wait for an enrich replica.

No stream: nobody retries a preview, so that it needs no pending entry, no delivery count and no
dead letter. A pop gives it to one replica, and when that dies, the one who asked is told nothing
in time, which is all that should happen.
"""

PREVIEW_REPLY_EXPIRY_S = 30
"""An answer that nobody fetches, because he has gone, is kept for so long."""

ALIAS_PREFIX = f"{TAG}:alias:"

RECEIPT_EXPIRY_S = 7 * 24 * 3600
"""A receipt is kept until its outcome, and then for a week."""


def article(article_id: str) -> str:
    return f"{TAG}:article:{article_id}"


def versions(article_id: str) -> str:
    """Hash: number of an earlier version → that article (zstd), `<number>:ms` → its time."""
    return f"{article(article_id)}:versions"


def trace(article_id: str) -> str:
    """List: what happened to the article, one JSON object an event, oldest first."""
    return f"{TAG}:trace:{article_id}"


def receipt(submission_id: str) -> str:
    return f"{TAG}:receipt:{submission_id}"


def alias(source: str, kind: str, value: str) -> str:
    """The alias of an identifier; `kind` is `external_id`, `url` or `content`."""
    digest = hashlib.sha256(f"{source}\x00{kind}\x00{value}".encode()).hexdigest()
    return f"{ALIAS_PREFIX}{digest[:40]}"


def idempotency(key: str) -> str:
    return f"{TAG}:idempotency:{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def preview(preview_id: str) -> str:
    """List: the answer to a preview, once it is there."""
    return f"{PREVIEWS}:{preview_id}"


def preview_request(preview_id: str) -> str:
    """Hash: what is to be previewed; it expires when the answer would come too late."""
    return f"{PREVIEWS}:{preview_id}:request"
