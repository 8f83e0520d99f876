"""kill -9 in the middle of 500 articles: none is lost, none is there twice."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from each_once import assert_each_once, post_batch
from local_pipeline import Pipeline, running_pipeline

from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.testing.patience import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

COUNT = 500


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Pipeline]:
    with running_pipeline(
        tmp_path, COPYDESK_ENTITIES="none", COPYDESK_RECLAIM_AFTER="1"
    ) as running:
        yield running


async def test_killed_parts_lose_and_double_nothing(running: Pipeline) -> None:
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
