"""Entity tags, and the question whether the reader has the newest already (RFC 9110 §13).

All tags are weak: what they stand for is the same in every content coding.
"""

import hashlib
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError
from starlette.datastructures import Headers
from starlette.responses import Response

from copydesk_shared.streams import ENRICHED, EVENTS

REVALIDATE: Final = "no-cache"
"""Keep it, and ask each time: what was withdrawn must be gone at once."""

GENERATION_S: Final = 60
"""So long a generation lasts at most: what changes search without a word on the streams shows then
(retention, the sweep's repairs, the age that relevance looks at)."""

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def entity_tag(*parts: bytes | str | int) -> str:
    """A weak tag over what a representation is made of."""
    digest = hashlib.sha256()
    for part in parts:
        piece = part if isinstance(part, bytes) else str(part).encode()
        digest.update(b"%d:" % len(piece))
        digest.update(piece)
    return f'W/"{digest.hexdigest()[:24]}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether the header names the tag, weak or not, as for every If-None-Match."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(if_none_match)


def not_modified(headers: Headers, tag: str, changed: datetime | None = None) -> bool:
    """Whether a request's conditions say that the reader has it; `changed` is its Last-Modified.

    If-Modified-Since counts only beside no If-None-Match.
    """
    if "if-none-match" in headers:
        return is_known(headers["if-none-match"], tag)
    since = _parsed(headers.get("if-modified-since", ""))
    return changed is not None and since is not None and changed.replace(microsecond=0) <= since


def unchanged(headers: Mapping[str, str]) -> Response:
    """304 with the headers of the whole answer, which varies by content coding, too."""
    response = Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    response.headers.add_vary_header("Accept-Encoding")
    return response


def http_date(moment: datetime) -> str:
    """An HTTP date, never in the future (RFC 9110 §8.8.2.1)."""
    return format_datetime(min(moment.astimezone(UTC), datetime.now(UTC)), usegmt=True)


async def generation(redis: "Redis") -> str:
    """Names what search and store hold; read it before searching.

    It changes with each commit of the index (the last event), with each enriched article and, at
    the moment of the tombstone, with each withdrawal (both are written to `enriched`); and once a
    minute. So a page under an unchanged generation shows nothing that was withdrawn meanwhile.
    """
    async with redis.pipeline(transaction=False) as pipe:
        for stream in (ENRICHED, EVENTS):
            pipe.xinfo_stream(stream.name)
        answers = await pipe.execute(raise_on_error=False)
    return "|".join([*map(_last_id, answers), str(int(time.time()) // GENERATION_S)])


def _last_id(answer: Mapping[str, object] | Exception) -> str:
    if isinstance(answer, ResponseError):  # no such stream: nothing was ever written to it
        return "0-0"
    if isinstance(answer, Exception):
        raise answer
    last_id = answer["last-generated-id"]
    return last_id.decode() if isinstance(last_id, bytes) else str(last_id)


def _parsed(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
