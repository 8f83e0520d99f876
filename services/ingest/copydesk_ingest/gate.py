"""The gate: whether an operator lets articles in."""

import asyncio
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_shared.cancellation import heed_cancellation
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.switches import LOOK_EVERY_S, Switch, Switches

log: structlog.stdlib.BoundLogger = structlog.get_logger()

STAGE: Final = "ingest"

RETRY_AFTER_S: Final = 10
"""A pause is for minutes, and its end is no secret that needs to be asked for each second."""


class Gate:
    """Looks at the switch every second. While Redis is away, what it said last stands.

    Withdrawals pass: what must go from the pages cannot wait for an operator.
    """

    def __init__(self, redis: "Redis") -> None:
        self._switches = Switches(redis)
        self._switch = Switch()

    @property
    def role(self) -> str:
        """What readiness says: a pause is a wish and no fault."""
        return "paused" if self._switch.paused else "ready"

    def pass_through(self) -> None:
        """DependencyDownError `paused` while ingest is paused."""
        if paused := self._switch.paused:
            raise DependencyDownError(
                "paused",
                f"Intake has been paused since {paused.since:%Y-%m-%d %H:%M:%S} UTC.",
                retry_after_s=RETRY_AFTER_S,
            )

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self._look()
            except (RedisError, OSError):
                log.debug("gate_unwatched")  # readiness says so
            heed_cancellation()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        switch = await self._switches.of(STAGE)
        if switch.paused and not self._switch.paused:
            log.info("stage_paused", stage=STAGE, by=switch.paused.by)
        self._switch = switch
