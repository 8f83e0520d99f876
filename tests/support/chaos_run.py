"""A chaos run from start to verdict, and the table that it prints."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx2
from chaos_ledger import Ledger
from chaos_look import at_rest, look
from chaos_mutants import DELAYS, MUTANT, Mutant
from chaos_newsroom import Desk, Mix, Pace, publish
from chaos_observed import Column, Verdict
from chaos_oracle import judge
from chaos_recovery import Struck, percentile, recoveries
from chaos_schedule import Fault, Weather, schedule
from chaos_stack import REPLICAS, ChaosStack, chaos_stack
from redis.exceptions import RedisError

from copydesk_shared.contracts.receipt import Receipt
from copydesk_shared.testing.patience import eventually

RECLAIM_AFTER_S: Final = 1.0
RATE: Final = 12.0
MOST_SUBMISSIONS: Final = 3000
DESKS: Final = 4
HEAL_S: Final = 90.0
REST_S: Final = 120.0
MEND_S: Final = 45.0
"""How long the run waits for the parts, for the streams to empty, and for sweep and reaping."""

EXAMPLES: Final = 12

SETTINGS: Final = {
    "COPYDESK_RECLAIM_AFTER": str(RECLAIM_AFTER_S),
    "COPYDESK_EXTRACT_TIMEOUT": "2",
    "COPYDESK_PIPELINE": "poison:PoisonedPipeline",
    "COPYDESK_CONSUMER_EXPIRY": "5",
    "COPYDESK_SWEEP_EVERY": "5",
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run. A mutant's engine and settings take precedence.

    `planted` False keeps the mutant's conditions without the mutant: the control.
    """

    seed: int
    seconds: float
    engine: str = "embedded"
    entities: str = "none"
    weather: Weather = field(default_factory=Weather)
    mix: Mix = field(default_factory=Mix)
    mutant: Mutant | None = None
    planted: bool = True

    @property
    def searched_by(self) -> str:
        return (self.mutant and self.mutant.engine) or self.engine


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a run."""

    plan: Plan
    verdict: Verdict
    submissions: int
    repeats: int
    articles: int
    faults: Sequence[Struck]
    recovery: Mapping[str, Sequence[float]]
    settled_s: float

    def table(self) -> str:
        plan = self.plan
        mutant = f", mutant {plan.mutant.name}" if plan.mutant and plan.planted else ""
        size = (
            f"{self.submissions} submissions and {self.repeats} unchanged repeats of "
            f"{self.articles} articles; {len(self.faults)} faults; "
            f"verdict {self.settled_s:.1f} s after all was ready again"
        )
        lines = [
            f"chaos: seed {plan.seed}, {plan.seconds:.0f} s, {plan.searched_by}{mutant}",
            size,
            "",
            f"{'breach':<20}{'count':>6}",
            *(f"{column:<20}{self.verdict.count(column):>6}" for column in Column),
            "",
            f"{'recovery after':<20}{'n':>6}{'p50 s':>8}{'p99 s':>8}",
            *(
                f"{what:<20}{len(times):>6}{percentile(times, 0.5):>8.1f}"
                f"{percentile(times, 0.99):>8.1f}"
                for what, times in self.recovery.items()
            ),
        ]
        examples = [
            f"- {what}"
            for what in dict.fromkeys(f"{e.column}: {e.what}" for e in self.verdict.findings)
        ][:EXAMPLES]
        return "\n".join([*lines, *(["", *examples] if examples else [])])


async def run(plan: Plan, data_dir: Path) -> Report:
    """Start the stack, hurt it while articles come in, let it heal, and ask the oracle."""
    index = f"chaos-{plan.seed}-{uuid4().hex[:8]}" if plan.searched_by == "meilisearch" else None
    async with chaos_stack(
        data_dir,
        engine=plan.searched_by,
        environment=_environment(plan, index),
        mutated=plan.mutant is not None,
    ) as stack:
        ledger, struck = Ledger(), list[Struck]()
        async with httpx2.AsyncClient(
            base_url=stack.url("ingest"), trust_env=False, timeout=8
        ) as client:
            desks = [
                Desk(number, seed=plan.seed, client=client, ledger=ledger, mix=plan.mix)
                for number in range(1, DESKS + 1)
            ]
            pace = Pace(
                rate=min(RATE, MOST_SUBMISSIONS / plan.seconds),
                duration_s=plan.seconds,
                limit=MOST_SUBMISSIONS,
            )
            async with asyncio.TaskGroup() as group:
                group.create_task(publish(desks, ledger, pace=pace, patience_s=HEAL_S))
                group.create_task(_hurt(stack, plan, struck))
        calm = time.monotonic()
        verdict, receipts = await _verdict(stack, ledger, index=index)
        return Report(
            plan=plan,
            verdict=verdict,
            submissions=len(ledger.submissions),
            repeats=ledger.repeats,
            articles=len(ledger.histories()),
            faults=struck,
            recovery=recoveries(struck, ledger, receipts),
            settled_s=time.monotonic() - calm,
        )


async def _hurt(stack: ChaosStack, plan: Plan, struck: list[Struck]) -> None:
    """Do the faults of the seed at their times; return when all parts are ready again."""
    begun = time.monotonic()
    faults = schedule(
        plan.seed,
        duration_s=plan.seconds,
        weather=plan.weather if stack.hurts_search else plan.weather.sparing("search"),
        replicas=REPLICAS,
        reclaim_after_s=RECLAIM_AFTER_S,
        embedded=plan.searched_by == "embedded",
    )

    turn = asyncio.Lock()

    async def strike(fault: Fault) -> None:
        await asyncio.sleep(max(0.0, begun + fault.at_s - time.monotonic()))
        if not plan.weather.one_at_a_time:
            await inflict(fault)
            return
        async with turn:
            await stack.heal(within=HEAL_S)
            if time.monotonic() < begun + plan.seconds:
                await inflict(fault)

    async def inflict(fault: Fault) -> None:
        now = datetime.now(UTC)
        if await stack.strike(fault):
            struck.append(Struck(fault.kind, now))
            await asyncio.sleep(fault.lasts_s)
            stack.relieve(fault)

    async with asyncio.TaskGroup() as group:
        for fault in faults:
            group.create_task(strike(fault))
    await asyncio.sleep(max(0.0, begun + plan.seconds - time.monotonic()))
    await stack.heal(within=HEAL_S)


async def _verdict(
    stack: ChaosStack, ledger: Ledger, *, index: str | None
) -> tuple[Verdict, Mapping[str, Receipt]]:
    """The first clean verdict, or the last one when time is up."""
    with suppress(AssertionError):  # what never came to rest, the oracle will name
        await eventually(lambda: at_rest(stack, list(ledger.submissions)), within=REST_S)
    deadline = time.monotonic() + MEND_S
    while True:
        late = time.monotonic() > deadline
        try:
            observed = await look(stack, index=index)
        except (httpx2.HTTPError, RedisError):
            if late:
                raise
        else:
            verdict = judge(ledger, observed)
            if verdict.clean or late:
                return verdict, observed.receipts
        await asyncio.sleep(1.0)


def _environment(plan: Plan, index: str | None) -> Mapping[str, str]:
    mutant = plan.mutant
    planted = {MUTANT: mutant.name} if mutant and plan.planted else {}
    slow = {DELAYS: json.dumps(dict(mutant.delays))} if mutant else {}
    return {
        **SETTINGS,
        "COPYDESK_ENTITIES": plan.entities,
        **({"COPYDESK_SEARCH_INDEX": index} if index else {}),
        **(mutant.settings if mutant else {}),
        **planted,
        **slow,
    }
