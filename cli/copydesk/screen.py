"""Where answers are shown: a terminal as wide as it is, a pipe or file wide enough for tables."""

from rich.console import Console

PIPE_WIDTH = 160


def screen(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=PIPE_WIDTH)
