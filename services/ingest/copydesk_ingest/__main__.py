"""`python -m copydesk_ingest`: one process of the ingest service."""

from copydesk_ingest.app import create_app
from copydesk_ingest.settings import Settings
from copydesk_shared.logging import configure_logging
from copydesk_shared.server import serve


def main() -> None:
    settings = Settings()
    configure_logging("ingest", environment=settings.environment, level=settings.log_level)
    serve(create_app(settings), settings)


if __name__ == "__main__":
    main()
