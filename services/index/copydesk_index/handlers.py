"""What the index service does with a batch of enriched articles."""

import asyncio
from collections.abc import Sequence

import structlog

from copydesk_index.completion import Completion
from copydesk_index.documents import Wanted, Write, wanted
from copydesk_index.engines.port import IndexEngine, WriteReport
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.delivery import Consumer, Entry
from copydesk_shared.errors import PermanentError
from copydesk_shared.logging import bind
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.store import ArticleStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Enriched = Entry[ArticleEnriched]


class Indexer:
    """Brings the engine to the store's newest state of each article in a batch.

    At least once, and safe to repeat: a write is idempotent by id and always of the newest state,
    so that the order of entries and of replicas does not matter in the end. `writing` is held from
    the read of the store to the engine's confirmation, so that the sweep of this process never
    writes what it read before.
    """

    def __init__(
        self,
        *,
        store: ArticleStore,
        engine: IndexEngine,
        completion: Completion,
        writing: asyncio.Lock,
        metrics: DeliveryMetrics,
    ) -> None:
        self._store = store
        self._engine = engine
        self._completion = completion
        self._writing = writing
        self._metrics = metrics

    async def handle(
        self, entries: Sequence[Enriched], consumer: Consumer[ArticleEnriched]
    ) -> None:
        """Write, then complete what the engine has confirmed."""
        async with self._writing:
            states = await self._wanted(entries)
            # Looked at last thing before the write: a replica that was away too long must not
            # overwrite what its successor has written meanwhile.
            held = await consumer.still_held(entries)
            ids = {entry.event.article_id for entry in held}
            report = await self._write([state for key, state in states.items() if key in ids])
        finished: list[tuple[Enriched, Wanted]] = []
        for entry in held:
            reason = report.refused.get(entry.event.article_id)
            if reason is None:
                finished.append((entry, states[entry.event.article_id]))
            else:
                await consumer.fail(entry, PermanentError("refused_by_engine", reason))
        outcomes = (
            await self._completion.complete(finished, consumer=consumer.name) if finished else []
        )
        for (entry, _), outcome in zip(finished, outcomes, strict=True):
            self._metrics.entries.labels("index", outcome).inc()
            event = entry.event
            with bind(
                submission_id=event.submission_id, article_id=event.article_id, trace=event.trace
            ):
                log.info("article_completed", outcome=outcome, version=event.version)

    async def _wanted(self, entries: Sequence[Enriched]) -> dict[str, Wanted]:
        """The state to write of each article in the batch, by id; the last entry of an id wins."""
        seen: dict[str, int] = {}
        for entry in entries:
            event = entry.event
            seen[event.article_id] = max(event.version, seen.get(event.article_id, 0))
        found = await self._store.articles(list(seen))
        states: dict[str, Wanted] = {}
        for (article_id, version), row in zip(seen.items(), found, strict=True):
            if row is None:
                # The store has forgotten the article (retention, a flush): neither may be found.
                states[article_id] = Wanted(article_id, version, None)
            else:
                states[article_id] = wanted(*row, seen_version=version)
        return states

    async def _write(self, states: Sequence[Wanted]) -> WriteReport:
        write = Write.of(states)
        if not write:
            return WriteReport()
        return await self._engine.write(write.upserts, write.deletes)
