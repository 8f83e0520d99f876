"""The Lua scripts of the package: one file each under `scripts/`, loaded by name.

A line `--@include NAME` stands for the text of `scripts/NAME.lua`.
"""

import re
from functools import cache
from importlib.resources import files

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

_INCLUDE = re.compile(r"^--@include (\w+)\n", re.MULTILINE)


@cache
def source(name: str) -> str:
    text = (files("copydesk_shared") / "scripts" / f"{name}.lua").read_text()
    return _INCLUDE.sub(lambda found: source(found[1]), text)


def script(redis: "Redis", name: str) -> AsyncScript:
    """The script `scripts/<name>.lua`, sent by hash and again whole when the server forgot it."""
    return redis.register_script(source(name))
