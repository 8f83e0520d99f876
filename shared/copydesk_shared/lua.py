"""The Lua scripts of the package: one file each under `scripts/`, loaded by name."""

from functools import cache
from importlib.resources import files

from redis.asyncio import Redis
from redis.commands.core import AsyncScript


@cache
def source(name: str) -> str:
    return (files("copydesk_shared") / "scripts" / f"{name}.lua").read_text()


def script(redis: "Redis", name: str) -> AsyncScript:
    """The script `scripts/<name>.lua`, sent by hash and again whole when the server forgot it."""
    return redis.register_script(source(name))
