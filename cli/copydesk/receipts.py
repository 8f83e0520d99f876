"""Waiting for receipts: until each submission is indexed, dead or otherwise at its end."""

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import httpx2

from copydesk.answers import Params, get_json
from copydesk.posting import CONCURRENCY

POLL_S = 10.0
"""How long ingest holds one request open."""

ON_THE_WAY = frozenset({"accepted", "enriched"})

Receipt = dict[str, Any]


async def receipt(ingest: httpx2.AsyncClient, submission_id: str, *, wait_s: float = 0) -> Receipt:
    """The receipt as it is, or once it has an end, or as it is after `wait_s`."""
    until = monotonic() + wait_s
    while True:
        left = max(0.0, until - monotonic())
        params: Params = []
        if left >= 1:
            params = [("wait", "indexed"), ("timeout", int(min(POLL_S, left)))]
        found: Receipt = await get_json(ingest, f"/v1/submissions/{submission_id}", params=params)
        if not params or found["outcome"] not in ON_THE_WAY:
            return found


async def all_receipts(
    ingest: httpx2.AsyncClient,
    submission_ids: Iterable[str],
    *,
    wait_s: float,
    progress: Callable[[Receipt], None],
) -> dict[str, Receipt]:
    """The receipts of many by submission, asked for eight at a time, `wait_s` in all."""
    until = monotonic() + wait_s
    queue = iter(dict.fromkeys(submission_ids))
    found: dict[str, Receipt] = {}

    async def work() -> None:
        for submission_id in queue:
            left = max(0.0, until - monotonic())
            found[submission_id] = await receipt(ingest, submission_id, wait_s=left)
            progress(found[submission_id])

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(CONCURRENCY):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return found
