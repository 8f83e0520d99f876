"""Previews: articles that are enriched for an answer, and leave nothing behind."""

import asyncio
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_enrich.handlers import Enricher
from copydesk_shared import keys
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.compression import decompress
from copydesk_shared.contracts.preview import PreviewReply
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Stage
from copydesk_shared.errors import CopydeskError, DependencyDownError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

BLOCK_S: Final = 1.0
ANSWER_S: Final = 0.5
"""Of the time that is left, so much is for everything but the work in the child."""


class Previews:
    """Takes requests one at a time, in turn with the stage's single posts.

    At most once: what a dying replica has taken is gone, and the one who asked is told so when his
    time is over. An article that fails or kills the child costs its own answer only: nothing is
    charged, buried or counted by the stop rule.
    """

    def __init__(self, redis: "Redis", enricher: Enricher, stage: Stage) -> None:
        self._redis = redis
        self._enricher = enricher
        self._stage = stage

    async def run(self) -> None:
        """Answer until cancelled. A pause of the stage is one of previews too."""
        while True:
            heed_cancellation()
            try:
                await self._next()
            except (RedisError, OSError) as exc:
                log.warning("redis_away", error=type(exc).__name__)
                await asyncio.sleep(BLOCK_S)

    async def _next(self) -> None:
        if self._stage.paused:
            await asyncio.sleep(BLOCK_S)
            return
        popped: Any = await self._redis.blpop([keys.PREVIEWS], timeout=BLOCK_S)
        if popped:
            async with self._stage.turn():
                await self._serve(popped[1].decode())

    async def _serve(self, preview_id: str) -> None:
        request = keys.preview_request(preview_id)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hmget(request, "article_id", "version", "raw")
            pipe.pttl(request)
            (article_id, version, raw), left_ms = await pipe.execute()
        left_s = left_ms / 1000 - ANSWER_S
        if raw is None or left_s <= 0:
            return
        reply = await self._reply(_submitted(article_id, version, raw), within_s=left_s)
        if reply is None:
            return
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(request)
            pipe.rpush(keys.preview(preview_id), reply.model_dump_json())
            pipe.expire(keys.preview(preview_id), keys.PREVIEW_REPLY_EXPIRY_S)
            await pipe.execute()
        log.info("preview_answered", code=reply.code)

    async def _reply(self, submitted: ArticleSubmitted, *, within_s: float) -> PreviewReply | None:
        """None when it is no fault of the article's that there is no answer."""
        try:
            article = await self._enricher.preview(submitted, within_s=within_s)
        except DependencyDownError as exc:
            log.warning("dependency_down", error=str(exc), entries=1)
            return None
        except CopydeskError as exc:
            return PreviewReply(code=exc.code, message=exc.message)
        return PreviewReply(article=article)


def _submitted(article_id: bytes, version: bytes, raw: bytes) -> ArticleSubmitted:
    """The event as the accept script would have put it together."""
    head = b'{"article_id":"%s","version":%s,' % (article_id, version)
    return ArticleSubmitted.model_validate_json(head + decompress(raw))
