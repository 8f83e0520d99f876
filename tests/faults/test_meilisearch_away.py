"""Meilisearch (its stand-in) down, slow, failing, emptied, or refusing one document."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fault_backlog import queue
from fault_newsroom import Newsroom, a_newsroom, names
from newsroom import an_article
from redis.asyncio import Redis

from copydesk_shared import keys
from copydesk_shared.contracts.events import DeadLetter
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.streams import DATA_FIELD, DEAD
from copydesk_shared.testing.meilisearch import LoopbackMeilisearch, loopback_meilisearch
from copydesk_shared.testing.patience import eventually

LONG = os.environ.get("COPYDESK_LONG_FAULTS") == "1"


@pytest.fixture
def meilisearch() -> Iterator[LoopbackMeilisearch]:
    with loopback_meilisearch() as server:
        yield server


@pytest.mark.parametrize(
    "seconds",
    [
        4,
        pytest.param(
            60, marks=pytest.mark.skipif(not LONG, reason="takes a minute: COPYDESK_LONG_FAULTS=1")
        ),
    ],
)
async def test_while_the_engine_is_down_articles_are_taken_and_read_and_all_are_indexed_after(
    redis_url: str, redis: "Redis", tmp_path: Path, meilisearch: LoopbackMeilisearch, seconds: int
) -> None:
    async with a_newsroom(redis_url, tmp_path, search_url=meilisearch.url, index=2) as newsroom:
        meilisearch.knobs.down = True
        down_until = time.monotonic() + seconds
        during = await newsroom.accepted(*names("during", 30))
        article_id = await enriched(newsroom, during[0])
        assert (await newsroom.gateway.get(f"/v1/articles/{article_id}")).status_code == 200
        refused = await newsroom.gateway.get("/v1/search", params={"q": "during0"})
        assert (refused.status_code, refused.json()["code"]) == (503, "search_down")
        assert int(refused.headers["Retry-After"]) > 0

        async def index_waits() -> bool:
            reasons = {
                **await newsroom.unready("index-1"),
                **await newsroom.unready("index-2"),
            }
            return "engine" in reasons and reasons.get("stream", "").startswith("waiting: ")

        await eventually(index_waits)
        assert "engine" in await newsroom.unready("gateway")
        assert await newsroom.unready("ingest") == await newsroom.unready("enrich-1") == {}
        await asyncio.sleep(down_until - time.monotonic())
        assert not await newsroom.indexed_events()
        meilisearch.knobs.down = False
        await newsroom.all_indexed(during)
        await newsroom.all_ready()
        await newsroom.all_found("during0", "during29")
        await newsroom.at_rest()
        assert "dependency_down" in newsroom.told.names()
        assert "article_died" not in newsroom.told.names()


async def enriched(newsroom: Newsroom, submission_id: str) -> str:
    """The article of the submission, once it can be read."""

    async def readable() -> str | None:
        receipt = (await newsroom.ingest.get(f"/v1/submissions/{submission_id}")).json()
        return receipt["article_id"] if receipt["outcome"] == Outcome.ENRICHED else None

    return await eventually(readable) or ""


async def test_a_slow_engine_only_takes_longer(
    redis_url: str, redis: "Redis", tmp_path: Path, meilisearch: LoopbackMeilisearch
) -> None:
    async with a_newsroom(redis_url, tmp_path, search_url=meilisearch.url, index=2) as newsroom:
        # Longer than the reclaim time: only the heartbeat keeps the entries.
        meilisearch.knobs.delay_s = 1.5
        accepted = await newsroom.accepted(*names("slow", 20))
        await newsroom.all_indexed(accepted, within=30)
        await newsroom.at_rest()
        events = await newsroom.indexed_events()
        assert len(events) == len(set(events)) == 20
        for part in newsroom.stages:
            assert await newsroom.metric(part, "copydesk_reclaimed_total") == 0


@pytest.mark.parametrize("code", ["no_space_left_on_device", "internal"])
async def test_a_task_that_fails_for_no_document_s_fault_is_done_again(
    redis_url: str, redis: "Redis", tmp_path: Path, meilisearch: LoopbackMeilisearch, code: str
) -> None:
    async with a_newsroom(redis_url, tmp_path, search_url=meilisearch.url) as newsroom:
        for round_ in range(3):
            meilisearch.knobs.fail_next_task = code
            accepted = await newsroom.accepted(*names(f"round{round_}x", 5))
            await newsroom.all_indexed(accepted)
            assert meilisearch.knobs.fail_next_task is None
        await newsroom.all_found("round0x0", "round2x4")
        await newsroom.at_rest()
        assert "dependency_down" in newsroom.told.names()


@pytest.mark.parametrize("engine", ["meilisearch", "embedded"])
async def test_one_bad_document_in_a_batch_of_500_dies_alone(
    redis_url: str, redis: "Redis", tmp_path: Path, meilisearch: LoopbackMeilisearch, engine: str
) -> None:
    # Each engine has its own reason: an id that it cannot hold, a number that is too large.
    bad = (
        an_article("bad", article_id="not an id!")
        if engine == "meilisearch"
        else an_article("bad", version=2**70)
    )
    good = [an_article(f"good{number}", title=f"About good{number}") for number in range(499)]
    submission_ids = await queue(redis, [*good[:250], bad, *good[250:]])
    search_url = meilisearch.url if engine == "meilisearch" else None
    async with a_newsroom(
        redis_url, tmp_path, search_url=search_url, index_batch=500, sweep_every=timedelta(hours=1)
    ) as newsroom:
        assert await newsroom.outcomes(submission_ids) == {Outcome.INDEXED, Outcome.DEAD}
        await newsroom.all_found("good0", "good498")
        assert len(await newsroom.indexed_events()) == 499
        letters: Any = await redis.xrange(DEAD.name)
        ((_, fields),) = letters
        letter = DeadLetter.model_validate_json(fields[DATA_FIELD.encode()])
        assert (letter.code, letter.article_id) == ("refused_by_engine", bad.article_id)
        assert letter.error
        receipt = await newsroom.ingest.get(f"/v1/submissions/0-{bad.article_id}")
        assert receipt.json()["code"] == "refused_by_engine"
        assert receipt.json()["hint"]


@pytest.mark.parametrize("lost", ["index", "documents"])
async def test_an_engine_that_was_emptied_is_filled_from_the_store_by_the_next_sweep(
    redis_url: str, redis: "Redis", tmp_path: Path, meilisearch: LoopbackMeilisearch, lost: str
) -> None:
    async with a_newsroom(
        redis_url, tmp_path, search_url=meilisearch.url, sweep_every=timedelta(seconds=1)
    ) as newsroom:
        await newsroom.all_indexed(await newsroom.accepted(*names("old", 30)))
        await long_ago(redis)
        for index in meilisearch._indexes.values():
            index.documents.clear()
        if lost == "index":
            meilisearch._indexes.clear()
        await newsroom.all_found(*names("old", 30))
        await newsroom.at_rest()
        assert newsroom.told.of("sweep_mended")[-1]["whole"]


async def test_an_engine_that_was_emptied_between_two_writes_is_set_up_and_filled_again(
    redis_url: str, redis: "Redis", tmp_path: Path, meilisearch: LoopbackMeilisearch
) -> None:
    async with a_newsroom(
        redis_url, tmp_path, search_url=meilisearch.url, sweep_every=timedelta(hours=1)
    ) as newsroom:
        await newsroom.all_indexed(await newsroom.accepted(*names("old", 5)))
        await long_ago(redis)
        # No request met the outage, and the next write makes an index, of which nothing is set.
        meilisearch._indexes.clear()
        await newsroom.all_indexed(await newsroom.accepted("new"))
        await newsroom.all_found("new", *names("old", 5))
        facets = await newsroom.gateway.get("/v1/search", params={"facets": "source"})
        assert facets.json()["facets"]["source"][0]["count"] == 6


async def long_ago(redis: "Redis") -> None:
    """Let all articles have changed before the window of a sweep."""
    ids: Any = await redis.zrange(keys.CHANGED, 0, -1)
    await redis.zadd(keys.CHANGED, dict.fromkeys(ids, 1000))
