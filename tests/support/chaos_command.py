"""`tests/chaos/run.py`: chaos by hand, for one seed or for a mutant."""

import argparse
import asyncio
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chaos_mutants import MUTANTS
from chaos_run import Plan, Report, run

ROUND_S = 45.0
CATCH_WITHIN_S = 300.0
"""A mutant's chaos comes in rounds with a verdict after each, for so long in all."""


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
        report = asyncio.run(run(plan, data_dir / "stack"))
    print(report.table())
    return 0 if report.verdict.clean else 1


def _hunt(options: argparse.Namespace, seed: int, data_dir: Path) -> int:
    """Rounds of chaos until the oracle speaks; a control has to stay silent instead."""
    begun, chaos_s = time.monotonic(), 0.0
    while chaos_s < CATCH_WITHIN_S:
        plan = Plan(
            seed=seed,
            seconds=min(options.minutes * 60, ROUND_S),
            engine=options.engine,
            mutant=MUTANTS[options.mutant],
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
