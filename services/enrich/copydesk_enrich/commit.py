"""The enrich commit: the hand-off of an enriched article to index, as one script."""

import math
import time
from datetime import datetime
from enum import StrEnum

from redis.asyncio import Redis

from copydesk_shared import keys, lua
from copydesk_shared.compression import compress
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Consumer, Entry
from copydesk_shared.streams import ENRICHED


class CommitOutcome(StrEnum):
    """`lost` means that another replica has finished the entry; nothing was written then."""

    FORWARDED = "forwarded"
    HELD = "held"
    SUPERSEDED = "superseded"
    LOST = "lost"


class Commit:
    """Commits raw entries. Safe to repeat: XACK fences, and staleness is decided in the script."""

    def __init__(self, redis: "Redis", *, versions_kept: int) -> None:
        self._versions_kept = versions_kept
        self._script = lua.script(redis, "enrich_commit")
        self._hold = lua.script(redis, "hold")

    async def forward(
        self,
        entry: Entry[ArticleSubmitted],
        consumer: Consumer[ArticleSubmitted],
        article: Article,
    ) -> CommitOutcome:
        """Store the article and announce it, if its version is still the newest."""
        return await self._run(entry, consumer, compress(article.model_dump_json()))

    async def hold(
        self,
        entry: Entry[ArticleSubmitted],
        consumer: Consumer[ArticleSubmitted],
        *,
        until: datetime,
    ) -> CommitOutcome | None:
        """Finish the entry without its article, which comes back as a raw entry at `until`.

        None when that time has come already by the server's clock: then nothing was written, and
        the article may be seen.
        """
        submitted, stream = entry.event, consumer.stream
        answer: bytes = await self._hold(
            keys=[
                stream.name,
                keys.article(submitted.article_id),
                keys.receipt(submitted.submission_id),
                keys.DUE,
                keys.trace(submitted.article_id),
            ],
            args=[
                stream.group,
                entry.entry_id,
                submitted.article_id,
                submitted.version,
                submitted.submission_id,
                math.ceil(until.timestamp() * 1000),
                entry.delivered.data,
                keys.RECEIPT_EXPIRY_S,
                consumer.name,
                entry.delivered.deliveries,
            ],
        )
        return None if answer == b"due" else CommitOutcome(answer.decode())

    async def supersede(
        self, entry: Entry[ArticleSubmitted], consumer: Consumer[ArticleSubmitted]
    ) -> CommitOutcome:
        """Finish an entry that was seen to be stale. Versions only grow, so it still is."""
        return await self._run(entry, consumer, b"")

    async def _run(
        self, entry: Entry[ArticleSubmitted], consumer: Consumer[ArticleSubmitted], enriched: bytes
    ) -> CommitOutcome:
        submitted, stream = entry.event, consumer.stream
        event = ArticleEnriched(
            submission_id=submitted.submission_id,
            article_id=submitted.article_id,
            version=submitted.version,
            op=submitted.op,
            received_at=submitted.received_at,
            trace=submitted.trace,
        )
        answer: bytes = await self._script(
            keys=[
                stream.name,
                ENRICHED.name,
                keys.article(submitted.article_id),
                keys.receipt(submitted.submission_id),
                keys.CHANGED,
                keys.versions(submitted.article_id),
                keys.trace(submitted.article_id),
            ],
            args=[
                stream.group,
                entry.entry_id,
                submitted.article_id,
                submitted.version,
                enriched,
                event.model_dump_json(),
                time.time_ns() // 1_000_000,
                keys.RECEIPT_EXPIRY_S,
                self._versions_kept,
                consumer.name,
                entry.delivered.deliveries,
                submitted.submission_id,
            ],
        )
        return CommitOutcome(answer.decode())
