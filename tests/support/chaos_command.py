"""`tests/chaos/run.py`: chaos by hand, for one seed or for a mutant."""

import argparse
import asyncio
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from chaos_mutants import MUTANTS
from chaos_newsroom import INNOCENT
from chaos_recovery import percentile
from chaos_run import RECLAIM_AFTER_S, Plan, Report, run
from chaos_schedule import ONLY_KILLS

ROUND_S = 45.0
CATCH_WITHIN_S = 300.0
"""A mutant's chaos comes in rounds with a verdict after each, for so long in all."""

BATCH_S: Final = 0.5
RECOVERY_S: Final = 2 * RECLAIM_AFTER_S + BATCH_S
"""What a killed worker had is taken over a reclaim time later; looking costs another third, and
a batch of ten articles half a second."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise was kept, or when the planted mutant was caught; else 1."""
    options = _parser().parse_args(arguments)
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    with _data_dir(options.keep) as data_dir:
        if options.mutant:
            return _hunt(options, seed, data_dir)
        plan = Plan(
            seed=seed,
            seconds=options.minutes * 60,
            engine=options.engine,
            entities=options.entities,
        )
        if options.only_kills:
            plan = replace(plan, weather=ONLY_KILLS, mix=INNOCENT)
        report = asyncio.run(run(plan, data_dir / "stack"))
    print(report.table())
    slow = options.only_kills and _recovers_slowly(report)
    return 0 if report.verdict.clean and not slow else 1


def _recovers_slowly(report: Report) -> bool:
    times = sorted(seconds for found in report.recovery.values() for seconds in found)
    p99 = percentile(times, 0.99)
    print(f"\n{len(times)} workers were killed: p99 {p99:.2f} s, the limit is {RECOVERY_S:.1f} s")
    return p99 > RECOVERY_S


def _hunt(options: argparse.Namespace, seed: int, data_dir: Path) -> int:
    """Rounds of chaos until the oracle speaks; a control has to stay silent instead."""
    begun, chaos_s = time.monotonic(), 0.0
    while chaos_s < CATCH_WITHIN_S:
        mutant = MUTANTS[options.mutant]
        plan = Plan(
            seed=seed,
            seconds=min(options.minutes * 60, ROUND_S),
            engine=options.engine,
            weather=mutant.weather,
            mix=mutant.mix,
            mutant=mutant,
            planted=not options.control,
        )
        report: Report = asyncio.run(run(plan, data_dir / f"stack-{seed}"))
        chaos_s += plan.seconds
        print(report.table(), flush=True)
        took = f"{chaos_s:.0f} s of chaos, {time.monotonic() - begun:.0f} s in all"
        if options.control:
            print(f"control of {options.mutant}: {took}")
            return 0 if report.verdict.clean else 1
        if not report.verdict.clean:
            print(f"{options.mutant} was caught: {took}")
            return 0
        seed += 1
    print(f"{options.mutant} was not caught within {CATCH_WITHIN_S:.0f} s of chaos")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="What happens follows from it; random if absent.")
    parser.add_argument("--minutes", type=float, default=2.0, help="How long there are faults.")
    parser.add_argument("--engine", choices=("embedded", "meilisearch"), default="embedded")
    parser.add_argument("--entities", choices=("none", "spacy"), default="none")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="Plant it, and hunt for it.")
    parser.add_argument("--control", action="store_true", help="Its conditions without the mutant.")
    parser.add_argument("--only-kills", action="store_true", help="Measure recovery, clear of all.")
    parser.add_argument("--keep", type=Path, help="Keep data and logs in this directory.")
    return parser


@contextmanager
def _data_dir(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="copydesk-chaos-") as name:
            yield Path(name)
        return
    keep.mkdir(parents=True, exist_ok=True)
    yield Path(tempfile.mkdtemp(prefix="run-", dir=keep))
