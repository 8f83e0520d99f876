"""Dead letters: found, replayed to where they died, or dropped; whatever was overtaken stays."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from copydesk_shared import keys, receipts
from copydesk_shared.contracts.events import ArticleEnriched, DeadLetter
from copydesk_shared.contracts.model import StreamEvent
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.contracts.submission import ArticleSubmitted, Op
from copydesk_shared.dead_letter_office import PAGE, DeadLetterOffice, Filed, Replay, Wanted
from copydesk_shared.delivery.dead_letters import DeadLetters
from copydesk_shared.delivery.entry import Delivered
from copydesk_shared.errors import PermanentError
from copydesk_shared.streams import DATA_FIELD, DEAD, ENRICHED, RAW, RAW_BULK, Stream

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def submitted(article_id: str, *, source: str = "gazette") -> ArticleSubmitted:
    return ArticleSubmitted(
        submission_id=f"0-{article_id}",
        article_id=article_id,
        version=1,
        source=source,
        content_type="text/plain",
        content="The bridge is closed.",
        received_at=NOW,
    )


def enriched(article_id: str, *, op: Op = Op.PUBLISH) -> ArticleEnriched:
    return ArticleEnriched(
        submission_id=f"0-{article_id}",
        article_id=article_id,
        version=1,
        op=op,
        received_at=NOW,
    )


async def died(
    redis: "Redis",
    event: StreamEvent,
    *,
    stream: Stream[Any] = RAW,
    code: str = "extraction_failed",
    state: str = "live",
) -> bytes:
    """Accept the event's article, deliver its entry, bury it; the entry's bytes."""
    data = event.model_dump_json().encode()
    await redis.hset(
        keys.article(event.article_id),
        mapping={"version": 1, "state": state, "content_hash": "h"},
    )
    await redis.hset(
        keys.receipt(event.submission_id),
        mapping={
            "article_id": event.article_id,
            "version": 1,
            "outcome": "accepted",
            "accepted_ms": 1,
        },
    )
    entry_id: Any = await redis.xadd(stream.name, {DATA_FIELD: data})
    with suppress(ResponseError):  # there since the article before
        await redis.xgroup_create(stream.name, stream.group, id="0")
    await redis.xreadgroup(stream.group, "me", {stream.name: ">"})
    assert await DeadLetters(redis, stage=stream.group, consumer="me").bury(
        Delivered(entry_id.decode(), data, deliveries=2),
        PermanentError(code, "a bug"),
        code=code,
        stream=stream.name,
        group=stream.group,
    )
    return data


async def found(redis: "Redis", wanted: Wanted | None = None) -> list[Filed]:
    return [filed async for filed in DeadLetterOffice(redis).letters(wanted or Wanted())]


async def entries(redis: "Redis", stream: Stream[Any]) -> list[bytes]:
    rows: Any = await redis.xrange(stream.name)
    return [fields[DATA_FIELD.encode()] for _, fields in rows]


def articles(letters: Sequence[Filed]) -> list[str]:
    return [filed.letter.article_id for filed in letters]


async def snapshot(redis: "Redis") -> list[object]:
    """All that a replay writes to."""
    return [
        await redis.hgetall(keys.article("a")),
        await redis.hgetall(keys.receipt("0-a")),
        await redis.lrange(keys.trace("a"), 0, -1),
        *[await redis.xrange(stream.name) for stream in (DEAD, RAW)],
    ]


async def test_letters_come_newest_first_over_any_number_of_pages(redis: "Redis") -> None:
    for number in range(PAGE + 5):
        await died(redis, submitted(f"a{number}"))
    assert articles(await found(redis)) == [f"a{number}" for number in reversed(range(PAGE + 5))]


async def test_letters_are_found_by_each_filter(redis: "Redis") -> None:
    await died(redis, submitted("a"))
    await died(redis, submitted("b", source="courier"), code="no_content")
    await died(redis, enriched("c"), stream=ENRICHED, code="refused_by_engine")
    (_, b, _) = await found(redis)

    async def hits(**fields: Any) -> list[str]:
        return articles(await found(redis, Wanted(**fields)))

    assert await hits(ids=frozenset({b.letter_id, "0-a"})) == ["b", "a"]
    assert await hits(ids=frozenset({"c"})) == ["c"]
    assert await hits(stages=frozenset({"index"})) == ["c"]
    assert await hits(codes=frozenset({"no_content", "extraction_failed"})) == ["b", "a"]
    assert await hits(sources=frozenset({"courier"}), codes=frozenset({"no_content"})) == ["b"]
    assert await hits(sources=frozenset({"courier"}), stages=frozenset({"index"})) == []


async def test_letters_are_found_by_age(redis: "Redis") -> None:
    await died(redis, submitted("a"))
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert articles(await found(redis, Wanted(died_after=now - hour))) == ["a"]
    assert articles(await found(redis, Wanted(died_before=now + hour))) == ["a"]
    assert await found(redis, Wanted(died_before=now - hour)) == []
    assert await found(redis, Wanted(died_after=now + hour)) == []


async def test_letter_is_shown_with_its_original(redis: "Redis") -> None:
    data = await died(redis, submitted("a"))
    office = DeadLetterOffice(redis)
    (filed,) = await found(redis)
    assert await office.letter(filed.letter_id) == filed
    assert await office.original(filed.letter_id) == data
    assert filed.size == len(data)
    assert await office.letter("1-1") is None
    assert await office.letter("no id") is None


@pytest.mark.parametrize("stream", [RAW, RAW_BULK])
async def test_replayed_article_is_back_where_it_was(
    redis: "Redis", stream: Stream[ArticleSubmitted]
) -> None:
    data = await died(redis, submitted("a"), stream=stream)
    (filed,) = await found(redis)
    assert await DeadLetterOffice(redis).replay(filed) is Replay.REPLAYED
    assert await entries(redis, stream) == [data]
    assert await found(redis) == []
    assert await redis.hmget(keys.article("a"), "state", "content_hash") == [b"live", b"h"]
    receipt = await receipts.read(redis, "0-a")
    assert receipt is not None
    assert receipt.outcome is Outcome.ACCEPTED
    assert (receipt.code, receipt.hint, receipt.ended_at) == (None, None, None)
    assert await redis.ttl(keys.receipt("0-a")) == -1


async def test_letter_of_index_is_replayed_into_its_own_stream(redis: "Redis") -> None:
    data = await died(redis, enriched("a"), stream=ENRICHED)
    (filed,) = await found(redis)
    assert await DeadLetterOffice(redis).replay(filed) is Replay.REPLAYED
    assert await entries(redis, ENRICHED) == [data]
    receipt = await receipts.read(redis, "0-a")
    assert receipt is not None
    assert receipt.outcome is Outcome.ENRICHED


async def test_withdrawal_that_died_is_replayed_and_stays_a_withdrawal(redis: "Redis") -> None:
    await died(redis, enriched("a", op=Op.WITHDRAW), stream=ENRICHED, state="withdrawn")
    (filed,) = await found(redis)
    assert await DeadLetterOffice(redis).replay(filed) is Replay.REPLAYED
    assert await redis.hget(keys.article("a"), "state") == b"withdrawn"
    receipt = await receipts.read(redis, "0-a")
    assert receipt is not None
    assert receipt.outcome is Outcome.ACCEPTED


async def test_second_replay_finds_the_letter_gone(redis: "Redis") -> None:
    data = await died(redis, submitted("a"))
    (filed,) = await found(redis)
    office = DeadLetterOffice(redis)
    assert [await office.replay(filed), await office.replay(filed)] == [
        Replay.REPLAYED,
        Replay.GONE,
    ]
    assert await entries(redis, RAW) == [data]


@pytest.mark.parametrize(
    ("article", "answer"),
    [
        ({"version": 2, "state": "live"}, Replay.SUPERSEDED),
        ({"version": 2, "state": "dead"}, Replay.SUPERSEDED),
        ({"version": 2, "state": "withdrawn"}, Replay.WITHDRAWN),
        ({"version": 1, "state": "live"}, Replay.ALIVE),
    ],
)
async def test_article_that_was_overtaken_is_not_replayed_and_nothing_changes(
    redis: "Redis", article: dict[Any, Any], answer: Replay
) -> None:
    await died(redis, submitted("a"))
    (filed,) = await found(redis)
    await redis.hset(keys.article("a"), mapping=article)
    before = await snapshot(redis)
    assert await DeadLetterOffice(redis).replay(filed) is answer
    assert await snapshot(redis) == before


async def test_article_that_the_store_forgot_is_not_replayed(redis: "Redis") -> None:
    await died(redis, submitted("a"))
    await redis.delete(keys.article("a"))
    (filed,) = await found(redis)
    assert await DeadLetterOffice(redis).replay(filed) is Replay.UNKNOWN


@pytest.mark.parametrize("planted", [RAW.name, keys.article("a")])
async def test_key_of_a_foreign_type_keeps_the_letter(redis: "Redis", planted: str) -> None:
    await died(redis, submitted("a"))
    (filed,) = await found(redis)
    await redis.set(planted, "foreign")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await DeadLetterOffice(redis).replay(filed)
    assert articles(await found(redis)) == ["a"]


async def test_full_server_refuses_a_replay_whole(redis: "Redis") -> None:
    await died(redis, submitted("a"))
    (filed,) = await found(redis)
    before = await snapshot(redis)
    await redis.config_set("maxmemory", "1")
    try:
        with pytest.raises(ResponseError, match="maxmemory"):
            await DeadLetterOffice(redis).replay(filed)
    finally:
        await redis.config_set("maxmemory", "0")
    assert await snapshot(redis) == before


async def test_dropped_letter_is_gone_and_its_receipt_stays_dead(redis: "Redis") -> None:
    await died(redis, submitted("a"))
    (filed,) = await found(redis)
    office = DeadLetterOffice(redis)
    assert [await office.drop(filed), await office.drop(filed)] == [True, False]
    assert await office.replay(filed) is Replay.GONE
    receipt = await receipts.read(redis, "0-a")
    assert receipt is not None
    assert receipt.outcome is Outcome.DEAD


async def test_letter_that_cannot_be_read_is_listed_and_can_be_dropped(redis: "Redis") -> None:
    await redis.xadd(DEAD.name, {DATA_FIELD: b"{}", "original": b"?"})
    (filed,) = await found(redis)
    assert filed.letter.code == "unreadable_letter"
    office = DeadLetterOffice(redis)
    assert await office.replay(filed) is Replay.UNKNOWN
    assert await office.drop(filed)


async def test_letter_from_before_the_content_hash_was_kept_is_replayed(redis: "Redis") -> None:
    await died(redis, submitted("a"))
    (filed,) = await found(redis)
    original = await DeadLetterOffice(redis).original(filed.letter_id)
    await redis.delete(DEAD.name)
    letter: DeadLetter = filed.letter
    await redis.xadd(DEAD.name, {DATA_FIELD: letter.model_dump_json(), "original": original})
    (old,) = await found(redis)
    assert await DeadLetterOffice(redis).replay(old) is Replay.REPLAYED
    assert await redis.hmget(keys.article("a"), "state", "content_hash") == [b"live", None]
