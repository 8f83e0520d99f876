"""Mutants of the delivery, planted in the services of a chaos run: the oracle has to catch each.

A mutant is an edit of a script's text or of one method. It says how loudly it fails to apply, so
that a change of the production code cannot disarm it in silence. Each comes with the weather in
which its race is likely; a control run has the same weather and no mutant.
"""

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from chaos_newsroom import Mix
from chaos_schedule import Action, Weather

MUTANT: Final = "CHAOS_MUTANT"
DELAYS: Final = "CHAOS_DELAYS"


class Wait(NamedTuple):
    """So often (0 to 1) it is waited, for a time between these two, in seconds."""

    chance: float
    least_s: float
    most_s: float


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """`edits` are (script, text, replacement); `delays` are waits before a script, by its name."""

    name: str
    what: str
    edits: tuple[tuple[str, str, str], ...] = ()
    sweeps: bool = True
    engine: str | None = None
    delays: Mapping[str, Wait] = field(default_factory=dict)
    weather: Weather = field(default_factory=Weather)
    mix: Mix = field(default_factory=Mix)
    settings: Mapping[str, str] = field(default_factory=dict)

    def mutated(self, script: str, text: str) -> str:
        """The script's text under this mutant; ValueError when an edit finds nothing to change."""
        for name, old, new in self.edits:
            if name == script:
                if old not in text:
                    raise ValueError(f"{self.name} finds nothing to change in {script}.lua")
                text = text.replace(old, new)
        return text


_FENCE: Final = """\
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 'lost'
end
"""
_CLEAN_UP: Final = "redis.call('XDEL', KEYS[1], ARGV[2])\n"
_STALLS: Final = Weather(
    targets={"enrich": 80, "index": 10, "redis": 10},
    actions={Action.STOP: 80, Action.KILL: 20},
    gap_s=(1.0, 2.0),
)
_RACES: Final = Mix(
    new=25, correct=40, storm=5, withdraw=25, republish=8, poison=0, spoil=0, cure=0, hot=3
)

MUTANTS: Final = {
    mutant.name: mutant
    for mutant in (
        Mutant(
            name="publish_then_ack",
            what="the hand-off publishes and then acknowledges, whoever owns the entry by then",
            edits=(
                ("enrich_commit", _FENCE, ""),
                (
                    "enrich_commit",
                    _CLEAN_UP,
                    f"redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])\n{_CLEAN_UP}",
                ),
            ),
            delays={"enrich_commit": Wait(1.0, 0.0, 0.5)},
            weather=_STALLS,
        ),
        Mutant(
            name="no_ownership_check",
            what="index writes whatever it once read, and the heartbeat claims what others took",
            edits=(("held", "if own[1] then", "if true then"),),
            # One embedded writer has no rival. The sweep mends within seconds what this mutant
            # breaks, as it should; here it is kept from it.
            engine="meilisearch",
            settings={"COPYDESK_SWEEP_EVERY": "3600"},
            delays={"held": Wait(1.0, 0.0, 0.5)},
            weather=Weather(targets={"index": 100}, actions={Action.STOP: 100}, gap_s=(1.0, 2.0)),
            mix=_RACES,
        ),
        Mutant(
            name="no_sweep",
            what="nobody compares engine and store",
            sweeps=False,
            weather=Weather(targets={"search": 30, "index": 40, "redis": 30}),
        ),
        Mutant(
            name="version_check_outside",
            what="the handler looks whether a version is stale, the script no longer does",
            edits=(
                (
                    "enrich_commit",
                    "local current = article[1] == ARGV[4] and article[2] ~= 'withdrawn'",
                    "local current = ARGV[5] ~= ''",
                ),
            ),
            # A quarter of the commits waits while a correction or a withdrawal passes it by; were
            # all to wait, a backlog would let the handler see most of them.
            delays={"enrich_commit": Wait(0.25, 0.7, 1.5)},
            weather=_STALLS,
            mix=_RACES,
        ),
    )
}


def plant(environment: Mapping[str, str]) -> None:
    """Make this process a mutant, and slow where `CHAOS_DELAYS` (JSON, by script) says so."""
    from copydesk_shared import lua

    mutant = MUTANTS.get(environment.get(MUTANT, ""))
    waits: Mapping[str, Wait] = {
        name: Wait(*wait) for name, wait in json.loads(environment.get(DELAYS, "{}")).items()
    }
    if mutant is not None:
        _plant_mutant(mutant)
    plain = lua.script

    def slowed(redis: Any, name: str, package: str = lua.__package__) -> Any:
        script = plain(redis, name, package)
        return _Slowed(script, waits[name]) if name in waits else script

    lua.script = slowed  # as the callers use it


def _plant_mutant(mutant: Mutant) -> None:
    from copydesk_shared import lua

    plain = lua.source
    for script, _, _ in mutant.edits:
        mutant.mutated(script, plain(script))  # fails at the start, not in the first hand-off
    lua.source = lambda name, *package: mutant.mutated(name, plain(name, *package))  # type: ignore[assignment]  # uncached
    if not mutant.sweeps:
        from copydesk_index.sweep import Sweep

        async def no_round(self: Sweep, **_: object) -> int:
            return 0

        Sweep.round = no_round  # type: ignore[method-assign]  # the mutant


class _Slowed:
    """A script with a wait before it, in which the world may change."""

    def __init__(self, script: Any, wait: Wait) -> None:
        self._script = script
        self._wait = wait

    async def __call__(self, **arguments: Any) -> Any:
        if random.random() < self._wait.chance:  # noqa: S311  # no secret
            await asyncio.sleep(random.uniform(self._wait.least_s, self._wait.most_s))  # noqa: S311
        return await self._script(**arguments)
