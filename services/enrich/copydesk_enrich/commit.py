"""The enrich commit: the hand-off of an enriched article to index, as one script."""

import time
from enum import StrEnum

from redis.asyncio import Redis

from copydesk_shared import keys, lua
from copydesk_shared.compression import compress
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery import Entry
from copydesk_shared.streams import ENRICHED, Stream


class CommitOutcome(StrEnum):
    """`lost` means that another replica has finished the entry; nothing was written then."""

    FORWARDED = "forwarded"
    SUPERSEDED = "superseded"
    LOST = "lost"


class Commit:
    """Commits raw entries. Safe to repeat: XACK fences, and staleness is decided in the script."""

    def __init__(self, redis: "Redis") -> None:
        self._script = lua.script(redis, "enrich_commit")

    async def forward(
        self,
        entry: Entry[ArticleSubmitted],
        stream: Stream[ArticleSubmitted],
        article: Article,
    ) -> CommitOutcome:
        """Store the article and announce it, if its version is still the newest."""
        return await self._run(entry, stream, compress(article.model_dump_json()))

    async def supersede(
        self, entry: Entry[ArticleSubmitted], stream: Stream[ArticleSubmitted]
    ) -> CommitOutcome:
        """Finish an entry that was seen to be stale. Versions only grow, so it still is."""
        return await self._run(entry, stream, b"")

    async def _run(
        self, entry: Entry[ArticleSubmitted], stream: Stream[ArticleSubmitted], enriched: bytes
    ) -> CommitOutcome:
        submitted = entry.event
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
            ],
        )
        return CommitOutcome(answer.decode())
