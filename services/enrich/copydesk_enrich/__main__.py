"""`python -m copydesk_enrich` serves the enrich stage."""

if __name__ == "__main__":
    # The worker process imports this module anew; it must not pay for the server's imports.
    from copydesk_enrich.app import create_app
    from copydesk_enrich.settings import Settings
    from copydesk_shared.server import serve

    settings = Settings()
    serve(create_app(settings), settings)
