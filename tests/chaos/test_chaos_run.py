"""A short chaos run of one seed on each engine: `make chaos` runs longer ones."""

from pathlib import Path

import pytest
from chaos_run import Plan, run

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]


@pytest.mark.parametrize(("engine", "seconds"), [("embedded", 60.0), ("meilisearch", 30.0)])
async def test_chaos_breaks_no_promise(engine: str, seconds: float, tmp_path: Path) -> None:
    report = await run(Plan(seed=1, seconds=seconds, engine=engine), tmp_path)
    print(report.table())
    assert report.verdict.clean, report.table()
    assert report.submissions > 100
    assert report.faults
