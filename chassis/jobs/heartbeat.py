"""Tells a loop that waits from a loop that hangs: each marks its progress, health looks at the marks."""

from __future__ import annotations

import asyncio
import time

from chassis.operations.metrics import Metrics

PATIENCE = 60.0
"""Seconds without a mark after which a loop counts as stuck."""


def stopping() -> bool:
    """Whether this task was told to stop. Loops ask before they go on, because libraries lose cancellations: pymongo's asyncio
    driver can turn one into an error of the connection, which looks as if MongoDB were away."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Heartbeat:
    """The heartbeat of one loop."""

    def __init__(self, name: str, metrics: Metrics, patience: float = PATIENCE) -> None:
        self.name = name
        self._patience = patience
        self._beaten_at: float | None = None
        metrics.stuck.labels(name).set_function(lambda: float(self.stalled))

    def beat(self) -> None:
        """The loop went round (with or without work)."""
        self._beaten_at = time.monotonic()

    @property
    def stalled(self) -> bool:
        """No mark for longer than the loop's patience; never, where the process does not run the loop."""
        return self._beaten_at is not None and time.monotonic() - self._beaten_at > self._patience
