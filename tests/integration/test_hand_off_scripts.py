"""The scripts that finish an entry: whatever is wrong around them, the entry is never gone."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from copydesk_shared import keys, lua, trace
from copydesk_shared.streams import DEAD, ENRICHED, EVENTS, RAW

ID = "a1"
ARTICLE = keys.article(ID)
RECEIPT = keys.receipt("0-s1")
VERSIONS = keys.versions(ID)
TRACE = keys.trace(ID)

Finish = Callable[["Redis", bytes], Awaitable[Any]]


async def enrich_commit(redis: "Redis", entry_id: bytes, version: int = 1) -> Any:
    return await lua.script(redis, "enrich_commit")(
        keys=[RAW.name, ENRICHED.name, ARTICLE, RECEIPT, keys.CHANGED, VERSIONS, TRACE],
        args=[RAW.group, entry_id, ID, version, b"zstd", "{}", 1000, 60, 2, "me", 1, "0-s1"],
    )


async def hold(redis: "Redis", entry_id: bytes) -> Any:
    return await lua.script(redis, "hold")(
        keys=[RAW.name, ARTICLE, RECEIPT, keys.DUE, TRACE],
        args=[RAW.group, entry_id, ID, 1, "0-s1", 2**43, "{}", 60, "me", 1],
    )


async def dead_letter(redis: "Redis", entry_id: bytes) -> Any:
    return await lua.script(redis, "dead_letter")(
        keys=[RAW.name, DEAD.name, ARTICLE, RECEIPT, TRACE],
        args=[
            *(RAW.group, entry_id, 1, "{}", b"original", 1000, "no_content", "hint", 60),
            trace.event("dead", version=1),
        ],
    )


async def index_complete(redis: "Redis", entry_id: bytes, written: int = 1) -> Any:
    return await lua.script(redis, "index_complete")(
        keys=[ENRICHED.name, EVENTS.name, ARTICLE, RECEIPT, TRACE],
        args=[
            *(ENRICHED.group, entry_id, 1, "publish", written, "publish", "{}", 1000, 60, 0),
            *("me", 1, "0-s1"),
        ],
    )


async def delivered(redis: "Redis", stream: str, group: str) -> bytes:
    """An article accepted as version 1, whose entry a consumer holds."""
    await redis.hset(ARTICLE, mapping={"version": 1, "state": "live", "content_hash": "h"})
    await redis.hset(RECEIPT, mapping={"outcome": "accepted"})
    entry_id: Any = await redis.xadd(stream, {"__data__": "{}"})
    await redis.xgroup_create(stream, group, id="0")
    await redis.xreadgroup(group, "me", {stream: ">"})
    return bytes(entry_id)


async def pending(redis: "Redis", stream: str, group: str) -> int:
    summary: Any = await redis.xpending(stream, group)
    return int(summary["pending"])


@pytest.mark.parametrize(
    ("finish", "stream", "group", "planted"),
    [
        (enrich_commit, RAW.name, RAW.group, ENRICHED.name),
        (enrich_commit, RAW.name, RAW.group, ARTICLE),
        (enrich_commit, RAW.name, RAW.group, keys.CHANGED),
        (hold, RAW.name, RAW.group, keys.DUE),
        (hold, RAW.name, RAW.group, ARTICLE),
        (dead_letter, RAW.name, RAW.group, DEAD.name),
        (dead_letter, RAW.name, RAW.group, ARTICLE),
        (index_complete, ENRICHED.name, ENRICHED.group, EVENTS.name),
        (index_complete, ENRICHED.name, ENRICHED.group, ARTICLE),
    ],
)
async def test_a_wrong_typed_key_leaves_the_entry_pending(
    redis: "Redis", finish: Finish, stream: str, group: str, planted: str
) -> None:
    entry_id = await delivered(redis, stream, group)
    await redis.delete(planted)
    await redis.set(planted, "foreign")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await finish(redis, entry_id)
    assert await pending(redis, stream, group) == 1
    assert await redis.xlen(stream) == 1
    assert await redis.hget(RECEIPT, "outcome") == b"accepted"


@pytest.mark.parametrize(
    ("finish", "stream", "group", "target"),
    [
        (enrich_commit, RAW.name, RAW.group, ENRICHED.name),
        (dead_letter, RAW.name, RAW.group, DEAD.name),
        (index_complete, ENRICHED.name, ENRICHED.group, EVENTS.name),
    ],
)
async def test_a_wrong_typed_receipt_does_not_hold_up_the_entry(
    redis: "Redis", finish: Finish, stream: str, group: str, target: str
) -> None:
    entry_id = await delivered(redis, stream, group)
    await redis.delete(RECEIPT)
    await redis.set(RECEIPT, "foreign")
    await finish(redis, entry_id)
    assert await redis.xlen(stream) == 0
    assert await redis.xlen(target) == 1


@pytest.mark.parametrize(
    ("finish", "stream", "group", "target"),
    [
        (enrich_commit, RAW.name, RAW.group, ENRICHED.name),
        (dead_letter, RAW.name, RAW.group, DEAD.name),
        (index_complete, ENRICHED.name, ENRICHED.group, EVENTS.name),
    ],
)
async def test_the_second_of_two_finishers_forwards_nothing(
    redis: "Redis", finish: Finish, stream: str, group: str, target: str
) -> None:
    entry_id = await delivered(redis, stream, group)
    await finish(redis, entry_id)
    assert await finish(redis, entry_id) == b"lost"
    assert await redis.xlen(target) == 1


async def test_commit_of_an_older_version_ends_superseded(redis: "Redis") -> None:
    entry_id = await delivered(redis, RAW.name, RAW.group)
    await redis.hset(ARTICLE, "version", 2)
    assert await enrich_commit(redis, entry_id) == b"superseded"
    assert await redis.hget(ARTICLE, "enriched") is None
    assert await redis.xlen(ENRICHED.name) == 0
    assert await redis.hget(RECEIPT, "outcome") == b"superseded"
    assert await redis.ttl(RECEIPT) > 0


async def test_a_hold_is_finished_once_and_fits_into_a_full_server(redis: "Redis") -> None:
    entry_id = await delivered(redis, RAW.name, RAW.group)
    await redis.config_set("maxmemory", "1")
    try:
        assert await hold(redis, entry_id) == b"held"
    finally:
        await redis.config_set("maxmemory", "0")
    assert await hold(redis, entry_id) == b"lost"
    assert await redis.xlen(RAW.name) == 0
    assert await redis.zcard(keys.DUE) == 1


async def test_a_hold_of_an_older_version_ends_superseded(redis: "Redis") -> None:
    entry_id = await delivered(redis, RAW.name, RAW.group)
    await redis.hset(ARTICLE, "version", 2)
    assert await hold(redis, entry_id) == b"superseded"
    assert await redis.exists(keys.DUE) == 0
    assert await redis.hget(RECEIPT, "outcome") == b"superseded"


async def test_commit_after_a_withdrawal_ends_superseded(redis: "Redis") -> None:
    entry_id = await delivered(redis, RAW.name, RAW.group)
    await redis.hset(ARTICLE, "state", "withdrawn")
    assert await enrich_commit(redis, entry_id) == b"superseded"


async def test_receipt_is_not_made_anew_once_it_has_expired(redis: "Redis") -> None:
    entry_id = await delivered(redis, RAW.name, RAW.group)
    await redis.delete(RECEIPT)
    assert await enrich_commit(redis, entry_id) == b"forwarded"
    assert await redis.exists(RECEIPT) == 0


async def test_completion_of_an_older_version_makes_no_event(redis: "Redis") -> None:
    entry_id = await delivered(redis, ENRICHED.name, ENRICHED.group)
    await redis.hset(ARTICLE, "indexed_version", 2)
    assert await index_complete(redis, entry_id, written=2) == b"superseded"
    assert await redis.xlen(EVENTS.name) == 0


async def test_dead_article_keeps_no_content_hash(redis: "Redis") -> None:
    entry_id = await delivered(redis, RAW.name, RAW.group)
    await dead_letter(redis, entry_id)
    assert await redis.hmget(ARTICLE, "state", "content_hash") == [b"dead", None]
    assert await redis.hmget(RECEIPT, "outcome", "code") == [b"dead", b"no_content"]


async def test_a_full_server_still_drains(redis: "Redis") -> None:
    raw_id = await delivered(redis, RAW.name, RAW.group)
    await redis.config_set("maxmemory", "1")
    try:
        with pytest.raises(ResponseError, match="maxmemory"):
            await redis.set("more", "data")
        assert await enrich_commit(redis, raw_id) == b"forwarded"
    finally:
        await redis.config_set("maxmemory", "0")
    await redis.xgroup_create(ENRICHED.name, ENRICHED.group, id="0")
    await redis.xreadgroup(ENRICHED.group, "me", {ENRICHED.name: ">"})
    rows: Any = await redis.xrange(ENRICHED.name)
    await redis.config_set("maxmemory", "1")
    try:
        assert await index_complete(redis, rows[0][0]) == b"indexed"
    finally:
        await redis.config_set("maxmemory", "0")
    assert await redis.xlen(RAW.name) + await redis.xlen(ENRICHED.name) == 0


async def commit_version(redis: "Redis", version: int) -> Any:
    """A version accepted, delivered and committed."""
    await redis.hset(ARTICLE, mapping={"version": version, "state": "live"})
    entry_id: Any = await redis.xadd(RAW.name, {"__data__": "{}"})
    await redis.xreadgroup(RAW.group, "me", {RAW.name: ">"})
    return await enrich_commit(redis, entry_id, version)


async def test_the_versions_before_are_kept_up_to_a_number(redis: "Redis") -> None:
    await redis.xgroup_create(RAW.name, RAW.group, id="0", mkstream=True)
    for version in (1, 2, 9, 10, 11):
        assert await commit_version(redis, version) == b"forwarded"
    assert await redis.hgetall(VERSIONS) == {
        b"9": b"zstd",
        b"9:ms": b"1000",
        b"10": b"zstd",
        b"10:ms": b"1000",
    }
    assert await redis.hget(ARTICLE, "enriched_version") == b"11"


@pytest.mark.parametrize("planted", [VERSIONS, TRACE])
async def test_history_and_trace_hold_up_no_article(redis: "Redis", planted: str) -> None:
    await redis.xgroup_create(RAW.name, RAW.group, id="0", mkstream=True)
    await redis.set(planted, "foreign")
    for version in (1, 2):
        assert await commit_version(redis, version) == b"forwarded"
    assert await redis.xlen(ENRICHED.name) == 2


async def test_a_trace_tells_who_did_what_and_is_bounded(redis: "Redis") -> None:
    await redis.xgroup_create(RAW.name, RAW.group, id="0", mkstream=True)
    await redis.rpush(TRACE, *(trace.event("accepted", at_ms=1) for _ in range(250)))
    await commit_version(redis, 1)
    events = await trace.read(redis, ID)
    assert len(events) == 200
    last = events[-1]
    assert (last.event, last.stage, last.consumer) == ("enriched", "enrich", "me")
    assert (last.version, last.deliveries, last.submission_id) == (1, 1, "0-s1")
    assert 29 * 86400 < await redis.ttl(TRACE) <= 30 * 86400


async def test_a_late_write_of_an_older_version_ends_superseded(redis: "Redis") -> None:
    entry_id = await delivered(redis, ENRICHED.name, ENRICHED.group)
    await redis.hset(ARTICLE, mapping={"version": 2, "indexed_version": 2})
    assert await index_complete(redis, entry_id) == b"superseded"
    assert await redis.xlen(EVENTS.name) == 0
