"""The brake of a stage: pulled by an operator, by the stop rule, or by a queue ahead."""

from typing import Final

import structlog

from copydesk_shared.delivery.stop_rule import RecentEnds, StopRule
from copydesk_shared.metrics import DeliveryMetrics
from copydesk_shared.switches import Switch

RELEASE_SHARE: Final = 0.8
"""A stage that waits for the queue ahead goes on once that has so much of its limit."""

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Brake:
    """Whether the stage may begin with entries.

    Paused, it finishes what it has in hand. Stopped, it lets go of it, so that nothing more dies.
    The stop is this process's own: a replica with good code goes on.
    """

    def __init__(self, stage: str, rule: StopRule, *, metrics: DeliveryMetrics) -> None:
        self._stage = stage
        self._recent = RecentEnds(rule)
        self._metrics = metrics
        self._switch = Switch()
        self.waiting = False
        """Whether the stage has filled the queue ahead of it, and lets that drain first."""
        self.stopped: str | None = None
        """Why the stop rule has stopped the stage."""

    @property
    def paused(self) -> bool:
        return self._switch.paused is not None

    @property
    def pulled(self) -> bool:
        return self.paused or self.waiting or self.stopped is not None

    def heed(self, switch: Switch) -> None:
        """Follow the operator's switch as it is now; a `resume` since the last look ends a stop."""
        if switch.paused and not self.paused:
            log.info("stage_paused", stage=self._stage, by=switch.paused.by)
        if switch.resumes != self._switch.resumes and self.stopped:
            self.stopped = None
            self._recent.forget()
        self._switch = switch
        self._metrics.halted.labels(self._stage, "paused").set(self.paused)
        self._metrics.halted.labels(self._stage, "stopped").set(self.stopped is not None)

    def heed_queue(self, entries: int, *, limit: int) -> None:
        """Follow the length of the queue ahead: wait above its limit, go on well below it."""
        waiting = entries > limit * (RELEASE_SHARE if self.waiting else 1)
        if waiting and not self.waiting:
            log.info("stage_waiting", stage=self._stage, entries=entries, limit=limit)
        self.waiting = waiting
        self._metrics.halted.labels(self._stage, "waiting").set(waiting)

    def finished(self, entry_id: str) -> None:
        self._recent.finished(entry_id)

    def failed(self, entry_id: str, *, source: str) -> bool:
        """Count an unexpected failure; True when the stage is stopped and charges nobody."""
        if not self.stopped:
            self._recent.failed(entry_id, source=source)
            self.stopped = self._recent.verdict()
            if self.stopped:
                log.error("stage_stopped", stage=self._stage, why=self.stopped)
        return self.stopped is not None
