"""Where ingest and gateway are: said, else read from a running stack, else the usual ports."""

from pathlib import Path

from copydesk.failures import CommandError, Exit
from copydesk.run_file import read_run

DEFAULT_DATA_DIR = Path("data")
DEFAULTS = {"gateway": "http://127.0.0.1:8080", "ingest": "http://127.0.0.1:8081"}


def address(part: str, given: str | None, *, data_dir: Path) -> str:
    """The base URL of `ingest` or `gateway`, without a slash at the end."""
    if given and not given.startswith(("http://", "https://")):
        raise CommandError(
            f"not an address: {given}; it begins with http:// or https://", exit_code=Exit.USAGE
        )
    run = None if given else read_run(data_dir)
    found = given or (run.urls.get(part) if run else None) or DEFAULTS[part]
    return found.rstrip("/")
