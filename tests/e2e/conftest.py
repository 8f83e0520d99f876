"""Pipelines that several tests of a module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from local_pipeline import Pipeline, running_pipeline


@pytest.fixture(scope="module")
def model_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """With the language model, as shipped."""
    with running_pipeline(tmp_path_factory.mktemp("model")) as running:
        yield running


@pytest.fixture(scope="module")
def plain_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Without entities, and quick to take over what a dead part left."""
    with running_pipeline(
        tmp_path_factory.mktemp("plain"),
        COPYDESK_ENTITIES="none",
        COPYDESK_RECLAIM_AFTER="1",
    ) as running:
        yield running


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Public data beside the project; tests that need it are skipped where it is not."""
    found = Path(__file__).parents[3] / "shared"
    if not found.is_dir():
        pytest.skip("the public data sets are not beside the project")
    return found
