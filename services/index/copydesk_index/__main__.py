"""`python -m copydesk_index` serves the index stage."""

from copydesk_index.app import create_app
from copydesk_index.settings import Settings
from copydesk_shared.server import serve

if __name__ == "__main__":
    settings = Settings()
    serve(create_app(settings), settings)
