"""Redis stopped, killed or frozen while the pipeline works."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from faststream.redis.subscriber.usecases import stream_subscriber
from fault_newsroom import a_newsroom, names
from fault_valkey import Valkey

from copydesk_shared.testing.patience import eventually

LONG = os.environ.get("COPYDESK_LONG_FAULTS") == "1"


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_what_was_accepted_before_redis_went_is_indexed_when_it_is_back(
    valkey: Valkey, tmp_path: Path, how: str
) -> None:
    async with a_newsroom(valkey.url, tmp_path / "search") as newsroom:
        before = await newsroom.accepted(*names("before", 40))
        getattr(valkey, how)()
        refused = await newsroom.post("during")
        assert (refused.status_code, refused.json()["code"]) == (503, "store_down")
        assert int(refused.headers["Retry-After"]) > 0
        assert "redis" in await newsroom.unready("enrich-1")
        valkey.start()
        after = await newsroom.accepted("after")
        await newsroom.all_indexed(before + after)
        await newsroom.all_ready()
        await newsroom.all_found("before0", "before39", "after")
        await newsroom.at_rest()
        assert len(await newsroom.indexed_events()) == 41
        assert {"redis_away", "store_unreachable"} <= newsroom.told.names()


async def test_the_readers_go_on_as_soon_as_redis_is_back(
    valkey: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # FastStream's own rest after a failed read, of 5 s, made so long that nobody may take it.
    monkeypatch.setattr(stream_subscriber, "CONSUME_ERROR_BACKOFF_SECONDS", 600)
    async with a_newsroom(valkey.url, tmp_path / "search") as newsroom:
        valkey.kill()
        # Longer than the other clients try: what else they do ends in this.
        await eventually(lambda: "redis_away" in newsroom.told.names(), within=30)
        valkey.start()
        await newsroom.all_indexed(await newsroom.accepted("after"))
        await newsroom.all_ready()


@pytest.mark.parametrize(
    "seconds",
    [
        8,  # longer than a client waits for a reply
        pytest.param(
            20,
            marks=pytest.mark.skipif(
                not LONG, reason="takes half a minute: COPYDESK_LONG_FAULTS=1"
            ),
        ),
    ],
)
async def test_a_frozen_redis_delays_but_loses_and_doubles_nothing(
    valkey: Valkey, tmp_path: Path, seconds: int
) -> None:
    async with a_newsroom(valkey.url, tmp_path / "search", enrich=2) as newsroom:
        before = await newsroom.accepted("before")
        await newsroom.all_indexed(before)
        address = f"/v1/articles/{(await newsroom.indexed_events())[0][0]}"
        before += await newsroom.accepted(*names("before", 40))
        valkey.freeze()
        began = time.monotonic()
        try:
            page, unknown, reasons = await asyncio.gather(
                newsroom.gateway.get(address),
                # The server has the request and may do it once it goes on: its fate is unknown.
                newsroom.post("during", key="key-during"),
                newsroom.unready("index-1"),
            )
            assert (page.status_code, page.json()["code"]) == (503, "store_down")
            assert (unknown.status_code, unknown.json()["code"]) == (503, "store_down")
            assert "redis" in reasons
            await asyncio.sleep(began + seconds - time.monotonic())
        finally:
            valkey.thaw()
        during = await newsroom.accepted("during")
        await newsroom.all_indexed(before + during)
        await newsroom.all_ready()
        await newsroom.all_found("before0", "before39", "during")
        await newsroom.at_rest()
        assert {version for _, version in await newsroom.indexed_events()} == {1}
        assert len(await newsroom.indexed_events()) == 42
