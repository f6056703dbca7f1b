"""Counts the demand on a gathering while it is decided: who comes in which language, and who wishes for which support.

Whoever orders interpreters looks at sums, not at groups; kept with the claims they cost the same for ten groups and for thousands.
"""

from __future__ import annotations

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

    _sums: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    """[groups, people] by (language) of those with seats, and by (support, status, language) of wishes; never of nobody."""

    def account(self, claim: Claim, sign: int) -> None:
        """Count a claim in (+1) or out (-1)."""
        if claim.seated:
            self._add((claim.language,), claim.size, sign)
        for wish in claim.wishes:
            self._add((wish.support, wish.status, claim.language), claim.size, sign)

    def present(self) -> dict[str, Count]:
        """Who has seats, by language."""
        return {key[0]: Count(*self._sums[key]) for key in sorted(self._sums) if len(key) == 1}

    def wished(self, support: str, status: SupportStatus) -> dict[str, Count]:
        """Whose wish for this support stands so, by language."""
        return {key[2]: Count(*self._sums[key]) for key in sorted(self._sums) if key[:2] == (support, status)}

    def _add(self, key: tuple[str, ...], size: int, sign: int) -> None:
        sums = self._sums.setdefault(key, [0, 0])
        sums[0] += sign
        sums[1] += sign * size
        if not sums[0]:
            del self._sums[key]
