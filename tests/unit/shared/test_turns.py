"""Whose turn it is."""

import asyncio
from dataclasses import dataclass, field

from copydesk_shared.delivery.turns import Turns


@dataclass
class Stagehands:
    """Pieces of work that last until they are told to end."""

    turns: Turns
    at_work: list[str] = field(default_factory=list)
    ends: dict[str, asyncio.Event] = field(default_factory=dict)
    tasks: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def call(self, name: str, *, urgency: int = 0, alone: bool = False) -> None:
        self.ends[name] = asyncio.Event()

        async def work() -> None:
            async with self.turns.turn(urgency, alone=alone):
                self.at_work.append(name)
                await self.ends[name].wait()
                self.at_work.remove(name)

        self.tasks[name] = asyncio.create_task(work())
        await self.settled()

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await self.settled()

    async def settled(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


async def test_no_more_are_at_work_than_there_are_places() -> None:
    hands = Stagehands(Turns(2))
    for name in "abc":
        await hands.call(name)
    assert hands.at_work == ["a", "b"]
    await hands.end("a")
    assert hands.at_work == ["b", "c"]


async def test_the_most_urgent_goes_first_then_who_came_first() -> None:
    hands = Stagehands(Turns())
    await hands.call("working")
    for name, urgency in (("bulk1", 1), ("bulk2", 1), ("single", 0)):
        await hands.call(name, urgency=urgency)
    order = []
    for _ in range(4):
        order.append(hands.at_work[0])
        await hands.end(hands.at_work[0])
    assert order == ["working", "single", "bulk1", "bulk2"]


async def test_who_wants_to_be_alone_waits_for_all_and_is_overtaken_by_nobody() -> None:
    hands = Stagehands(Turns(2))
    await hands.call("a")
    await hands.call("hermit", alone=True)
    await hands.call("b")
    assert hands.at_work == ["a"]
    await hands.end("a")
    assert hands.at_work == ["hermit"]
    await hands.end("hermit")
    assert hands.at_work == ["b"]


async def test_something_more_urgent_takes_the_place_that_is_free() -> None:
    hands = Stagehands(Turns(2))
    await hands.call("a")
    await hands.call("hermit", urgency=1, alone=True)
    await hands.call("urgent")
    assert hands.at_work == ["a", "urgent"]


async def test_who_gives_up_waiting_stands_in_nobodys_way() -> None:
    hands = Stagehands(Turns(2))
    await hands.call("a")
    await hands.call("hermit", alone=True)
    await hands.call("b")
    hands.tasks["hermit"].cancel()
    await hands.settled()
    assert hands.at_work == ["a", "b"]


async def test_a_turn_given_to_who_has_just_given_up_goes_to_the_next() -> None:
    hands = Stagehands(Turns())
    await hands.call("a")
    await hands.call("quitter")
    await hands.call("b")
    hands.ends["a"].set()
    await asyncio.sleep(0)  # "a" ends and wakes the quitter, who has not run yet
    hands.tasks["quitter"].cancel()
    await hands.settled()
    assert hands.at_work == ["b"]
