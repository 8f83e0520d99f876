"""What the enrich service does with one raw article."""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog
from redis.exceptions import ResponseError

from copydesk_enrich.boilerplate import Boilerplate
from copydesk_enrich.commit import Commit, CommitOutcome
from copydesk_enrich.published import keep_date
from copydesk_enrich.registry import VERSION as REGISTRY_VERSION
from copydesk_enrich.registry import EntityRegistry
from copydesk_enrich.relations import Relations
from copydesk_enrich.steps import MAX_STEP_ERROR_CHARS
from copydesk_enrich.store_steps import take_step
from copydesk_enrich.worker import Worker
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.store import ArticleStore, State

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Raw = Entry[ArticleSubmitted]


class Enricher:
    """Enriches an article and hands it on.

    At least once, and safe to repeat: registry and relations are written by article id, and the
    commit is fenced by the entry's acknowledgement and by the article's newest version. Any number
    may be handled at a time: one is in the child, another with Redis, the others wait.
    """

    def __init__(
        self,
        *,
        store: ArticleStore,
        worker: Worker,
        registry: EntityRegistry,
        boilerplate: Boilerplate,
        relations: Relations,
        commit: Commit,
        metrics: DeliveryMetrics,
    ) -> None:
        self._store = store
        self._worker = worker
        self._registry = registry
        self._boilerplate = boilerplate
        self._relations = relations
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
        known = await self._boilerplate.known(submitted.source)
        article = await self._worker.enrich(submitted, known_lines=known, within_s=within_s)
        article = await self._dated(submitted, article)
        return await self._related_to_others(article, remember=False)

    async def _enrich(self, entry: Raw, consumer: Consumer[ArticleSubmitted]) -> CommitOutcome:
        submitted = entry.event
        # Looked at here to save the work, and again by the commit script to be right.
        if await self._stale(submitted):
            # A try before this one may have told the registry of an article withdrawn meanwhile.
            await self._unsettle(submitted)
            return await self._commit.supersede(entry, consumer)
        known = await self._boilerplate.known(submitted.source)
        article = await self._worker.enrich(submitted, known_lines=known)
        async with self._finishing:
            return await self._finish(entry, consumer, article)

    async def _finish(
        self, entry: Raw, consumer: Consumer[ArticleSubmitted], article: Article
    ) -> CommitOutcome:
        submitted = entry.event
        article = await self._dated(submitted, article)
        if submitted.embargoed_until is not None:
            # After the work, so that the publisher learns now and not at the hour of publication
            # what is wrong with the article; before the graph, which would give it away.
            held = await self._commit.hold(entry, consumer, until=submitted.embargoed_until)
            if held is not None:
                return held
        article = await self._related_to_others(article, remember=True)
        await self._learn(article)
        outcome = await self._commit.forward(entry, consumer, article)
        if outcome is CommitOutcome.SUPERSEDED:
            await self._unsettle(submitted)
        return outcome

    async def _unsettle(self, submitted: ArticleSubmitted) -> None:
        """Nobody will read this version: what it has told others goes, a later one's stays."""
        await self._registry.forget(submitted.article_id, up_to=submitted.version)
        await self._relations.forget(submitted.article_id, up_to=submitted.version)

    async def _stale(self, submitted: ArticleSubmitted) -> bool:
        standing = await self._store.standing(submitted.article_id)
        return (
            standing is None
            or standing.version != submitted.version
            or standing.state is State.WITHDRAWN
        )

    async def _dated(self, submitted: ArticleSubmitted, article: Article) -> Article:
        """A correction without a date has that of the version before it, where that is readable."""
        if submitted.version == 1 or submitted.published is not None:
            return article
        found = await self._store.article(article.article_id)
        earlier = found[1] if found else None
        return article if earlier is None else keep_date(article, earlier)

    async def _learn(self, article: Article) -> None:
        """Count the article's lines as its source's; a full server only costs the knowledge."""
        try:
            await self._boilerplate.learn(article)
        except ResponseError as exc:
            log.warning("lines_not_learned", error=str(exc)[:MAX_STEP_ERROR_CHARS])

    async def _related_to_others(self, article: Article, *, remember: bool) -> Article:
        settle = partial(self._registry.settle, remember=remember)
        article = await take_step("registry", REGISTRY_VERSION, settle, article)
        return await self._relations.find(article, remember=remember)
