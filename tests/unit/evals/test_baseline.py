import json
from pathlib import Path

import pytest
from baseline import WRITE, Measure, report


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps({"extraction: F1": 0.96, "extraction: ms": 10.0}))
    return path


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (Measure("F1", 0.97, better="higher"), 0),
        (Measure("F1", 0.955, better="higher", tolerance=0.01), 0),
        (Measure("F1", 0.94, better="higher", tolerance=0.01), 1),
        (Measure("ms", 10.5, better="lower", tolerance=1), 0),
        (Measure("ms", 12, better="lower", tolerance=1), 1),
        (Measure("ms", 12), 0),
    ],
)
def test_only_a_measure_that_got_worse_beyond_its_tolerance_fails(
    baseline: Path, measure: Measure, code: int
) -> None:
    assert report("extraction", [measure], path=baseline) == code


def test_a_measure_without_a_baseline_passes_and_is_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report("ner", [Measure("F1", 0.7, better="higher")], path=tmp_path / "none.json") == 0
    assert "(new)" in capsys.readouterr().out


def test_writing_the_baseline_keeps_the_measures_of_other_evals(
    baseline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WRITE, "1")
    assert report("extraction", [Measure("F1", 0.5, better="higher")], path=baseline) == 0
    assert json.loads(baseline.read_text()) == {"extraction: F1": 0.5, "extraction: ms": 10.0}
