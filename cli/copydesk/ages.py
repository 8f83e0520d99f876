"""Ages as people write and read them: `90s`, `15m`, `2h`, `7d`."""

import re
from datetime import timedelta

from copydesk.failures import CommandError, Exit

UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_AGE = re.compile(r"(\d{1,6}(?:\.\d+)?)([smhd])")


def age(text: str) -> timedelta:
    found = _AGE.fullmatch(text.strip().lower())
    if not found:
        raise CommandError(f"not an age: {text}; write 90s, 15m, 2h or 7d", exit_code=Exit.USAGE)
    return timedelta(seconds=float(found[1]) * UNITS[found[2]])


def spoken(duration: timedelta) -> str:
    """The age in its largest unit, rounded down."""
    seconds = max(0, int(duration.total_seconds()))
    for unit, length in UNITS.items():
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return "0s"
