"""Building the images takes minutes, so these tests run only when they are asked for by path."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from compose_project import ComposeProject, compose_project
from docker_engine import EngineMissingError

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _asked_for(config):
        return
    skip = pytest.mark.skip(reason="takes minutes and a Docker engine: make compose-test")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(skip)


def _asked_for(config: pytest.Config) -> bool:
    started_in = config.invocation_params.dir
    return any(
        (started_in / word.partition("::")[0]).resolve().is_relative_to(HERE)
        for word in config.invocation_params.args
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposeProject]:
    try:
        with compose_project(tmp_path_factory.mktemp("compose")) as up:
            yield up
    except EngineMissingError as missing:
        pytest.skip(str(missing))
