"""Cancellation, made certain."""

import asyncio


def heed_cancellation() -> None:
    """Raise the cancellation of this task that something on its way has swallowed.

    Before Python 3.12 `asyncio.wait_for`, with which redis-py sends, returns a result that comes in
    the moment of the cancellation. A loop for ever that never asks would then outlive its app.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
