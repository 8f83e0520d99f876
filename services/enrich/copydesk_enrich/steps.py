"""A step of enrichment that needs Redis: timed, noted in the article, and free to fail alone."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from redis.exceptions import TimeoutError as RedisTimeoutError

from copydesk_enrich.pipeline import SkippedStep
from copydesk_shared.contracts.article import Article, Step, StepStatus
from copydesk_shared.errors import DependencyDownError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MAX_STEP_ERROR_CHARS: Final = 200


async def take_step(
    name: str, version: str, work: Callable[[Article], Awaitable[Article]], article: Article
) -> Article:
    """What `work` makes of the article, or the article as it was; the step is noted either way.

    Raises only for what is away: redis' ConnectionError and TimeoutError, DependencyDownError.
    """
    started = time.perf_counter()
    status, error = StepStatus.OK, None
    try:
        article = await work(article)
    except (RedisConnectionError, RedisTimeoutError, DependencyDownError):
        raise
    except SkippedStep as reason:
        status, error = StepStatus.SKIPPED, str(reason)
    except Exception as exc:
        # A step other than extraction may fail without taking the article with it. So when the
        # server is full: it refuses what is new and takes the commit, which makes room.
        status, error = StepStatus.FAILED, f"{type(exc).__name__}: {exc}"[:MAX_STEP_ERROR_CHARS]
        if isinstance(exc, OutOfMemoryError):
            log.warning("step_failed", step=name, error=error)
        else:
            log.exception("step_failed", step=name)
    step = Step(
        name=name,
        version=version,
        ms=round((time.perf_counter() - started) * 1000, 2),
        status=status,
        error=error,
    )
    pipeline = article.pipeline.model_copy(update={"steps": (*article.pipeline.steps, step)})
    return article.model_copy(update={"pipeline": pipeline})
