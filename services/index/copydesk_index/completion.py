"""Finishing index entries: event, receipt and acknowledgement in one script an entry."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from redis.asyncio import Redis

from copydesk_index.documents import Wanted
from copydesk_shared import keys, lua
from copydesk_shared.contracts.events import ArticleEnriched, ArticleIndexed, ArticleWithdrawn
from copydesk_shared.contracts.submission import Op
from copydesk_shared.delivery import Entry
from copydesk_shared.entity_evidence import EntityEvidence
from copydesk_shared.related import forget
from copydesk_shared.streams import ENRICHED, EVENTS, EVENTS_KEPT_MS


class Completion:
    """Completes entries whose articles the engine has confirmed."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._script = lua.script(redis, "index_complete")
        self._evidence = EntityEvidence(redis)

    async def complete(
        self, finished: Sequence[tuple[Entry[ArticleEnriched], Wanted]], *, consumer: str
    ) -> list[str]:
        """The outcome of each entry, in order: one round trip, and three more for withdrawals.

        `indexed`, `withdrawn`, `superseded`, or `lost` when another replica has finished it.
        Withdrawals do not pass through enrich, so that it is here that registry and graph forget
        them: first, since an entry that is finished does not come again.
        """
        withdrawn = {s.article_id: s.version for _, s in finished if s.op is Op.WITHDRAW}
        if withdrawn:
            await self._evidence.forget(withdrawn)
            await forget(self._redis, withdrawn)
        now_ms = time.time_ns() // 1_000_000
        async with self._redis.pipeline(transaction=False) as pipe:
            for entry, state in finished:
                event = entry.event
                await self._script(
                    keys=[
                        ENRICHED.name,
                        EVENTS.name,
                        keys.article(event.article_id),
                        keys.receipt(event.submission_id),
                        keys.trace(event.article_id),
                    ],
                    args=[
                        ENRICHED.group,
                        entry.entry_id,
                        event.version,
                        event.op,
                        state.version,
                        state.op,
                        _visibility(state, now_ms).model_dump_json(),
                        now_ms,
                        keys.RECEIPT_EXPIRY_S,
                        now_ms - EVENTS_KEPT_MS,
                        consumer,
                        entry.delivered.deliveries,
                        event.submission_id,
                    ],
                    client=pipe,
                )
            return [outcome.decode() for outcome in await pipe.execute()]


def _visibility(state: Wanted, now_ms: int) -> ArticleIndexed | ArticleWithdrawn:
    kind = ArticleIndexed if state.op is Op.PUBLISH else ArticleWithdrawn
    at = datetime.fromtimestamp(now_ms / 1000, UTC)
    return kind(article_id=state.article_id, version=state.version, at=at)
