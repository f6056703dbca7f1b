"""Lets a mail server that does not answer rest: no mail waits for it meanwhile, then a single one tries whether it is there again."""

from __future__ import annotations

import time
from collections.abc import Callable

SHORTEST, LONGEST = 5.0, 600.0
"""Seconds of the first rest, and of the longest: each failure in a row doubles it."""


class CircuitBreaker:
    """The state of one server, as this process knows it: in use, or left alone after failures."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._trial_running = False

    @property
    def failures(self) -> int:
        """How often in a row it failed; many at the same moment are one."""
        return self._failures

    def acquire(self) -> float:
        """Ask to use the server: 0 where it may be used, else the seconds until it may be tried again."""
        if not self._failures:
            return 0.0
        left = self._until - self._clock()
        if left > 0 or self._trial_running:
            return max(left, SHORTEST)
        self._trial_running = True
        return 0.0

    def release(self, answered: bool | None) -> None:
        """Record the outcome of a use that `acquire` allowed. `answered`: whether the server did, whatever it said; None: not known."""
        self._trial_running = False
        if answered:
            self._failures = 0
        elif answered is False and (now := self._clock()) >= self._until:  # many at the same moment are one failure
            self._failures += 1
            self._until = now + min(SHORTEST * 2.0 ** (self._failures - 1), LONGEST)
