"""Limits that a linear scan finds, so that no hostile document reaches a recursive parser."""

import re
from dataclasses import dataclass
from datetime import timedelta

from copydesk_ingest.refusals import RefusedError


@dataclass(frozen=True)
class Limits:
    """The largest article in bytes, the shortest plain text, and how deep markup may nest.

    `embargo_max` is the longest embargo.
    """

    max_bytes: int
    min_chars: int
    html_max_depth: int
    html_max_tags: int
    json_max_depth: int
    embargo_max: timedelta


MAX_JSON_TOKENS = 500_000
"""Strings, brackets and commas: a full batch has a fifth of that, and a list of empty lists, which
takes 25 times its size once it is parsed, has more."""

# Strings first, possessively: what is in them does not count, and nothing is looked at twice.
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]|,', re.DOTALL)


def refuse_json_bomb(body: bytes, *, limit: int) -> None:
    """422 `too_deep` when objects and arrays nest deeper than `limit`, or `too_many_values`."""
    brackets = body.count(b"{") + body.count(b"[")
    if brackets <= limit and 2 * brackets + body.count(b'"') + body.count(b",") <= MAX_JSON_TOKENS:
        return
    depth = 0
    for number, token in enumerate(_JSON_TOKEN.finditer(body)):
        if number >= MAX_JSON_TOKENS:
            raise RefusedError(
                "too_many_values", f"The JSON has more than {MAX_JSON_TOKENS} parts."
            )
        match body[token.start()]:
            case 0x5B | 0x7B:  # [ {
                depth += 1
                if depth > limit:
                    raise too_deep("JSON", limit=limit)
            case 0x5D | 0x7D:  # ] }
                depth -= 1


def too_deep(what: str, *, limit: int) -> RefusedError:
    return RefusedError("too_deep", f"The {what} nests deeper than {limit} levels.")
