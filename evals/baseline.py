"""What an eval found, beside what was found before: a table, and an exit code for `make evals`.

`baseline.json` beside this maps `<title>: <measure>` to the value to hold. A measure that is worse
than its baseline by more than its own tolerance fails; one without a baseline is shown and passes.
COPYDESK_WRITE_BASELINE=1 writes what was measured as the new baseline, and passes.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

BASELINE = Path(__file__).with_name("baseline.json")
WRITE = "COPYDESK_WRITE_BASELINE"


@dataclass(frozen=True)
class Measure:
    """One figure. `tolerance` is how much worse than the baseline is noise, in its own unit.

    `better="neither"` is told and never judged: a count, or a time that depends on the machine.
    """

    name: str
    value: float
    better: Literal["higher", "lower", "neither"] = "neither"
    tolerance: float = 0.0

    def worse_than(self, before: float) -> bool:
        """Whether the value lies on the wrong side of `before`, tolerance allowed for."""
        gain = {"higher": 1, "lower": -1, "neither": 0}[self.better] * (self.value - before)
        return gain < -self.tolerance


def report(title: str, measures: Sequence[Measure], *, path: Path = BASELINE) -> int:
    """Print the measures beside their baselines; 1 when one got worse, else 0.

    A script ends with `sys.exit(report(…))`. `path` need not exist.
    """
    known: dict[str, float] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    keys = {measure: f"{title}: {measure.name}" for measure in measures}
    worse = [m for m in measures if keys[m] in known and m.worse_than(known[keys[m]])]
    width = max((len(measure.name) for measure in measures), default=0)
    print(f"\n{title}")
    for measure in measures:
        before = known.get(keys[measure])
        verdict = "  WORSE" if measure in worse else ""
        print(f"  {measure.name:<{width}}  {_number(measure.value):>9}  {_was(before):>13}"
              f"{verdict}")  # fmt: skip
    if os.environ.get(WRITE) == "1":
        known |= {keys[measure]: round(measure.value, 6) for measure in measures}
        path.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", "utf-8")
        return 0
    sys.stdout.flush()
    return 1 if worse else 0


def _was(before: float | None) -> str:
    return "(new)" if before is None else f"was {_number(before)}"


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.4g}"
