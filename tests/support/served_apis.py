"""Applications served from a thread, for clients that are not asynchronous."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import uvicorn
from starlette.types import ASGIApp

START_S = 30.0


@contextmanager
def served(make_app: Callable[[], ASGIApp]) -> Iterator[str]:
    """The address of the app, which is made and run in the thread's own event loop."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(make_app, factory=True, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            given_up_at = monotonic() + START_S
            while not server.started:
                assert thread.is_alive()
                assert monotonic() < given_up_at
                sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
