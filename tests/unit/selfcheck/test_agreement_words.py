"""What a coefficient of agreement is called for people who do not read coefficients."""

from __future__ import annotations

import pytest

from services.selfcheck.results.staff_pages import agreement_words


@pytest.mark.parametrize(
    ("alpha", "interval", "words"),
    [
        (0.85, (0.7, 0.9), "people agree"),
        (0.7, (0.5, 0.8), "people agree by and large"),
        (0.1, (-0.1, 0.3), "people see it differently"),
        (-0.02, (-0.15, 0.05), "people see it differently"),
        (-0.4, (-0.6, -0.2), "people contradict each other"),
        (None, (0.0, 0.0), ""),
    ],
)
def test_contradiction_is_said_only_where_chance_is_ruled_out(
    alpha: float | None, interval: tuple[float, float], words: str
) -> None:
    assert agreement_words(alpha, interval) == words
