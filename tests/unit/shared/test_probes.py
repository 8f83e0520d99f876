"""Readiness: every check passes in time, or the reasons are told."""

import asyncio

import pytest

from copydesk_shared import probes


async def fine() -> str | None:
    return None


async def broken() -> str | None:
    return "the disk is full"


async def stuck() -> str | None:
    await asyncio.Event().wait()
    return None


async def test_ready_when_every_check_passes() -> None:
    assert await probes.readiness({"redis": fine}, role="standby") == (
        200,
        {"status": "standby", "checks": {}},
    )


async def test_unready_tells_each_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "CHECK_TIMEOUT_S", 0.01)
    status, body = await probes.readiness({"a": fine, "b": broken, "c": stuck})
    assert status == 503
    assert body == {
        "status": "unready",
        "checks": {"b": "the disk is full", "c": "no answer in time"},
    }
