"""The steps of enrichment that need the other articles: duplicates, then related links."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import structlog
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from redis.exceptions import TimeoutError as RedisTimeoutError

from copydesk_enrich import duplicates, related
from copydesk_enrich.graph import RelatedGraph
from copydesk_enrich.groups import DuplicateGroups
from copydesk_enrich.pipeline import SkippedStep
from copydesk_enrich.sentence_model import sentence_of
from copydesk_enrich.terms import terms_of
from copydesk_shared.contracts.article import Article, Step, StepStatus
from copydesk_shared.errors import DependencyDownError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MAX_STEP_ERROR_CHARS: Final = 200

Embed = Callable[[str], Awaitable[bytes]]


class Relations:
    """Finds what an article is a copy of and what belongs beside it, and enters it for the next.

    At least once, and safe to repeat: everything is written by article id and version. `embed`
    makes vectors of texts, where related articles are ordered by a sentence model too.
    """

    def __init__(
        self, groups: DuplicateGroups, graph: RelatedGraph, *, embed: Embed | None = None
    ) -> None:
        self._groups = groups
        self._graph = graph
        self._embed = embed

    async def find(self, article: Article, *, enter: bool = True) -> Article:
        """The article with its duplicates and related links, less a step that fails.

        Without `enter` nothing is written: it is what they would be, for a preview.

        Raises only for a dependency that is away: redis' ConnectionError and TimeoutError, and
        DependencyDownError of the worker.
        """
        with_duplicates = partial(self._with_duplicates, enter=enter)
        with_related = partial(self._with_related, enter=enter)
        article = await _step("duplicates", duplicates.VERSION, with_duplicates, article)
        return await _step("related", related.VERSION, with_related, article)

    async def _with_duplicates(self, article: Article, *, enter: bool) -> Article:
        signed = await asyncio.to_thread(duplicates.signature, article.body)
        if enter:
            # Even without a signature: an earlier, longer version ends its copies so.
            found = await self._groups.join(article.article_id, article.version, signed)
        else:
            found = await self._groups.foresee(article.article_id, signed)
        if signed is None:
            raise SkippedStep(f"fewer than {duplicates.SHORTEST} words")
        return article.model_copy(update={"duplicates": found})

    async def _with_related(self, article: Article, *, enter: bool) -> Article:
        terms = await asyncio.to_thread(
            terms_of, article.title, article.body, language=article.language.code
        )
        vector = await self._embed(sentence_of(article)) if self._embed else b""
        if enter:
            await self._graph.remember(article, terms, vector=vector)
        links = await self._graph.relate(article, terms, vector=vector, tell=enter)
        return article.model_copy(update={"related_links": links})


async def _step(
    name: str, version: str, work: Callable[[Article], Awaitable[Article]], article: Article
) -> Article:
    """What `work` makes of the article, or the article as it was; the step is noted either way."""
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
