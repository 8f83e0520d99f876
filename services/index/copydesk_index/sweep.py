"""The sweep: compares engine and store, and mends what differs.

A consumer can die, or stall past its ownership check, between a late engine write and its second
look, and an engine can lose its data. The sweep finds both: it looks at everything once at start,
then each minute at what changed lately and at a sample of the rest. It looks at everything again
when the sample shows a difference, and as soon as the engine is known to have begun empty.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, NamedTuple

import structlog
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_index.documents import Write, differing, wanted
from copydesk_index.engines.port import IndexEngine
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.keys import CHANGED
from copydesk_shared.store import ArticleStore, Standing

log: structlog.stdlib.BoundLogger = structlog.get_logger()

PAGE: Final = 500

SAMPLE: Final = 100
"""Of an engine that lost a twentieth of its articles, a round sees one with 99 %; emptied, all."""

LOOK_EVERY_S: Final = 1.0

IN_FLIGHT_MS: Final = 10_000
"""So long after a commit its own entry may be on its way to the engine: nothing is amiss yet."""


class Changed(NamedTuple):
    """An article and the time of its last commit."""

    article_id: str
    at_ms: float


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
        self._begun = 0
        self._writing = writing
        self._mended = Counter(
            "copydesk_sweep_mended",
            "Articles whose state in the engine was not that of the store.",
            registry=registry,
        )

    async def round(self, *, window: timedelta | None) -> int:
        """Compare what changed within the window, or everything; the number of articles mended.

        A window widens to everything when a sample of the articles behind it shows a difference.
        Raises DependencyDownError when the engine is away.
        """
        if window is None:
            self._begun = await self._engine.begun()
        since_ms = 0.0 if window is None else (time.time() - window.total_seconds()) * 1000
        mended = await self._compare(since_ms)
        if window is not None and (behind := await self._mend(await self._sample(since_ms))):
            log.warning("sweep_widened", articles=behind)
            window = None
            mended += behind + await self._compare(0.0)
        if mended:
            self._mended.inc(mended)
            log.warning("sweep_mended", articles=mended, whole=window is None)
        return mended

    async def emptied(self, *, within: timedelta) -> bool:
        """Whether the engine begins empty again in that time: returns when it does."""
        deadline = time.monotonic() + within.total_seconds()
        while (left_s := deadline - time.monotonic()) > 0:
            await asyncio.sleep(min(LOOK_EVERY_S, left_s))
            with suppress(DependencyDownError):  # the next round says so
                if await self._engine.begun() != self._begun:
                    return True
        return False

    async def _compare(self, since_ms: float) -> int:
        mended = 0
        async for page in self._changed(since_ms):
            mended += await self._mend(page)
        return mended

    async def _changed(self, since_ms: float) -> AsyncIterator[Sequence[Changed]]:
        """Pages by rank, the newest first.

        An article that changes meanwhile moves to the front: it is left to the next round, others
        may be looked at twice, and none is passed over.
        """
        start = 0
        while True:
            rows: Any = await self._redis.zrange(
                CHANGED, start, start + PAGE - 1, desc=True, withscores=True
            )
            page = [changed for changed in _rows(rows) if changed.at_ms >= since_ms]
            if page:
                yield page
            if len(page) < PAGE:
                return
            start += PAGE

    async def _sample(self, before_ms: float) -> Sequence[Changed]:
        """Some of the articles that last changed before that time, at random."""
        ids: Any = await self._redis.zrandmember(CHANGED, SAMPLE)
        if not ids:
            return []
        times: Any = await self._redis.zmscore(CHANGED, ids)
        known = [(article_id, at_ms) for article_id, at_ms in zip(ids, times, strict=True) if at_ms]
        return [changed for changed in _rows(known) if changed.at_ms < before_ms]

    async def _mend(self, page: Sequence[Changed]) -> int:
        """Mend a page; one that fails is halved, so that an unreadable article stops no other."""
        try:
            return await self._mend_together(page) if page else 0
        except (DependencyDownError, RedisError, OSError):
            raise
        except Exception:
            if len(page) == 1:
                log.exception("sweep_failed", article_id=page[0].article_id)
                return 0
        middle = len(page) // 2
        return await self._mend(page[:middle]) + await self._mend(page[middle:])

    async def _mend_together(self, page: Sequence[Changed]) -> int:
        settled_ms = time.time() * 1000 - IN_FLIGHT_MS
        async with self._writing:
            found = await self._store.standings([changed.article_id for changed in page])
            standings = [
                standing
                for changed, standing in zip(page, found, strict=True)
                if standing is not None and (changed.at_ms < settled_ms or _confirmed(standing))
            ]
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


def _rows(rows: Sequence[tuple[bytes, float]]) -> list[Changed]:
    return [Changed(article_id.decode(), at_ms) for article_id, at_ms in rows]


def _confirmed(standing: Standing) -> bool:
    """Whether search has confirmed the newest state: then no entry is under way to bring it."""
    newest = standing.enriched_version if standing.readable else standing.version
    return standing.indexed_version >= newest
