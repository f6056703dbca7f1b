"""Metrics of notifications beside those of every service."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from chassis.operations.metrics import Metrics


class NotificationMetrics:
    """The business metrics of the service."""

    def __init__(self, metrics: Metrics) -> None:
        self.settled: Counter = metrics.counter("messages_settled", "Messages by what became of them", ["status"])
        self.send_failures: Counter = metrics.counter(
            "send_failures",
            "Attempts at which the mail server or the gateway was away or refused",
            ["channel", "outcome"],
        )
        self.postponed: Counter = metrics.counter(
            "messages_postponed", "Messages held back by the limit of mails to one mailbox", []
        )
        self.returned: Counter = metrics.counter("mails_returned", "Mails that came back, by what it was", ["outcome"])
        self.mails_fetched: Counter = metrics.counter(
            "mails_fetched", "Mails that were looked at in the mailbox (IMAP), by what became of them", ["outcome"]
        )
        self.mailbox_failing = Gauge(
            "kommune_notifications_mailbox_failing_seconds",
            "How long no look into the mailbox (IMAP) has succeeded",
            registry=metrics.registry,
        )
        self.unsent_age = Gauge(
            "kommune_notifications_oldest_unsent_seconds",
            "Age of the oldest message that was tried and did not get out",
            registry=metrics.registry,
        )
        self.unsent = Gauge(
            "kommune_notifications_unsent", "Messages that were tried and did not get out", registry=metrics.registry
        )
