"""What has become due: publishing after an embargo, withdrawing what expires.

Every replica asks four times a second, active or standing by, whatever the engine: the script that
answers takes what is due and does it in one, so that more askers do nothing twice, and one that is
left is enough. When it is time is for Redis' clock alone to say.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_shared import keys, lua
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.contracts.submission import Op
from copydesk_shared.streams import ENRICHED, RAW

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EVERY_S: Final = 0.25
AFTER_FAILURE_S: Final = 1.0
AT_ONCE: Final = 100
"""One run of the script holds the server up for about 2 ms then."""

LATE_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)


@dataclass(frozen=True)
class Done:
    """`action` is `published` (back to enrich), `withdrawn`, or `stale`: nothing was left to do."""

    action: str
    article_id: str
    version: int
    late_s: float


class DueArticles:
    """Does what is due. Idempotent, and safe with any number of replicas."""

    def __init__(self, redis: "Redis", *, registry: CollectorRegistry) -> None:
        self._script = lua.script(redis, "release")
        self._done = Counter(
            "copydesk_due",
            "Ended embargoes and expiries, by what was done.",
            ("action",),
            registry=registry,
        )
        self._late = Histogram(
            "copydesk_due_late_seconds",
            "How late an ended embargo or an expiry was acted upon.",
            buckets=LATE_SECONDS,
            registry=registry,
        )

    async def round(self) -> list[Done]:
        """Do up to `AT_ONCE` of what is due, the longest overdue first."""
        event = json.dumps({"op": Op.WITHDRAW, "received_at": datetime.now(UTC).isoformat()})
        rows: Any = await self._script(
            keys=[keys.DUE, RAW.name, ENRICHED.name, keys.CHANGED],
            args=[
                keys.article(""),
                keys.receipt(""),
                keys.trace(""),
                AT_ONCE,
                keys.RECEIPT_EXPIRY_S,
                event[1:],
            ],
        )
        done = [
            Done(action.decode(), article_id.decode(), int(version), late_ms / 1000)
            for action, article_id, version, late_ms in rows
        ]
        for each in done:
            self._done.labels(each.action).inc()
            self._late.observe(each.late_s)
            log.info(
                "article_due",
                action=each.action,
                article_id=each.article_id,
                version=each.version,
                late_s=each.late_s,
            )
        return done


async def watch_due(due: DueArticles) -> None:
    """Do what is due, for ever; what becomes due while Redis is away is done when it is back."""
    away = False
    while True:
        try:
            done = await due.round()
        except (RedisError, OSError) as exc:
            if not away:
                log.warning("due_delayed", error=str(exc))
            away, pause = True, AFTER_FAILURE_S
        else:
            away, pause = False, 0.0 if len(done) == AT_ONCE else EVERY_S
        heed_cancellation()
        await asyncio.sleep(pause)
