"""`python -m copydesk_ingest`: one process of the ingest service."""

import uvicorn

from copydesk_ingest.app import create_app
from copydesk_ingest.settings import Settings
from copydesk_shared.logging import configure_logging

SHUTDOWN_S = 10
"""Requests under way get so long to end; one that waits for a receipt may want a minute."""


def main() -> None:
    settings = Settings()
    configure_logging("ingest", environment=settings.environment, level=settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


if __name__ == "__main__":
    main()
