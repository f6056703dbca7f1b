"""What is asked of a gathering, counted while it is decided: who comes in which language, and who wishes for which support.

Whoever orders interpreters looks at sums, not at groups; kept with the claims they cost the same for ten groups and for thousands.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from contracts.registration import SupportStatus
from services.registration.domain.claim import Claim


@dataclass(frozen=True, slots=True)
class Count:
    groups: int = 0
    people: int = 0


@dataclass
class Demand:
    """Sums over all claims. Follows them by `account`."""

    _groups: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _people: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def account(self, claim: Claim, sign: int) -> None:
        """Count a claim in (+1) or out (-1)."""
        if claim.seated:
            self._add((claim.language,), claim.size, sign)
        for wish in claim.wishes:
            self._add((wish.support, wish.status, claim.language), claim.size, sign)

    def present(self) -> dict[str, Count]:
        """Who has seats, by language."""
        return {key[0]: self._count(key) for key in sorted(self._groups) if len(key) == 1}

    def wished(self, support: str, status: SupportStatus) -> dict[str, Count]:
        """Whose wish for this support stands so, by language."""
        return {key[2]: self._count(key) for key in sorted(self._groups) if key[:2] == (support, status)}

    def _add(self, key: tuple[str, ...], size: int, sign: int) -> None:
        self._groups[key] += sign
        self._people[key] += sign * size
        if not self._groups[key]:
            del self._groups[key], self._people[key]

    def _count(self, key: tuple[str, ...]) -> Count:
        return Count(self._groups[key], self._people[key])
