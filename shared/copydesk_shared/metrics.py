"""The metrics every stage exports; each service's own stand in its own modules.

docs/events.md lists them all.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

STAGE_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class DeliveryMetrics:
    """What a stage says about its stream."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.entries = Counter(
            "copydesk_entries",
            "Stream entries by how their handling ended.",
            ("stage", "outcome"),
            registry=registry,
        )
        self.seconds = Histogram(
            "copydesk_stage_seconds",
            "Time to handle one chunk of entries.",
            ("stage",),
            buckets=STAGE_SECONDS,
            registry=registry,
        )
        self.reclaimed = Counter(
            "copydesk_reclaimed",
            "Entries taken over from a replica that went silent, or retried.",
            ("stage",),
            registry=registry,
        )
        self.backlog = Gauge(
            "copydesk_backlog",
            "Entries in the stream that no replica has finished: the lag.",
            ("stream",),
            registry=registry,
        )
        self.dead_letters = Gauge(
            "copydesk_dead_letters",
            "Letters in the dead stream, of all stages.",
            registry=registry,
        )
        self.halted = Gauge(
            "copydesk_stage_halted",
            "1 while the stage does not read: paused by an operator, stopped by the stop rule, or"
            " waiting for the queue ahead.",
            ("stage", "why"),
            registry=registry,
        )
        self.pending = Gauge(
            "copydesk_pending",
            "Entries delivered and not finished.",
            ("stream",),
            registry=registry,
        )
