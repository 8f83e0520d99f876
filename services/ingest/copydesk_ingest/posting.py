"""A posting: what a publisher's request says, taken apart once at the edge."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request

from copydesk_ingest.accept import Idempotency
from copydesk_ingest.formats.checks import Place
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import Warned

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]{1,40})", re.IGNORECASE)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class Posting:
    """One request's body and all that decides how it is read."""

    media_type: str
    charset: str | None
    query: Sequence[tuple[str, str]]
    body: bytes
    place: Place | None = None
    trace: str | None = None
    idempotency_key: str | None = None
    warnings: tuple[Warned, ...] = ()
    """What was repaired in the batch that this is a part of."""

    def idempotency(self) -> Idempotency | None:
        """The key with the hash of everything that must be the same when it comes again."""
        if self.idempotency_key is None:
            return None
        read_as = (self.media_type, self.charset, self.query, self.place)
        digest = hashlib.sha256(repr(read_as).encode())
        digest.update(self.body)
        return Idempotency(self.idempotency_key, digest.hexdigest())


def posting(request: Request, body: bytes, *, place: Place | None = None) -> Posting:
    content_type = request.headers.get("content-type", "")
    charset = _CHARSET.search(content_type)
    key = request.headers.get("idempotency-key")
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        raise RefusedError(
            "invalid_idempotency_key",
            "An Idempotency-Key is 1 to 255 visible ASCII characters.",
            status=HTTPStatus.BAD_REQUEST,
        )
    return Posting(
        media_type=content_type.partition(";")[0].strip().lower(),
        charset=charset[1] if charset else None,
        query=request.query_params.multi_items(),
        body=body,
        place=place,
        trace=trace_of(request),
        idempotency_key=key,
    )


def trace_of(request: Request) -> str | None:
    """The W3C trace context of the request, when it is well-formed."""
    traceparent = request.headers.get("traceparent", "")
    return traceparent if _TRACEPARENT.fullmatch(traceparent) else None
