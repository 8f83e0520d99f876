"""The sweep: compares engine and store, and mends what differs.

A consumer can die, or stall past its ownership check, between a late engine write and its second
look, and an engine can lose its data. The sweep finds both: it looks at what changed lately each
minute, and at everything once at start.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_index.documents import Write, differing, wanted
from copydesk_index.engines.port import IndexEngine
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.keys import CHANGED
from copydesk_shared.store import ArticleStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

PAGE: Final = 500


class Sweep:
    """Mends the engine. Idempotent, and safe beside the indexer through the shared `writing`."""

    def __init__(
        self,
        *,
        redis: "Redis",
        store: ArticleStore,
        engine: IndexEngine,
        writing: asyncio.Lock,
        registry: CollectorRegistry,
    ) -> None:
        self._redis = redis
        self._store = store
        self._engine = engine
        self._writing = writing
        self._mended = Counter(
            "copydesk_sweep_mended",
            "Articles whose state in the engine was not that of the store.",
            registry=registry,
        )

    async def round(self, *, window: timedelta | None) -> int:
        """Compare what changed within the window, or everything; the number of articles mended.

        Raises DependencyDownError when the engine is away.
        """
        since_ms = 0.0 if window is None else (time.time() - window.total_seconds()) * 1000
        mended = 0
        async for page in self._changed(since_ms):
            mended += await self._mend(page)
        if mended:
            self._mended.inc(mended)
            log.warning("sweep_mended", articles=mended, whole=window is None)
        return mended

    async def _changed(self, since_ms: float) -> AsyncIterator[Sequence[str]]:
        """Pages by rank, the newest first.

        An article that changes meanwhile moves to the front: it is left to the next round, others
        may be looked at twice, and none is passed over.
        """
        start = 0
        while True:
            rows: Any = await self._redis.zrange(
                CHANGED, start, start + PAGE - 1, desc=True, withscores=True
            )
            page = [
                article_id.decode() for article_id, changed_ms in rows if changed_ms >= since_ms
            ]
            if page:
                yield page
            if len(page) < PAGE:
                return
            start += PAGE

    async def _mend(self, article_ids: Sequence[str]) -> int:
        """Mend a page; one that fails is halved, so that an unreadable article stops no other."""
        try:
            return await self._mend_together(article_ids)
        except (DependencyDownError, RedisError, OSError):
            raise
        except Exception:
            if len(article_ids) == 1:
                log.exception("sweep_failed", article_id=article_ids[0])
                return 0
        middle = len(article_ids) // 2
        return await self._mend(article_ids[:middle]) + await self._mend(article_ids[middle:])

    async def _mend_together(self, article_ids: Sequence[str]) -> int:
        async with self._writing:
            standings = [s for s in await self._store.standings(article_ids) if s is not None]
            held = await self._engine.versions([s.article_id for s in standings])
            wrong = differing(standings, held)
            if not wrong:
                return 0
            write = Write.of(
                [
                    wanted(*row, seen_version=row[0].version)
                    for row in await self._store.articles(wrong)
                    if row is not None
                ]
            )
            report = await self._engine.write(write.upserts, write.deletes)
        return len(wrong) - len(report.refused)
