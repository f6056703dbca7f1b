"""Registration's business counters."""

from __future__ import annotations

from chassis.operations.metrics import Metrics


class RegistrationMetrics:
    """What an integration officer would ask about, by tenant."""

    def __init__(self, metrics: Metrics) -> None:
        self.registered = metrics.counter(
            "registrations_total", "Groups that registered", ["tenant", "channel", "status"]
        )
        self.transitions = metrics.counter(
            "transitions_total", "Confirmations, cancellations and the like", ["tenant", "kind"]
        )
        self.reconciled = metrics.counter(
            "reconciled_total", "Registrations whose claim was completed after a crash", ["tenant"]
        )
