"""Where a search goes on: an opaque token that fits only the search that gave it.

It holds one number (an order key, or an offset for relevance) and a digest over that number and
the search. The digest is no secret: a forged cursor could only ask for what anyone may ask for;
it is there so that a cursor is never silently applied to another search.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import asdict, replace

from copydesk_gateway.engines.port import MAX_DEPTH
from copydesk_gateway.query import Filters, SearchRequest, Sort

_NUMBER_BYTES = 8
_DIGEST_BYTES = 8


class InvalidCursorError(ValueError):
    """The cursor is damaged or belongs to another search."""


def write(request: SearchRequest, position: int) -> str:
    """The cursor of `request` at `position`: an order key for dates, an offset for relevance."""
    number = position.to_bytes(_NUMBER_BYTES)
    token = number + _digest(request, number)
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def resume(request: SearchRequest, cursor: str) -> SearchRequest:
    """The same request, going on where the cursor stands."""
    try:
        token = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise InvalidCursorError(cursor) from exc
    number, digest = token[:_NUMBER_BYTES], token[_NUMBER_BYTES:]
    if len(number) != _NUMBER_BYTES or digest != _digest(request, number):
        raise InvalidCursorError(cursor)
    position = int.from_bytes(number)
    if request.sort is not Sort.RELEVANCE:
        return replace(request, after_key=position)
    if position > MAX_DEPTH:
        raise InvalidCursorError(cursor)
    return replace(request, offset=position)


def _digest(request: SearchRequest, number: bytes) -> bytes:
    """A digest over what is searched; page size, facets and the order of values do not matter."""
    search = {
        "terms": repr(request.query.terms),
        "excluded": repr(request.query.excluded),
        "filters": _unordered(request.filters),
        "sort": request.sort,
        "collapse": request.collapse,
    }
    canonical = json.dumps(search, sort_keys=True).encode()
    return hashlib.blake2b(number + canonical, digest_size=_DIGEST_BYTES).digest()


def _unordered(filters: Filters) -> dict[str, object]:
    """The filters without the order of values, and without times that move with the clock."""
    if filters.relative:
        filters = replace(filters, published_from=None, published_to=None)
    return {
        name: sorted(value) if isinstance(value, tuple) else value
        for name, value in asdict(filters).items()
    }
