"""Selfcheck's business counters; none tells who answered what."""

from __future__ import annotations

from chassis.operations.metrics import Metrics


class SelfcheckMetrics:
    """What an integration officer or the programme office would ask about."""

    def __init__(self, metrics: Metrics) -> None:
        self.steps = metrics.counter(
            "steps_total", "Steps of assessments: opened, invited, revealed, consensus, closed", ["tenant", "step"]
        )
        self.saved = metrics.counter("saves_total", "Saves of answers", [])
        self.submitted = metrics.counter("submissions_total", "Answer sheets handed in", [])
