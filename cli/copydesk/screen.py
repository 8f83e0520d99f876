"""Where answers are shown: a terminal as wide as it is, a pipe or file wide enough for tables."""

from rich.console import Console

PIPE_WIDTH = 160


def screen(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console as wide as its surroundings allow, or exactly `width` columns."""
    if width is not None:
        return Console(stderr=stderr, width=width)
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=PIPE_WIDTH)
