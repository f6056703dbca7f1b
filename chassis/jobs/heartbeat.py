"""Heartbeats of loops and the watchdog over them: health checks tell a loop that waits from one that hangs."""

from __future__ import annotations

import asyncio
import time

from chassis.operations.metrics import Metrics

PATIENCE = 60.0
"""Seconds without a beat after which a loop counts as stalled."""


def stopping() -> bool:
    """Whether this task was told to stop. Loops ask before they go on, because libraries lose cancellations: pymongo's asyncio
    driver can turn one into an error of the connection, which looks as if MongoDB were away."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Heartbeat:
    """The heartbeat of one loop."""

    def __init__(self, name: str, metrics: Metrics, patience: float = PATIENCE) -> None:
        self.name = name
        self.patience = patience
        self.beaten_at: float | None = None
        """When it went round the last time; in the future while it sleeps."""
        metrics.stuck.labels(name).set_function(lambda: float(self.stalled))

    def beat(self) -> None:
        """Report that the loop went round, with or without work."""
        self.beaten_at = time.monotonic()

    def rest(self, seconds: float) -> None:
        """Report that the loop went round and sleeps now, at most so long: then it owes no beat."""
        self.beaten_at = time.monotonic() + seconds

    @property
    def stalled(self) -> bool:
        """Whether the loop sent no beat for longer than its patience; never, where the process does not run the loop."""
        return self.beaten_at is not None and time.monotonic() - self.beaten_at > self.patience
