"""A Redis of the test's own, to be hurt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_valkey import Valkey, hurtable_valkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with hurtable_valkey(tmp_path / "redis") as server:
        yield server
