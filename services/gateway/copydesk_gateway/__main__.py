"""Run the gateway: `python -m copydesk_gateway`."""

from copydesk_gateway.app import create_app
from copydesk_gateway.settings import Settings
from copydesk_shared.logging import configure_logging
from copydesk_shared.server import serve


def main() -> None:
    settings = Settings()
    configure_logging("gateway", environment=settings.environment, level=settings.log_level)
    serve(create_app(settings), settings)


if __name__ == "__main__":
    main()
