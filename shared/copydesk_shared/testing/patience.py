"""Waiting for something to become true, without a fixed sleep."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar, overload

T = TypeVar("T")

STEP_S = 0.02


@overload
async def eventually(probe: Callable[[], Awaitable[T]], *, within: float = ...) -> T: ...


@overload
async def eventually(probe: Callable[[], T], *, within: float = ...) -> T: ...


async def eventually(probe: Callable[[], Any], *, within: float = 5.0) -> Any:
    """The first truthy answer of `probe`, asked every 20 ms; AssertionError after `within` seconds.

    An AssertionError from the probe counts as "not yet", and the last one is raised at the end.
    """
    deadline = monotonic() + within
    while True:
        failure: AssertionError | None = None
        try:
            answer = probe()
            value = await answer if inspect.isawaitable(answer) else answer
            if value:
                return value
        except AssertionError as exc:
            failure = exc
        if monotonic() > deadline:
            raise failure or AssertionError(f"not within {within} s: {probe}")
        await asyncio.sleep(STEP_S)
