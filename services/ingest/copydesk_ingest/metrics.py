"""What ingest says about itself; docs/events.md lists it."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class IngestMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.accepted = Counter(
            "copydesk_ingest_accepted",
            "Articles and withdrawals by outcome: accepted, duplicate, replayed, withdrawn.",
            ("outcome",),
            registry=registry,
        )
        self.refused = Counter(
            "copydesk_ingest_refused",
            "Articles and requests that were not accepted, by problem code.",
            ("code",),
            registry=registry,
        )
        self.seconds = Histogram(
            "copydesk_ingest_accept_seconds",
            "Time from a body read to the store's confirmation; a batch counts once.",
            buckets=_SECONDS,
            registry=registry,
        )
