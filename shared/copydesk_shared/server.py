"""Running a service: uvicorn with the fast loop and parser, quiet, and quick to stop."""

from typing import Any

import uvicorn

from copydesk_shared.settings import CommonSettings

GRACE_S = 10
"""What is under way at SIGTERM gets so long to finish (a wait for a receipt may want a minute).

Less than the 15 s of `copydesk up` and the 20 s of compose.
"""


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
        # The services log their start and stop as events; of uvicorn only trouble is wanted.
        log_level="warning",
        server_header=False,
        # Whose word on the client's address is taken is for the app's own settings to say.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
