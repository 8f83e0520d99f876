"""A short chaos run of one seed on each engine: `make chaos` runs longer ones."""

import os
from pathlib import Path

import pytest
from chaos_run import Plan, run

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]


MEILISEARCH = pytest.param(
    "meilisearch",
    30.0,
    marks=pytest.mark.skipif(
        not os.environ.get("COPYDESK_LONG_FAULTS"),
        # Seed 2 over two minutes once ended with one article too few in the search total while
        # every document was there by id: found, not yet explained (docs/chaos.md).
        reason="an open finding (docs/chaos.md): COPYDESK_LONG_FAULTS=1",
    ),
)


@pytest.mark.parametrize(("engine", "seconds"), [("embedded", 60.0), MEILISEARCH])
async def test_chaos_breaks_no_promise(engine: str, seconds: float, tmp_path: Path) -> None:
    report = await run(Plan(seed=1, seconds=seconds, engine=engine), tmp_path)
    print(report.table())
    assert report.verdict.clean, report.table()
    assert report.submissions > 100
    assert report.faults
