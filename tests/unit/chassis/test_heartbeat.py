"""A loop that sleeps is not one that hangs."""

from __future__ import annotations

import pytest

from chassis.jobs import heartbeat
from chassis.jobs.heartbeat import Heartbeat
from chassis.operations.metrics import Metrics


class Now:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    clock = Now()
    monkeypatch.setattr(heartbeat, "time", clock)
    return clock


def test_a_loop_that_does_not_go_round_stalls_and_recovers(now: Now) -> None:
    loop = Heartbeat("loop", Metrics("test"), patience=60)
    now.at += 1000
    assert not loop.stalled, "this process does not run it"
    loop.beat()
    now.at += 60
    assert not loop.stalled
    now.at += 1
    assert loop.stalled
    loop.beat()
    assert not loop.stalled


def test_a_loop_that_sleeps_owes_no_beat_until_it_should_have_woken(now: Now) -> None:
    loop = Heartbeat("loop", Metrics("test"), patience=60)
    loop.rest(20)
    now.at += 80
    assert not loop.stalled
    now.at += 1
    assert loop.stalled


def test_a_loop_that_was_woken_early_owes_beats_again(now: Now) -> None:
    loop = Heartbeat("loop", Metrics("test"), patience=60)
    loop.rest(3600)
    loop.beat()
    now.at += 61
    assert loop.stalled
