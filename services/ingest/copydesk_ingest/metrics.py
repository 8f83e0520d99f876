"""What ingest says about itself; docs/events.md lists it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class IngestMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.accepted = Counter(
            "copydesk_ingest_accepted",
            "Articles and withdrawals by outcome: accepted, duplicate, superseded, replayed,"
            " withdrawn.",
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
        self.memory_share = Gauge(
            "copydesk_store_memory_share",
            "Share of Redis' maxmemory in use; 0 when it has none.",
            registry=registry,
        )
