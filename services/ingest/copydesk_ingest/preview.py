"""Previews: what enrichment would make of an article, without taking it in."""

import asyncio
import time
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, Field
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_ingest.accept import Prepared
from copydesk_ingest.faults import store_fault
from copydesk_ingest.pressure import Room
from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.store_watch import StoreWatch
from copydesk_shared import keys, lua
from copydesk_shared.contracts.article import Article, RemovedBlock
from copydesk_shared.contracts.preview import PreviewReply
from copydesk_shared.contracts.submission import Warned
from copydesk_shared.errors import DependencyDownError

BLOCK_S: Final = 2.0
"""Less than the client waits for any reply."""


class Outcome(StrEnum):
    """What posting the article would amount to."""

    NEW = "new"
    CORRECTION = "correction"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"


class Standing(BaseModel):
    """Which article it would be; `version` is the one it would become, or that stands already."""

    outcome: Outcome
    article_id: str
    version: int


class Preview(BaseModel):
    """The article as the gateway would serve it, had it been posted now."""

    article: Article
    removed_blocks: tuple[RemovedBlock, ...] = Field(description="As in article.extraction.")
    warnings: tuple[Warned, ...] = Field(description="As in article.")
    duplicate_of: str | None = Field(
        description="The id of an article that says the same: this one if nothing has changed, or"
        " the original of a near-duplicate (article.duplicates)."
    )
    standing: Standing


class Previewer:
    """Asks an enrich replica and waits; the store is read and left as it was.

    Request and answer lie in Redis until they expire, within seconds.
    """

    def __init__(
        self,
        redis: "Redis",
        *,
        room: Room,
        watch: StoreWatch,
        timeout: timedelta,
        waiting_max: int,
    ) -> None:
        self._redis = redis
        self._room = room
        self._watch = watch
        self._timeout = timeout
        self._waiting_max = waiting_max
        self._request = lua.script(redis, "request_preview")

    async def preview(self, prepared: Prepared) -> Preview:
        """RefusedError when enrichment would fail; DependencyDownError when there is no answer."""
        memory = self._watch.memory
        if not self._room.entries(memory, bulk=False):
            raise self._room.refusal(memory, backlog=0, bulk=False)
        try:
            with self._watch.under_way(len(prepared.raw)):
                standing = await self._ask(prepared)
                answer = await self._answer(prepared.submission_id)
        except (RedisError, OSError) as exc:
            raise store_fault(exc) from exc
        # A long article takes longer to read than the other requests should wait.
        return await asyncio.to_thread(_preview, answer, standing)

    async def _ask(self, prepared: Prepared) -> Standing:
        draft, identity, modified = prepared.draft, prepared.identity, prepared.modified
        reply: list[bytes] = await self._request(
            keys=[
                keys.PREVIEWS,
                keys.preview_request(prepared.submission_id),
                *(keys.alias(draft.source, kind, value) for kind, value in identity.identifiers),
            ],
            args=[
                prepared.submission_id,
                keys.article(""),
                identity.article_id,
                identity.content_hash,
                draft.external_id or "",
                int(modified.timestamp() * 1000) if modified else "",
                prepared.raw,
                self._waiting_max,
                int(self._timeout.total_seconds() * 1000),
            ],
        )
        if reply[0] == b"busy":
            raise DependencyDownError(
                "preview_busy", f"{self._waiting_max} previews wait already; nothing was kept."
            )
        verdict, article_id, version = (part.decode() for part in reply)
        return Standing(
            outcome=_outcome(verdict, int(version)), article_id=article_id, version=int(version)
        )

    async def _answer(self, preview_id: str) -> bytes:
        deadline = time.monotonic() + self._timeout.total_seconds()
        while (left_s := deadline - time.monotonic()) > 0:
            # 0 would mean for ever.
            popped: Any = await self._redis.blpop(
                [keys.preview(preview_id)], timeout=max(0.01, min(BLOCK_S, left_s))
            )
            if popped:
                answer: bytes = popped[1]
                return answer
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.lrem(keys.PREVIEWS, 0, preview_id)
            pipe.delete(keys.preview_request(preview_id), keys.preview(preview_id))
            await pipe.execute()
        raise DependencyDownError(
            "preview_unanswered",
            f"No enrich replica answered within {self._timeout.total_seconds():g} s.",
        )


def _outcome(verdict: str, version: int) -> Outcome:
    match verdict:
        case "duplicate":
            return Outcome.UNCHANGED
        case "superseded":
            return Outcome.SUPERSEDED
        case _:
            return Outcome.NEW if version == 1 else Outcome.CORRECTION


def _preview(answer: bytes, standing: Standing) -> Preview:
    reply = PreviewReply.model_validate_json(answer)
    article = reply.article
    if article is None:
        raise _refusal(reply)
    unchanged = standing.article_id if standing.outcome is Outcome.UNCHANGED else None
    return Preview(
        article=article,
        removed_blocks=article.extraction.removed_blocks,
        warnings=article.warnings,
        duplicate_of=unchanged or article.duplicates.of,
        standing=standing,
    )


def _refusal(reply: PreviewReply) -> RefusedError:
    """The article's own fault, as its receipt would tell it after all tries."""
    if reply.code == "timed_out":
        return RefusedError("timed_out", f"Enrichment took too long: {reply.message}")
    return RefusedError(
        "preview_failed",
        "Enrichment would fail.",
        errors=[{"code": reply.code, "message": reply.message}],
    )
