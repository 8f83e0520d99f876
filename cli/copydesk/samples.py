"""The small wire of articles that comes with the project."""

from pathlib import Path

from copydesk.failures import CommandError, Exit
from copydesk.manifest import FILE_NAME


def samples_dir() -> Path:
    """`samples/` here or in the checkout this command runs from; an installed wheel has none."""
    for folder in (Path("samples"), Path(__file__).parents[2] / "samples"):
        if (folder / FILE_NAME).is_file():
            return folder
    raise CommandError(
        "no samples folder here; run this in a checkout of Copydesk", exit_code=Exit.USAGE
    )
