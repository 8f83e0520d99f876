"""Retention: what is dropped after how long.

Raw copies after `keep_raw` and whole articles after `keep_articles` since their last commit (0 of
the latter: never), events after a week. An article that waits for enrichment or for the end of its
embargo is never dropped, however old it is.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_index.engines.port import IndexEngine
from copydesk_shared import keys, lua
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.entity_evidence import EntityEvidence
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.related import forget
from copydesk_shared.streams import EVENTS, EVENTS_KEPT_MS

log: structlog.stdlib.BoundLogger = structlog.get_logger()

PAGE: Final = 500
EVERY_S: Final = 3600.0
AFTER_FAILURE_S: Final = 60.0


class Janitor:
    """Drops what is past its time. Idempotent, safe to break off, and safe beside others.

    An article leaves the engine first, then the related graph, and the store once the engine has
    confirmed, so that none keeps an orphan: broken off in between, the next round begins with the
    same article.
    `writing` is the lock under which this process writes to the engine.
    """

    def __init__(
        self,
        *,
        redis: "Redis",
        engine: IndexEngine,
        writing: asyncio.Lock,
        keep_raw: timedelta,
        keep_articles: timedelta,
        registry: CollectorRegistry,
    ) -> None:
        self._redis = redis
        self._engine = engine
        self._writing = writing
        self._keep_raw = keep_raw
        self._keep_articles = keep_articles
        self._shed = lua.script(redis, "shed_raw")
        self._forget = lua.script(redis, "forget")
        self._evidence = EntityEvidence(redis)
        self._dropped = Counter(
            "copydesk_janitor_dropped",
            "What retention has dropped: raw copies, whole articles.",
            ("what",),
            registry=registry,
        )

    async def round(self) -> None:
        """Drop all that is past its time. Raises DependencyDownError when the engine is away."""
        seconds, micros = await self._redis.time()
        now_ms = seconds * 1000 + micros // 1000
        raw = await self._shed_raw(now_ms - _ms(self._keep_raw))
        articles = 0
        if self._keep_articles:
            articles = await self._forget_articles(now_ms - _ms(self._keep_articles))
        await self._redis.xtrim(EVENTS.name, minid=now_ms - EVENTS_KEPT_MS, approximate=False)
        self._dropped.labels("raw").inc(raw)
        self._dropped.labels("articles").inc(articles)
        if raw or articles:
            log.info("janitor_dropped", raw=raw, articles=articles)

    async def _shed_raw(self, until_ms: int) -> int:
        """Drop the raw copies of a stretch of time that no round has been through."""
        start_ms = int(await self._redis.get(keys.RAW_SHED) or 0)
        dropped = 0
        while start_ms < until_ms:
            count, seen, last_ms = await self._shed(
                keys=[keys.CHANGED], args=[keys.article(""), start_ms, until_ms, PAGE]
            )
            dropped += count
            # A page that is all of one millisecond is passed, or it would come for ever.
            start_ms = until_ms if seen < PAGE else max(int(last_ms), start_ms + 1)
            await self._redis.set(keys.RAW_SHED, start_ms)
        return dropped

    async def _forget_articles(self, until_ms: int) -> int:
        forgotten = passed = 0
        while True:
            rows: Any = await self._redis.zrangebyscore(
                keys.CHANGED, "-inf", f"({until_ms}", start=passed, num=PAGE
            )
            gone = await self._forget_page([row.decode() for row in rows], until_ms)
            forgotten += gone
            passed += len(rows) - gone
            if len(rows) < PAGE:
                return forgotten

    async def _forget_page(self, article_ids: Sequence[str], until_ms: int) -> int:
        """Take those of the page that are at rest out of the engine, then out of the store."""
        async with self._writing:
            resting = await self._at_rest(article_ids)
            if not resting:
                return 0
            report = await self._engine.write((), resting)
            await self._evidence.forget(dict.fromkeys(set(resting) - report.refused.keys()))
            await forget(self._redis, dict.fromkeys(set(resting) - report.refused.keys()))
            async with self._redis.pipeline(transaction=False) as pipe:
                for article_id in resting:
                    if article_id not in report.refused:
                        await self._forget(
                            keys=[
                                keys.article(article_id),
                                keys.versions(article_id),
                                keys.trace(article_id),
                                keys.CHANGED,
                            ],
                            args=[article_id, until_ms, keys.ALIAS_PREFIX],
                            client=pipe,
                        )
                return sum(await pipe.execute())

    async def _at_rest(self, article_ids: Sequence[str]) -> list[str]:
        """Those that wait for nothing: `forget.lua` decides it for good."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for article_id in article_ids:
                pipe.hmget(keys.article(article_id), "version", "state", "enriched_version")
            rows = await pipe.execute()
        return [
            article_id
            for article_id, (version, state, enriched) in zip(article_ids, rows, strict=True)
            if state != b"live" or version == enriched
        ]


async def keep_house(janitor: Janitor, *, paused: Callable[[], bool]) -> None:
    """A round at start and each hour, for ever; soon again when a dependency was away."""
    while True:
        pause = EVERY_S
        try:
            if not paused():
                await janitor.round()
        except (DependencyDownError, RedisError, OSError) as exc:
            log.warning("janitor_delayed", error=str(exc))
            pause = AFTER_FAILURE_S
        heed_cancellation()
        await asyncio.sleep(pause)


def _ms(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
