"""Group commit: script calls that wait at the same time share one round trip to Redis."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError, RedisError, ResponseError

from copydesk_ingest.faults import store_fault
from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.errors import DependencyDownError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MAX_CALLS = 256
MAX_BYTES = 4 * 2**20
"""One round trip carries up to so much, so that a few huge articles delay nobody for long."""

MAX_WAITING_BYTES = 128 * 2**20
"""Memory of the queue: a dozen of the largest articles, or its whole length of usual ones."""


@dataclass(frozen=True)
class _Call:
    script: AsyncScript
    keys: Sequence[str]
    args: Sequence[str | bytes | int]
    size: int
    reply: "asyncio.Future[Any]"


class GroupCommit:
    """Runs scripts in the order in which they were called, many to a round trip.

    A script must be safe to repeat: the client repeats a round trip whose connection broke. What
    fails for one call stays with that call; a server that is away fails all that wait, at once.
    With `fsync` a reply is on disk: the server runs `appendfsync always`, which StoreWatch sees to.
    A group whose WAITAOF does not say so within half of `timeout` fails as `not_durable`, though
    its scripts have run.
    """

    def __init__(
        self, redis: "Redis", *, timeout: timedelta, queue_limit: int, fsync: bool = False
    ) -> None:
        self._redis = redis
        self._timeout_s = timeout.total_seconds()
        self._fsync_ms = int(timeout.total_seconds() * 500) if fsync else None
        self._queue_limit = queue_limit
        self._waiting: deque[_Call] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()

    async def call(
        self, script: AsyncScript, *, keys: Sequence[str], args: Sequence[str | bytes | int]
    ) -> Any:
        """The script's reply; DependencyDownError when Redis is away, full or overrun."""
        size = sum(len(arg) for arg in args if not isinstance(arg, int))
        full = len(self._waiting) >= self._queue_limit
        if full or self._waiting_bytes + size > MAX_WAITING_BYTES:
            raise DependencyDownError("overloaded", "Too many articles wait to be stored.")
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(script, keys, args, size, reply))
        self._waiting_bytes += size
        self._wake.set()
        return await reply

    async def run(self) -> None:
        """Serve for ever."""
        while True:
            heed_cancellation()
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                heed_cancellation()
                await self._flush(self._next_group())

    def _next_group(self) -> list[_Call]:
        group: list[_Call] = []
        size = 0
        while self._waiting and len(group) < MAX_CALLS:
            call = self._waiting[0]
            if group and size + call.size > MAX_BYTES:
                break
            self._waiting.popleft()
            self._waiting_bytes -= call.size
            if not call.reply.done():  # else its request was given up
                group.append(call)
                size += call.size
        return group

    async def _flush(self, group: list[_Call]) -> None:
        if not group:
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                replies = await self._round_trip(group)
        except (RedisError, OSError) as exc:  # TimeoutError is an OSError
            down = store_fault(exc)
            log.warning("store_unreachable", error=type(exc).__name__, waiting=len(self._waiting))
            for call in (*group, *self._waiting):
                _fail(call, down)
            self._waiting.clear()
            self._waiting_bytes = 0
        except DependencyDownError as exc:
            log.warning("store_not_durable", error=exc.message, count=len(group))
            for call in group:
                _fail(call, exc)
        except Exception:  # one group's surprise must not end the service
            log.exception("group_commit_failed")
            for call in group:
                _fail(call, DependencyDownError("store_fault", "An unexpected error."))
        else:
            _settle(group, replies)

    async def _round_trip(self, group: list[_Call]) -> list[Any]:
        replies = await self._evaluate(group)
        forgotten = [i for i, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if forgotten:  # a server that is new, restarted or flushed
            for script in {group[i].script.sha: group[i].script for i in forgotten}.values():
                await self._redis.script_load(script.script)
            again = await self._evaluate([group[i] for i in forgotten])
            for i, reply in zip(forgotten, again, strict=True):
                replies[i] = reply
        return replies

    async def _evaluate(self, group: Sequence[_Call]) -> list[Any]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for call in group:
                pipe.evalsha(call.script.sha, len(call.keys), *call.keys, *call.args)
            if self._fsync_ms is not None:
                pipe.execute_command("WAITAOF", 1, 0, self._fsync_ms)
            replies: list[Any] = await pipe.execute(raise_on_error=False)
        if self._fsync_ms is not None:
            _heed_fsync(replies.pop())
        return replies


def _heed_fsync(confirmed: Any) -> None:
    """Raise unless the server's own append-only file is on disk up to here."""
    if isinstance(confirmed, ResponseError):
        # Before Valkey and Redis 7.2 `appendfsync always` has to do: it syncs before it replies.
        if "unknown command" not in str(confirmed).lower():
            raise DependencyDownError("not_durable", f"The store does not confirm: {confirmed}")
    elif confirmed[0] < 1:
        raise DependencyDownError("not_durable", "The store did not confirm in time.")


def _settle(group: Sequence[_Call], replies: Sequence[Any]) -> None:
    refused: Counter[str] = Counter()
    for call, reply in zip(group, replies, strict=True):
        if isinstance(reply, RedisError):
            fault = store_fault(reply)
            refused[fault.code] += 1
            _fail(call, fault)
        elif not call.reply.done():
            call.reply.set_result(reply)
    for code, count in refused.items():
        log.warning("store_refused", code=code, count=count)


def _fail(call: _Call, error: DependencyDownError) -> None:
    if not call.reply.done():
        call.reply.set_exception(error)
