"""Failure by type: what never works, what may work later, what is not the article's fault."""


class CopydeskError(Exception):
    """The root of all expected failures; `code` is stable and safe to show."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class PermanentError(CopydeskError):
    """Trying again cannot help: the entry is dead-lettered at once."""


class TransientError(CopydeskError):
    """Trying again may help: the entry is retried with growing delay up to the limit."""


class DependencyDownError(CopydeskError):
    """Redis or the search engine is away or full: the stage waits, and no entry is charged for it.

    `retry_after_s` is what a publisher is told, when more is known than that it may try again.
    """

    def __init__(self, code: str, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s
