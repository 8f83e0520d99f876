"""Reading traces: what happened to an article. The scripts of accept and delivery write them."""

from typing import Any

import orjson
from redis.asyncio import Redis

from copydesk_shared import keys
from copydesk_shared.contracts.trace import TraceEvent
from copydesk_shared.receipts import moment


def event(name: str, **fields: str | int | None) -> bytes:
    """An event as the scripts take it, who add the time; empty fields are left out."""
    return orjson.dumps({"event": name} | {name: value for name, value in fields.items() if value})


async def read(redis: "Redis", article_id: str) -> list[TraceEvent]:
    """The events of an article, oldest first; none when it is unknown or silent for 30 days."""
    rows: Any = await redis.lrange(keys.trace(article_id), 0, -1)
    return [_event(orjson.loads(row)) for row in rows]


def _event(fields: dict[str, Any]) -> TraceEvent:
    return TraceEvent(at=moment(fields.pop("at_ms")), **fields)
