"""While index is paused, the sweep leaves the search engine alone too."""

import asyncio
from datetime import timedelta

from copydesk_index.app import sweep_for_ever
from copydesk_index.settings import Settings
from copydesk_index.sweep import Sweep
from copydesk_shared.testing.patience import eventually

EVERY = timedelta(milliseconds=1)


class CountedSweep(Sweep):
    def __init__(self) -> None:
        self.windows: list[timedelta | None] = []
        self.looks = 0

    async def round(self, *, window: timedelta | None) -> int:
        self.windows.append(window)
        return 0

    async def emptied(self, *, within: timedelta) -> bool:
        self.looks += 1
        await asyncio.sleep(within.total_seconds())
        return False


async def test_paused_sweep_rests_and_then_looks_at_everything() -> None:
    paused = True
    sweep, settings = CountedSweep(), Settings(sweep_every=EVERY)
    task = asyncio.create_task(sweep_for_ever(sweep, settings, paused=lambda: paused))
    try:
        await eventually(lambda: sweep.looks > 3)
        assert sweep.windows == []
        paused = False
        await eventually(lambda: len(sweep.windows) > 1)
        assert sweep.windows[:2] == [None, settings.sweep_window]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
