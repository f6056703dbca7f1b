"""Every technical metric, named and described once. A service adds its business counters in its own `metrics.py`.

Each service has a registry of its own, so that several services in one process keep apart. Tenants are never labels of
histograms: 400 tenants × 10 handlers would be 72,000 lines a scrape.
"""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The metrics of one service; all names start with `kommune_` and carry the constant meaning given here."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        r = self.registry
        self.http_requests = Counter(
            "kommune_http_requests_total", "HTTP requests answered", ["method", "route", "status"], registry=r
        )
        self.http_seconds = Histogram(
            "kommune_http_request_seconds", "Time from request to answer", ["route"], buckets=_FAST, registry=r
        )
        self.commit_size = Histogram(
            "kommune_group_commit_size",
            "Writes that were committed together",
            ["queue"],
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
            registry=r,
        )
        self.outbox_pending = Gauge("kommune_outbox_pending", "Aggregates with events not yet published", registry=r)
        self.outbox_age = Gauge(
            "kommune_outbox_oldest_seconds", "Age of the oldest event not yet published", registry=r
        )
        self.published = Counter(
            "kommune_events_published_total", "Events acknowledged by Kafka", ["topic"], registry=r
        )
        self.publish_failures = Counter(
            "kommune_publish_failures_total", "Batches Kafka did not acknowledge", registry=r
        )
        self.lag = Gauge("kommune_consumer_lag", "Records not yet handled", ["topic"], registry=r)
        self.handled = Counter(
            "kommune_events_handled_total", "Events handled, by outcome", ["topic", "outcome"], registry=r
        )
        self.handler_seconds = Histogram(
            "kommune_event_batch_seconds", "Time to handle one batch of events", buckets=_FAST, registry=r
        )
        self.parked = Gauge("kommune_events_parked", "Events set aside because they could not be handled", registry=r)
        self.waiting = Gauge("kommune_events_waiting", "Events waiting for one that comes before them", registry=r)
        self.due_handled = Counter(
            "kommune_due_handled_total", "Due work done, by outcome", ["queue", "outcome"], registry=r
        )
        self.due_age = Gauge("kommune_due_oldest_seconds", "How late the most overdue work is", ["queue"], registry=r)
        self.stuck = Gauge("kommune_stuck", "1 while a loop of this process makes no progress", ["loop"], registry=r)

    def counter(self, name: str, description: str, labels: list[str]) -> Counter:
        """A business counter of the service; `kommune_<service>_…_total`."""
        return Counter(f"kommune_{self.service}_{name}", description, labels, registry=self.registry)

    def render(self) -> bytes:
        """Prometheus text format."""
        return generate_latest(self.registry)
