"""Reading receipts: what became of a submission. The scripts of accept and delivery write them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from copydesk_shared import keys
from copydesk_shared.contracts.receipt import Outcome, Receipt

_FIELDS = (
    "article_id",
    "version",
    "outcome",
    "accepted_ms",
    "enriched_ms",
    "ended_ms",
    "held_until_ms",
    "code",
    "hint",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def read(redis: "Redis", submission_id: str) -> Receipt | None:
    """The receipt, None when there is none: never accepted, or ended over a week ago."""
    return (await read_many(redis, [submission_id]))[0]


async def read_many(redis: "Redis", submission_ids: Sequence[str]) -> list[Receipt | None]:
    """The receipt of each submission in order, in one round trip."""
    async with redis.pipeline(transaction=False) as pipe:
        for submission_id in submission_ids:
            pipe.hmget(keys.receipt(submission_id), *_FIELDS)
        rows = await pipe.execute()
    return [_receipt(i, row) for i, row in zip(submission_ids, rows, strict=True)]


def _receipt(submission_id: str, row: Sequence[bytes | None]) -> Receipt | None:
    article_id, version, outcome, accepted, enriched, ended, held_until, code, hint = row
    if article_id is None or version is None or outcome is None or accepted is None:
        return None
    return Receipt(
        submission_id=submission_id,
        article_id=article_id.decode(),
        version=int(version),
        outcome=Outcome(outcome.decode()),
        accepted_at=moment(accepted),
        enriched_at=moment(enriched) if enriched else None,
        ended_at=moment(ended) if ended else None,
        held_until=moment(held_until) if held_until else None,
        code=code.decode() if code else None,
        hint=hint.decode() if hint else None,
    )


def moment(milliseconds: bytes | int) -> datetime:
    """The time of so many milliseconds since 1970, as the scripts write it."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))
