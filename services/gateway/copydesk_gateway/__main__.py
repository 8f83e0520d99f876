"""Run the gateway: `python -m copydesk_gateway`."""

import uvicorn

from copydesk_gateway.app import create_app
from copydesk_gateway.settings import Settings
from copydesk_shared.logging import configure_logging

STOP_WITHIN_S = 8
"""Requests under way get so long at SIGTERM; with closing, the process ends within 10 s."""


def main() -> None:
    settings = Settings()
    configure_logging("gateway", environment=settings.environment, level=settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        # The app logs its own start and stop as events; of uvicorn only trouble is wanted.
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )


if __name__ == "__main__":
    main()
