"""The Lua scripts of a package: one file each under its `scripts/`, loaded by name.

A line `--@include NAME` stands for the text of `scripts/NAME.lua` of the same package.
"""

import re
from functools import cache
from importlib.resources import files

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

_INCLUDE = re.compile(r"^--@include (\w+)\n", re.MULTILINE)


@cache
def source(name: str, package: str = __package__) -> str:
    text = (files(package) / "scripts" / f"{name}.lua").read_text("utf-8")
    return _INCLUDE.sub(lambda found: source(found[1], package), text)


def script(redis: "Redis", name: str, package: str = __package__) -> AsyncScript:
    """The script `scripts/<name>.lua`, sent by hash and again whole when the server forgot it."""
    return redis.register_script(source(name, package))
