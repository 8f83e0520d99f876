"""A step of enrichment: timed, noted in the article, and free to fail alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

import structlog

from copydesk_shared.contracts.article import Step, StepStatus
from copydesk_shared.errors import DependencyDownError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MAX_STEP_ERROR_CHARS: Final = 200

Exceptions = tuple[type[Exception], ...]


class SkippedStep(Exception):  # noqa: N818  # a reason, not a failure
    """There is nothing for this step to do here; the message says why."""


@contextmanager
def isolated(
    name: str,
    version: str,
    note: Callable[[Step], None],
    *,
    away: Exceptions = (DependencyDownError,),
    foreseen: Exceptions = (),
) -> Iterator[None]:
    """Run the block as a step: what it raises costs its own result, never the article.

    Raises only `away`, which is not the step's fault; `foreseen` is logged without a traceback.
    """
    begun = perf_counter()
    status, error = StepStatus.OK, None
    try:
        yield
    except away:
        raise
    except SkippedStep as reason:
        status, error = StepStatus.SKIPPED, str(reason)
    except Exception as exc:
        status, error = StepStatus.FAILED, f"{type(exc).__name__}: {exc}"[:MAX_STEP_ERROR_CHARS]
        if isinstance(exc, foreseen):
            log.warning("step_failed", step=name, error=error)
        else:
            log.exception("step_failed", step=name)
    note(ended(name, version, begun, status=status, error=error))


def ended(
    name: str,
    version: str,
    begun: float,
    *,
    status: StepStatus = StepStatus.OK,
    error: str | None = None,
) -> Step:
    """A step that began at `begun` (of `perf_counter`) and ends now."""
    ms = round((perf_counter() - begun) * 1000, 3)
    return Step(name=name, version=version, ms=ms, status=status, error=error)
