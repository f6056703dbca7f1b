"""Deadlines of claims in the order in which they pass."""

from __future__ import annotations

from datetime import datetime

from sortedcontainers import SortedList

from services.registration.domain.claim import Claim


class Deadlines:
    """Finds whose claim ends next if nothing happens. Follows the claims by `account`."""

    def __init__(self) -> None:
        self._order: SortedList = SortedList()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deadlines) and list(self._order) == list(other._order)

    __hash__ = None  # type: ignore[assignment]

    def account(self, registration_id: str, claim: Claim, sign: int) -> None:
        """Count a claim in (+1) or out (-1)."""
        if claim.until is not None:
            (self._order.add if sign > 0 else self._order.remove)((claim.until, registration_id))

    def next(self) -> tuple[datetime, str] | None:
        """(deadline, registration) of the claim that ends first."""
        return self._order[0] if self._order else None
