"""Submission ids: the partition, then a UUID of version 7 (RFC 9562), so that ids sort by time."""

import secrets
from datetime import datetime
from uuid import UUID

from copydesk_shared import keys

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_BITS = ~(0xF << 76 | 0b11 << 62) & (1 << 80) - 1


def submission_id(at: datetime) -> str:
    milliseconds = int(at.timestamp() * 1000)
    random = secrets.randbits(80) & _RANDOM_BITS
    return f"{keys.PARTITION}-{UUID(int=milliseconds << 80 | random | _VERSION | _VARIANT)}"
