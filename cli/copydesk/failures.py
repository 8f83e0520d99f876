"""What a command says when it cannot do its work: one line on standard error and an exit code."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; 0 is success."""

    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class CommandError(Exception):
    """Ends a command; the message is for a human and fits on one line, but for a log's tail."""

    def __init__(self, message: str, *, exit_code: Exit = Exit.REFUSED) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
