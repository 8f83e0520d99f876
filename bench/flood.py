"""What a producer faster than enrich does to Copydesk: `python bench/flood.py --minutes 3`.

32 connections post without ever waiting when told to. Printed: what was taken and refused and how
quickly, Redis' memory over time, and how all accepted articles ended.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from flood import Flood, Posts, flood, percentile


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long to post")
    parser.add_argument("--maxmemory-mb", type=int, default=128, help="Redis' maxmemory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(
            flood(
                Path(folder),
                seconds=options.minutes * 60,
                maxmemory_mb=options.maxmemory_mb,
                drain_within=1800,
            )
        )
    console = Console()
    console.print(_answers(result))
    console.print(_memory(result))
    for kind in (result.singles, result.batches, result.withdrawals):
        for other, times in kind.others.items():
            console.print(f"unexpected, {times} times: {other}")
    ends = ", ".join(f"{count} {outcome}" for outcome, count in sorted(result.outcomes.items()))
    console.print(f"{len(result.submissions)} confirmed ended as {ends} ({result.drained_s:.0f} s)")


def _answers(result: Flood) -> Table:
    table = Table("", "taken", "p99", "refused", "p50", "p99", "max", title="Answers")
    rows: list[tuple[str, Posts]] = [
        ("single posts", result.singles),
        ("batch items", result.batches),
        ("withdrawals", result.withdrawals),
    ]
    for name, posts in rows:
        table.add_row(
            name,
            str(len(posts.accepted)),
            _ms(percentile(posts.accepted, 0.99)),
            str(len(posts.refused)),
            *(_ms(percentile(posts.refused, share)) for share in (0.5, 0.99, 1.0)),
        )
    return table


def _memory(result: Flood) -> Table:
    table = Table("at", "memory", "of maxmemory", "waiting", title="Redis")
    for sample in result.samples[:: max(1, len(result.samples) // 18)]:
        table.add_row(
            f"{sample.at_s:.0f} s",
            f"{sample.memory / 2**20:.1f} MiB",
            f"{sample.memory / result.limit:.1%}",
            str(sample.waiting),
        )
    after = result.memory_after_the_limit
    if after and result.first_refusal_s is not None:
        table.caption = (
            f"first refusal at {result.first_refusal_s:.1f} s;"
            f" a second later and after: {min(after):.1%} to {max(after):.1%}"
        )
    return table


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main()
