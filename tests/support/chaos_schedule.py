"""What goes wrong, and when: all of it follows from the seed. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

T = TypeVar("T")


class Action(StrEnum):
    """`kill` is SIGKILL, `stop` SIGSTOP and later SIGCONT, `restart` SIGTERM, `wipe` data loss."""

    KILL = "kill"
    STOP = "stop"
    RESTART = "restart"
    WIPE = "wipe"


@dataclass(frozen=True)
class Fault:
    """`at_s` counts from the start of the faults; `lasts_s` is how long a stopped part stays so."""

    at_s: float
    action: Action
    target: str
    lasts_s: float = 0.0

    @property
    def kind(self) -> str:
        """What faults are grouped by: replicas of a service are one."""
        return f"{self.action} {self.target.partition('-')[0]}"


ALL_TARGETS: Final = {
    "enrich": 35,
    "index": 25,
    "ingest": 10,
    "gateway": 5,
    "redis": 15,
    "search": 10,
}
ALL_ACTIONS: Final = {Action.KILL: 50, Action.STOP: 30, Action.RESTART: 20}


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What kinds of faults there are, by weight, and how closely they follow.

    With `one_at_a_time` a fault waits until all parts are ready again.
    """

    targets: Mapping[str, int] = field(default_factory=lambda: ALL_TARGETS)
    actions: Mapping[Action, int] = field(default_factory=lambda: ALL_ACTIONS)
    gap_s: tuple[float, float] = (2.5, 5.0)
    one_at_a_time: bool = False

    def sparing(self, target: str) -> "Weather":
        rest = {name: weight for name, weight in self.targets.items() if name != target}
        return replace(self, targets=rest)


ONLY_KILLS: Final = Weather(
    targets={"enrich": 50, "index": 50},
    actions={Action.KILL: 100},
    gap_s=(3.5, 5.0),
    one_at_a_time=True,
)
"""SIGKILL of workers, each while all others are there to take over what it had."""


def schedule(
    seed: int,
    *,
    duration_s: float,
    weather: Weather,
    replicas: Mapping[str, int],
    reclaim_after_s: float,
    embedded: bool,
) -> Sequence[Fault]:
    """The faults of one run; a stopped part stays so for longer than `reclaim_after`.

    An embedded search engine is no process: what it can do is lose its data.
    """
    pick = random.Random(f"faults {seed}")  # noqa: S311  # repeatable, not secret
    faults: list[Fault] = []
    at_s = pick.uniform(*weather.gap_s)
    while at_s < duration_s:
        (target,) = pick.choices(*_weighted(weather.targets))
        (action,) = pick.choices(*_weighted(weather.actions))
        if target in replicas:
            target = f"{target}-{pick.randint(1, replicas[target])}"
        if target == "search" and embedded:
            action = Action.WIPE
        lasts_s = reclaim_after_s + pick.uniform(0.5, 2.5)
        # One stop of Redis in three outlasts its clients' patience for a reply (5 s).
        if target == "redis" and pick.random() < 1 / 3:
            lasts_s += 5.0
        faults.append(Fault(at_s, action, target, lasts_s if action is Action.STOP else 0.0))
        at_s += pick.uniform(*weather.gap_s)
    return faults


def _weighted(weights: Mapping[T, int]) -> tuple[list[T], list[int]]:
    return list(weights), list(weights.values())
