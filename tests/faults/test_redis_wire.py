"""The way to Redis slow, and broken in the middle of replies."""

import random
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from fault_newsroom import a_newsroom, names
from fault_proxy import a_proxy
from fault_valkey import Valkey


async def test_a_slow_redis_only_takes_longer(valkey: Valkey, tmp_path: Path) -> None:
    async with (
        a_proxy(valkey.port) as proxy,
        a_newsroom(
            proxy.url,
            tmp_path / "search",
            watched_at=valkey.url,
            enrich=2,
            index=1,
            reclaim_after=timedelta(seconds=3),
        ) as newsroom,
    ):
        proxy.delay_s = 0.3
        started = time.monotonic()
        accepted = await newsroom.accepted(*names("slow", 4))
        await newsroom.all_indexed(accepted, within=30)
        await newsroom.at_rest()
        events = await newsroom.indexed_events()
        assert len(events) == len(set(events)) == 4
        # Work that takes longer than the reclaim time is not taken from a replica that lives. (That
        # time leaves room for a heartbeat every second and its way of 0.6 s, there and back.)
        assert time.monotonic() - started > 4
        for part in newsroom.stages:
            assert await newsroom.metric(part, "copydesk_reclaimed_total") == 0
        assert await newsroom.unready("gateway") == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_replies_cut_in_the_middle_lose_and_double_nothing(
    valkey: Valkey, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  # seeded, to happen again
    async with (
        a_proxy(valkey.port) as proxy,
        a_newsroom(proxy.url, tmp_path / "search", watched_at=valkey.url, enrich=2) as newsroom,
    ):
        proxy.pick = chance
        proxy.cuts = lambda: chance.random() < 0.05
        accepted = []
        for batch in range(6):
            accepted += await newsroom.accepted(*names(f"cut{batch}x", 10))
        await newsroom.all_indexed(accepted, within=45)
        proxy.cuts = lambda: False
        await newsroom.at_rest()
        await newsroom.all_ready()
        assert proxy.cut > 5
        assert len(set(accepted)) == 60
        events = Counter(await newsroom.indexed_events())
        assert (len(events), set(events.values())) == (60, {1})
        assert {version for _, version in events} == {1}
