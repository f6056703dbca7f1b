"""Groups in the order of their turns.

Stands on `sortedcontainers`: look-ups by halving in a line of thousands, and no code of ours for it. It is finished rather than
alive (2.4.0 is of 2021), pure Python without dependencies, and what Hypothesis stands on too.
"""

from __future__ import annotations

from collections.abc import Iterator

from sortedcontainers import SortedList


class WaitingQueue:
    """A set of (turn, registration), in order; no turn is given twice."""

    def __init__(self) -> None:
        self._order: SortedList = SortedList()

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return (id for _, id in self._order)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WaitingQueue) and list(self._order) == list(other._order)

    __hash__ = None  # type: ignore[assignment]

    def add(self, turn: int, registration_id: str) -> None:
        self._order.add((turn, registration_id))

    def remove(self, turn: int, registration_id: str) -> None:
        """Raises ValueError where it does not stand there."""
        self._order.remove((turn, registration_id))

    def position(self, turn: int) -> int:
        """1 for the group whose turn is first."""
        return 1 + int(self._order.bisect_left((turn, "")))

    def behind(self, turn: int) -> Iterator[tuple[int, str]]:
        """Groups with a later turn, the next one first. Not to be changed meanwhile."""
        return iter(self._order.irange((turn + 1, "")))
