"""Poison among 500 articles: it ends in the dead stream with the reason, its neighbours pass."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from local_pipeline import Pipeline, running_pipeline
from redis.asyncio import Redis
from wire import ndjson, wire_articles

from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.streams import DEAD, ENRICHED, RAW, RAW_BULK

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

COUNT = 500
POISON = {
    "poison: raises": "extraction_failed",
    "poison: hangs": "timed_out",
    "poison: dies": "worker_crashed",
}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Pipeline]:
    with running_pipeline(
        tmp_path,
        COPYDESK_ENTITIES="none",
        COPYDESK_RECLAIM_AFTER="0.5",
        COPYDESK_MAX_DELIVERIES="3",
        COPYDESK_EXTRACT_TIMEOUT="1",
        COPYDESK_PIPELINE="poison:PoisonedPipeline",
        PYTHONPATH=str(Path(__file__).parents[1] / "support"),
    ) as running:
        yield running


async def letters(running: Pipeline) -> Mapping[str, Mapping[str, Any]]:
    """The dead letters by headline."""
    redis = Redis.from_url(running.url("redis"))
    rows: Any = await redis.xrange(DEAD.name)
    streams = [await redis.xlen(stream.name) for stream in (RAW, RAW_BULK, ENRICHED)]
    await redis.aclose()
    assert streams == [0, 0, 0]
    return {
        json.loads(fields[b"original"])["title"]: json.loads(fields[b"__data__"])
        for _, fields in rows
    }


async def test_poison_dies_alone_and_says_why(running: Pipeline) -> None:
    articles = wire_articles(COUNT)
    for place, title in zip((20, 21, 300), POISON, strict=True):
        articles[place] = articles[place] | {"title": title}
    answer = await running.post("/v1/articles:batch", ndjson(articles), "application/x-ndjson")
    submissions = [item["submission_id"] for item in answer.json()["items"]]
    outcomes = await running.outcomes(submissions, within=180)
    assert outcomes.count(Outcome.INDEXED) == COUNT - len(POISON)
    assert outcomes.count(Outcome.DEAD) == len(POISON)
    dead = await letters(running)
    assert {title: letter["code"] for title, letter in dead.items()} == POISON
    assert {letter["stage"] for letter in dead.values()} == {"enrich"}
    assert "a bug in extraction" in dead["poison: raises"]["traceback"]
    for title in ("poison: hangs", "poison: dies"):
        assert dead[title]["deliveries"] == 3
