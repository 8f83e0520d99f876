"""Running a service: uvicorn with the fast loop and parser, quiet, and quick to stop."""

from typing import Any

import uvicorn

from copydesk_shared.settings import CommonSettings

GRACE_S = 10
"""What is under way at SIGTERM may finish for so long; less than compose's stop_grace_period."""


def serve(app: Any, settings: CommonSettings) -> None:
    """Serve the ASGI app until SIGTERM or Ctrl-C."""
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
