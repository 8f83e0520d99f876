"""500 articles in one batch, with the language model: each ends, each is found once."""

import pytest
from each_once import assert_each_once, post_batch
from local_pipeline import Pipeline

from copydesk_shared.contracts.receipt import Outcome

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.timeout(300)]

COUNT = 500


async def test_a_batch_is_enriched_and_found(model_pipeline: Pipeline) -> None:
    items = await post_batch(model_pipeline, COUNT)
    outcomes = await model_pipeline.outcomes([i["submission_id"] for i in items], within=240)
    assert outcomes == [Outcome.INDEXED] * COUNT
    await assert_each_once(model_pipeline, items)
