"""Who was there and cancelled later: counted, so that they stay in the figures, and nothing else is kept of them."""

from __future__ import annotations

from dataclasses import dataclass

from services.registration.domain.claim import Claim


@dataclass(frozen=True, slots=True)
class EndedCount:
    """Counts of groups, and of their people. `meetings`: (id, groups, people) of each of several that anybody of them was at."""

    groups: int = 0
    people: int = 0
    meetings: tuple[tuple[str, int, int], ...] = ()

    def at(self, meeting: str) -> tuple[int, int]:
        """Groups and people who were at one of several meetings; at the gathering where it has no list of them."""
        if not meeting:
            return self.groups, self.people
        return next(((groups, people) for id, groups, people in self.meetings if id == meeting), (0, 0))

    def plus(self, claim: Claim) -> EndedCount:
        """The count with one more group; the same where it was not there."""
        if not claim.arrived:
            return self
        counted = {id: (groups, people) for id, groups, people in self.meetings}
        for id, people_here in claim.came_to:
            groups, people = self.at(id)
            counted[id] = (groups + 1, people + people_here)
        meetings = tuple((id, *groups_and_people) for id, groups_and_people in sorted(counted.items()))
        return EndedCount(self.groups + 1, self.people + claim.came, meetings)
