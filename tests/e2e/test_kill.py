"""kill -9 in the middle of 500 articles: none is lost, none is there twice."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from local_pipeline import Pipeline, running_pipeline
from wire import ndjson, wire_articles

from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.testing.patience import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

COUNT = 500
ROUNDS = int(os.environ.get("COPYDESK_CHAOS_ROUNDS", "1"))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Pipeline]:
    with running_pipeline(
        tmp_path, COPYDESK_ENTITIES="none", COPYDESK_RECLAIM_AFTER="1"
    ) as running:
        yield running


async def post_batch(running: Pipeline, count: int) -> list[dict[str, Any]]:
    answer = await running.post(
        "/v1/articles:batch", ndjson(wire_articles(count)), "application/x-ndjson"
    )
    assert answer.status_code == 207
    items: list[dict[str, Any]] = answer.json()["items"]
    assert [item["status"] for item in items] == [202] * count
    return items


async def assert_each_once(running: Pipeline, items: list[dict[str, Any]]) -> None:
    """Every article in the store, and once in the engine; the stack is stopped for the latter."""
    ids = [item["article_id"] for item in items]
    for article_id in ids:
        article = await running.get("gateway", f"/v1/articles/{article_id}")
        assert article["article_id"] == article_id
    page = await running.get("gateway", "/v1/search", limit="1")
    assert page["total"] == {"value": len(ids), "relation": "exact"}
    assert running.stop() == 0
    engine = EmbeddedIndexEngine(running.data_dir / "search")
    await engine.open()
    try:
        assert await engine.versions(ids) == dict.fromkeys(ids, 1)
    finally:
        await engine.close()


@pytest.mark.parametrize("round_", range(ROUNDS))
async def test_killed_parts_lose_and_double_nothing(running: Pipeline, round_: int) -> None:
    items = await post_batch(running, COUNT)
    submissions = [item["submission_id"] for item in items]

    async def ended(at_least: int) -> bool:
        receipts = await running.receipts(submissions)
        return len([r for r in receipts if r.outcome.final]) >= at_least

    for kill in range(1, 4):
        # The kills come at a fifth, two and three fifths of the way, whatever the machine's speed.
        reached = partial(ended, COUNT * kill // 5)
        await eventually(reached, within=90)
        running.kill("enrich-1")
        running.kill("index-1")
    outcomes = await running.outcomes(submissions, within=120)
    assert outcomes == [Outcome.INDEXED] * COUNT
    await assert_each_once(running, items)
