"""Embargo and expiry against a real server: of what is held a reader can see nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from prometheus_client import CollectorRegistry
from quiet_desk import BRIDGE, QuietDesk, quiet_desk
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from copydesk_index.due import DueArticles
from copydesk_shared import keys
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.contracts.submission import Op
from copydesk_shared.errors import PermanentError
from copydesk_shared.store import State
from copydesk_shared.streams import DATA_FIELD, ENRICHED, RAW
from copydesk_shared.testing.patience import eventually

SOON = timedelta(milliseconds=400)
LATER = timedelta(days=30)
CORRECTED = BRIDGE.replace("Monday", "Tuesday")


@pytest.fixture
async def desk(redis: "Redis") -> AsyncIterator[QuietDesk]:
    async with quiet_desk(redis) as desk:
        yield desk


async def announced(redis: "Redis") -> list[ArticleEnriched]:
    rows: Any = await redis.xrange(ENRICHED.name)
    return [ArticleEnriched.model_validate_json(row[DATA_FIELD.encode()]) for _, row in rows]


async def test_an_embargoed_article_is_enriched_and_held_and_leaves_nothing_to_see(
    desk: QuietDesk, redis: "Redis"
) -> None:
    until = await desk.now() + LATER
    accepted = await desk.post(embargoed_until=until)
    await desk.enrich()
    receipt = await desk.receipt(accepted)
    assert receipt.outcome is Outcome.HELD
    assert receipt.enriched_at is not None
    assert receipt.held_until is not None
    assert timedelta(0) <= receipt.held_until - until <= timedelta(milliseconds=1)
    assert await redis.ttl(keys.receipt(accepted.submission_id)) == -1
    assert await desk.readable(accepted.article_id) is None
    assert await redis.xlen(RAW.name) + await redis.xlen(ENRICHED.name) == 0
    graph = [key async for key in redis.scan_iter() if not key.startswith(keys.TAG.encode())]
    assert graph == []
    assert await desk.due.round() == []


async def test_an_embargoed_article_without_text_is_refused_now_and_not_when_it_is_due(
    desk: QuietDesk,
) -> None:
    empty = "<html><head><title>Bridge</title></head><body></body></html>"
    until = await desk.now() + LATER
    await desk.post(content=empty, content_type="text/html", embargoed_until=until)
    with pytest.raises(PermanentError) as refusal:
        await desk.enrich()
    assert refusal.value.code == "no_content"


async def test_an_embargo_in_the_past_means_nothing(desk: QuietDesk) -> None:
    accepted = await desk.post(embargoed_until=await desk.now() - LATER)
    await desk.enrich()
    assert (await desk.receipt(accepted)).outcome is Outcome.ENRICHED
    assert await desk.readable(accepted.article_id) is not None


async def test_a_held_article_is_released_once_however_many_ask(
    desk: QuietDesk, redis: "Redis"
) -> None:
    accepted = await desk.post(embargoed_until=await desk.now() + SOON)
    await desk.enrich()
    askers = [DueArticles(redis, registry=CollectorRegistry()) for _ in range(5)]
    (done,) = await desk.do_due()
    answers = await asyncio.gather(*(asker.round() for asker in askers))
    assert not any(answers)
    assert (done.action, done.article_id, done.version) == ("published", accepted.article_id, 1)
    assert 0 <= done.late_s < 1
    assert await desk.enrich() == 1
    assert (await desk.receipt(accepted)).outcome is Outcome.ENRICHED
    assert await desk.readable(accepted.article_id) is not None
    assert await redis.hget(keys.article(accepted.article_id), "held_event") is None
    assert await redis.exists(keys.DUE) == 0


async def test_the_first_version_stays_up_while_the_second_is_held(desk: QuietDesk) -> None:
    first = await desk.post()
    await desk.enrich()
    await desk.post(content=CORRECTED, embargoed_until=await desk.now() + SOON)
    await desk.enrich()
    held = await desk.readable(first.article_id)
    assert held is not None
    assert held.version == 1
    await desk.do_due()
    await desk.enrich()
    published = await desk.readable(first.article_id)
    assert published is not None
    assert published.version == 2


async def test_a_newer_version_takes_the_place_of_a_held_one(
    desk: QuietDesk, redis: "Redis"
) -> None:
    held = await desk.post(embargoed_until=await desk.now() + LATER)
    await desk.enrich()
    newer = await desk.post(content=CORRECTED)
    receipt = await desk.receipt(held)
    assert receipt.outcome is Outcome.SUPERSEDED
    assert receipt.ended_at is not None
    assert await redis.ttl(keys.receipt(held.submission_id)) > 0
    assert await redis.exists(keys.DUE) == 0
    await desk.enrich()
    assert (await desk.receipt(newer)).outcome is Outcome.ENRICHED


async def test_the_same_article_posted_while_held_is_a_duplicate(desk: QuietDesk) -> None:
    until = await desk.now() + LATER
    held = await desk.post(embargoed_until=until)
    await desk.enrich()
    again = await desk.post(embargoed_until=until)
    assert (again.duplicate, again.submission_id) == (True, held.submission_id)


async def test_a_withdrawal_ends_the_hold(desk: QuietDesk, redis: "Redis") -> None:
    held = await desk.post(embargoed_until=await desk.now() + SOON)
    await desk.enrich()
    await desk.withdraw(held.article_id)
    assert (await desk.receipt(held)).outcome is Outcome.SUPERSEDED
    assert await redis.exists(keys.DUE) == 0
    assert await redis.hget(keys.article(held.article_id), "held_event") is None


@pytest.mark.parametrize("skew", [timedelta(days=400), timedelta(days=-400)])
async def test_the_clocks_of_the_services_do_not_matter(desk: QuietDesk, skew: timedelta) -> None:
    now = await desk.now()
    with time_machine.travel(now + skew):
        held = await desk.post("1", embargoed_until=now + LATER)
        due = await desk.post("2", embargoed_until=now + SOON)
        await desk.enrich()
        assert (await desk.receipt(held)).outcome is Outcome.HELD
        (done,) = await desk.do_due()
        assert done.article_id == due.article_id
        await desk.enrich()
        assert (await desk.receipt(due)).outcome is Outcome.ENRICHED
        assert (await desk.receipt(held)).outcome is Outcome.HELD


async def test_an_embargo_that_ends_while_the_article_waits_for_enrich_is_no_embargo(
    desk: QuietDesk,
) -> None:
    until = await desk.now() + timedelta(milliseconds=100)
    accepted = await desk.post(embargoed_until=until)

    async def over() -> bool:
        return await desk.now() > until

    await eventually(over, within=5)
    await desk.enrich()
    assert (await desk.receipt(accepted)).outcome is Outcome.ENRICHED


async def test_an_article_is_withdrawn_when_it_expires(desk: QuietDesk, redis: "Redis") -> None:
    accepted = await desk.post(expires=await desk.now() + SOON)
    await desk.enrich()
    (done,) = await desk.do_due()
    assert done.action == "withdrawn"
    standing = await desk.store.standing(accepted.article_id)
    assert standing is not None
    assert (standing.state, standing.version) == (State.WITHDRAWN, 2)
    event = (await announced(redis))[-1]
    assert (event.op, event.version) == (Op.WITHDRAW, 2)
    assert event.submission_id == accepted.submission_id
    again = await desk.post()
    assert (again.duplicate, again.version) == (False, 3)


async def test_an_article_that_expires_before_it_is_enriched_is_never_seen(
    desk: QuietDesk,
) -> None:
    accepted = await desk.post(expires=await desk.now() + SOON)
    await desk.do_due()
    await desk.enrich()
    assert await desk.readable(accepted.article_id) is None


async def test_an_expiry_is_void_once_a_newer_version_is_published(desk: QuietDesk) -> None:
    await desk.post(expires=await desk.now() + SOON)
    await desk.enrich()
    newer = await desk.post(content=CORRECTED)
    await desk.enrich()
    (done,) = await desk.do_due()
    assert done.action == "stale"
    assert await desk.readable(newer.article_id) is not None


async def test_what_has_expired_goes_although_a_newer_version_is_held(
    desk: QuietDesk, redis: "Redis"
) -> None:
    now = await desk.now()
    first = await desk.post(expires=now + SOON)
    await desk.enrich()
    second = await desk.post(content=CORRECTED, embargoed_until=now + 3 * SOON)
    await desk.enrich()
    (done,) = await desk.do_due()
    assert (done.action, done.version) == ("withdrawn", 1)
    assert await desk.readable(first.article_id) is None
    assert (await announced(redis))[-1].version == 1
    await desk.do_due()
    await desk.enrich()
    published = await desk.readable(first.article_id)
    assert published is not None
    assert published.version == second.version


async def test_a_full_server_still_publishes_and_withdraws(desk: QuietDesk, redis: "Redis") -> None:
    now = await desk.now()
    await desk.post("1", embargoed_until=now + SOON)
    await desk.post("2", expires=now + SOON)
    await desk.enrich()
    await redis.config_set("maxmemory", "1")
    try:
        actions = [done.action for done in await desk.do_due()]
        if len(actions) == 1:
            actions += [done.action for done in await desk.do_due()]
    finally:
        await redis.config_set("maxmemory", "0")
    assert sorted(actions) == ["published", "withdrawn"]


@pytest.mark.parametrize("planted", [RAW.name, ENRICHED.name, keys.CHANGED])
async def test_a_key_of_a_foreign_type_leaves_what_is_due(
    desk: QuietDesk, redis: "Redis", planted: str
) -> None:
    await redis.zadd(keys.DUE, {"publish|a1|1|0-s1": 1})
    await redis.set(planted, "foreign")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await desk.due.round()
    assert await redis.zcard(keys.DUE) == 1


async def test_more_than_one_round_takes_is_done_by_the_next(
    desk: QuietDesk, redis: "Redis"
) -> None:
    await redis.zadd(keys.DUE, {f"withdraw|a{number}|1|0-s": number for number in range(150)})
    assert [len(await desk.due.round()) for _ in range(3)] == [100, 50, 0]
