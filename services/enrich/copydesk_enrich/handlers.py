"""What the enrich service does with one raw article."""

import asyncio
import time
from collections.abc import Sequence

import structlog
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from copydesk_enrich import related
from copydesk_enrich.commit import Commit, CommitOutcome
from copydesk_enrich.graph import RelatedGraph
from copydesk_enrich.terms import terms_of
from copydesk_enrich.worker import Worker
from copydesk_shared.contracts.article import Article, Step, StepStatus
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.store import ArticleStore, State

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MAX_STEP_ERROR_CHARS = 200

Raw = Entry[ArticleSubmitted]


class Enricher:
    """Enriches an article and hands it on.

    At least once, and safe to repeat: the graph is written by article id, and the commit is fenced
    by the entry's acknowledgement and by the article's newest version. Any number may be handled
    at a time: one is in the child, another with Redis, the others wait.
    """

    def __init__(
        self,
        *,
        store: ArticleStore,
        worker: Worker,
        graph: RelatedGraph,
        commit: Commit,
        metrics: DeliveryMetrics,
    ) -> None:
        self._store = store
        self._worker = worker
        self._graph = graph
        self._commit = commit
        self._metrics = metrics
        # The next article is in the child by then; two versions of one keep their order.
        self._finishing = asyncio.Lock()

    async def handle(self, entries: Sequence[Raw], consumer: Consumer[ArticleSubmitted]) -> None:
        for entry in entries:
            outcome = await self._enrich(entry, consumer)
            self._metrics.entries.labels("enrich", outcome).inc()
            log.info("article_enriched", outcome=outcome, version=entry.event.version)

    async def preview(self, submitted: ArticleSubmitted, *, within_s: float) -> Article:
        """The article as it would be now, of which nothing is remembered. Raises as the worker."""
        article = await self._worker.enrich(submitted, within_s=within_s)
        return await self._with_related(article, remember=False)

    async def _enrich(self, entry: Raw, consumer: Consumer[ArticleSubmitted]) -> CommitOutcome:
        submitted = entry.event
        # Looked at here to save the work, and again by the commit script to be right.
        if await self._stale(submitted):
            return await self._commit.supersede(entry, consumer)
        article = await self._worker.enrich(submitted)
        async with self._finishing:
            return await self._finish(entry, consumer, article)

    async def _finish(
        self, entry: Raw, consumer: Consumer[ArticleSubmitted], article: Article
    ) -> CommitOutcome:
        embargo = entry.event.embargoed_until
        if embargo is not None:
            # After the work, so that the publisher learns now and not at the hour of publication
            # what is wrong with the article; before the graph, which would give it away.
            held = await self._commit.hold(entry, consumer, until=embargo)
            if held is not None:
                return held
        return await self._commit.forward(entry, consumer, await self._with_related(article))

    async def _stale(self, submitted: ArticleSubmitted) -> bool:
        standing = await self._store.standing(submitted.article_id)
        return (
            standing is None
            or standing.version != submitted.version
            or standing.state is State.WITHDRAWN
        )

    async def _with_related(self, article: Article, *, remember: bool = True) -> Article:
        """The article with its related links, entered in the graph; degraded when that fails."""
        started = time.perf_counter()
        links, status, error = article.related_links, StepStatus.OK, None
        try:
            terms = terms_of(article.title, article.body, language=article.language.code)
            links = await self._graph.relate(article, terms)
            if remember:
                await self._graph.remember(article, terms)
        except (RedisConnectionError, RedisTimeoutError):
            raise
        except Exception as exc:
            # A step other than extraction may fail without taking the article with it. So when
            # the server is full: it refuses the graph but takes the commit, which makes room.
            log.exception("step_failed", step="related")
            status, error = StepStatus.FAILED, f"{type(exc).__name__}: {exc}"[:MAX_STEP_ERROR_CHARS]
        step = Step(
            name="related",
            version=related.VERSION,
            ms=round((time.perf_counter() - started) * 1000, 2),
            status=status,
            error=error,
        )
        pipeline = article.pipeline.model_copy(update={"steps": (*article.pipeline.steps, step)})
        return article.model_copy(update={"related_links": links, "pipeline": pipeline})
