"""Waiting for receipts: one poller a process reads all that are awaited in one round trip."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_ingest.faults import store_fault
from copydesk_shared import receipts
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.contracts.receipt import Receipt
from copydesk_shared.errors import DependencyDownError

POLL_S = 0.025
AT_A_TIME = 1000
"""Receipts a round trip; more than that are read by several."""

_Awaited = asyncio.Future[Receipt | None]


class ReceiptWatcher:
    """Reads receipts, at once or when they have come to an end."""

    def __init__(self, redis: "Redis", *, timeout: timedelta) -> None:
        self._redis = redis
        self._timeout_s = timeout.total_seconds()
        self._awaited: defaultdict[str, set[_Awaited]] = defaultdict(set)
        self._wake = asyncio.Event()

    async def read(self, submission_id: str) -> Receipt | None:
        return (await self._read([submission_id]))[0]

    async def ended(self, submission_id: str, *, timeout_s: float) -> Receipt | None:
        """The receipt once its outcome is final or it is held, else as it is after `timeout_s`."""
        receipt = await self.read(submission_id)
        if receipt is None or receipt.outcome.settled:
            return receipt
        end: _Awaited = asyncio.get_running_loop().create_future()
        self._awaited[submission_id].add(end)
        self._wake.set()
        try:
            async with asyncio.timeout(timeout_s):
                return await end
        except TimeoutError:
            return await self.read(submission_id)
        finally:
            self._awaited[submission_id].discard(end)
            if not self._awaited[submission_id]:
                del self._awaited[submission_id]

    async def run(self) -> None:
        """Serve for ever; asleep while nobody waits."""
        while True:
            heed_cancellation()
            await self._wake.wait()
            self._wake.clear()
            while self._awaited:
                heed_cancellation()
                await self._poll(list(self._awaited))
                await asyncio.sleep(POLL_S)

    async def _poll(self, submission_ids: Sequence[str]) -> None:
        for start in range(0, len(submission_ids), AT_A_TIME):
            chunk = submission_ids[start : start + AT_A_TIME]
            try:
                found = await self._read(chunk)
            except DependencyDownError as exc:
                for submission_id in chunk:
                    for end in self._pending(submission_id):
                        end.set_exception(exc)
                continue
            for submission_id, receipt in zip(chunk, found, strict=True):
                if receipt is None or receipt.outcome.settled:
                    for end in self._pending(submission_id):
                        end.set_result(receipt)

    def _pending(self, submission_id: str) -> list[_Awaited]:
        return [end for end in self._awaited.get(submission_id, ()) if not end.done()]

    async def _read(self, submission_ids: Sequence[str]) -> list[Receipt | None]:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await receipts.read_many(self._redis, submission_ids)
        except (RedisError, OSError) as exc:  # TimeoutError is an OSError
            raise store_fault(exc) from exc
        except ValueError as exc:
            raise DependencyDownError("store_fault", "A receipt is no receipt.") from exc
