"""Groups in the order of their turns, so that looking into a line of thousands costs what looking into one of ten does."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator


class Turns:
    """A set of (turn, registration), in order. A step is a look-up by halving, never a walk; no turn is given twice."""

    def __init__(self) -> None:
        self._order: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return (id for _, id in self._order)

    def add(self, turn: int, registration_id: str) -> None:
        if not self._order or self._order[-1][0] < turn:
            self._order.append((turn, registration_id))  # who comes now, and whoever is read from what is stored
        else:
            insort(self._order, (turn, registration_id))

    def remove(self, turn: int, registration_id: str) -> None:
        """Raises KeyError where it does not stand there."""
        place = bisect_left(self._order, (turn, registration_id))
        if self._order[place : place + 1] != [(turn, registration_id)]:
            raise KeyError(registration_id)
        del self._order[place]

    def position(self, turn: int) -> int:
        """1 for the group whose turn is first."""
        return 1 + bisect_left(self._order, (turn, ""))

    def after(self, turn: int) -> Iterator[tuple[int, str]]:
        """Those with a later turn, the next one first. Not to be changed meanwhile."""
        start = bisect_right(self._order, turn, key=lambda one: one[0])
        return (self._order[place] for place in range(start, len(self._order)))
