"""Applications served by processes of their own, for clients that are not asynchronous."""

import asyncio
import multiprocessing
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import uvicorn
from starlette.types import ASGIApp

from copydesk_shared.testing.patience import eventually

START_S = 60.0


@contextmanager
def served(make_app: Callable[[], ASGIApp]) -> Iterator[str]:
    """The address of the app, which is made and run in a process of its own.

    A thread would not do: CPython 3.11 fails where two threads have syntax trees made (gh-106905),
    as pytest does for modules that are imported late, and `traceback` for what is logged.
    """
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(make_app, there))
    process.start()
    there.close()
    try:
        assert here.poll(START_S), "it does not start"
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        here.send(None)
        process.join(START_S)
    assert process.exitcode == 0


def _serve(make_app: Callable[[], ASGIApp], parent: Connection) -> None:
    asyncio.run(_until_told(make_app, parent))


async def _until_told(make_app: Callable[[], ASGIApp], parent: Connection) -> None:
    """Tell the parent the port, once there is an answer there; end when it says, or is gone."""
    config = uvicorn.Config(make_app, factory=True, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await eventually(lambda: server.started or serving.done(), within=START_S)
        parent.send(listener.getsockname()[1])
        await asyncio.to_thread(parent.poll, None)
        server.should_exit = True
        await serving
