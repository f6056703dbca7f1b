"""Invitations: by which way people came to sign up, and what only those may sign up for whom somebody invited.

A coordinator names those who pass an invitation on (a language course, a women's group, a mosque) and gives each a code of its own. A
code may open the seats of a quota, may be good for so many people, and until some time. How many came by it is counted from their
claims on seats; once the gathering is over only these counts stay, and of a few groups not even the count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.registration.domain.claim import Claim
from services.registration.domain.refused import Mistake

MOST_INVITATIONS = 40
"""Of one gathering over time: those that were withdrawn are known still, so that whoever holds their code is told so."""
SMALLEST = 5
"""A count of fewer groups is hidden, except of none: it would say who of those registered belongs there."""

InvitationStatus = Literal["open", "withdrawn", "expired", "used-up"]
UNKNOWN = "We do not know this code. Please compare it with your invitation, or ask whoever invited you."
WITHDRAWN = "This invitation is not valid any more. Please ask whoever invited you, or call us."
EXPIRED = "The time of this invitation is over. Please ask whoever invited you, or call us."
USED_UP = "All places of this invitation are taken. Please ask whoever invited you, or call us."
TOO_FEW_LEFT = "More people that can sign up with this invitation: %(left)s. Please sign up fewer people, or ask whoever invited you."
NEEDED = "For this meeting you need an invitation. Please enter its code, or call us."
QUOTA_BY_INVITATION = (
    "These seats are given by invitation alone. Please enter the code of your invitation, or choose again."
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as the rules of seats know it. `quota`: whose kept seats it opens, if any. `uses`: how many people may be
    signed up with it at a time; None: as many as like."""

    id: str
    quota: str = ""
    uses: int | None = None
    until: datetime | None = None
    withdrawn: bool = False

    def status(self, used: int, now: datetime) -> InvitationStatus:
        if self.withdrawn:
            return "withdrawn"
        if self.until is not None and now >= self.until:
            return "expired"
        return "used-up" if self.uses is not None and used >= self.uses else "open"


@dataclass(frozen=True, slots=True)
class Count:
    groups: int = 0
    people: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.groups + other.groups, self.people + other.people)


NONE = Count()
ShownCounts = Mapping[str, Count | None]
"""Counts by name (`registered`, `seated`, `waiting`, `arrived`); None: of too few groups to be shown."""


@dataclass(frozen=True, slots=True)
class InvitationCounts:
    """Counts of those who are registered by one invitation, before small ones are hidden."""

    seated: Count = NONE
    waiting: Count = NONE
    arrived: Count = NONE

    def shown(self) -> ShownCounts:
        """The counts that may be shown. One that adds up with a hidden one is hidden as well."""
        registered = self.seated + self.waiting
        parts_shown = not (_few(registered) or _few(self.seated) or _few(self.waiting))
        return {
            "registered": None if _few(registered) else registered,
            "seated": self.seated if parts_shown else None,
            "waiting": self.waiting if parts_shown else None,
            "arrived": None if _few(self.arrived) or _few(registered) else self.arrived,
        }


def count_by_invitation(claims: Iterable[Claim]) -> dict[str, InvitationCounts]:
    """Counts by the id of the invitation."""
    counts: dict[str, InvitationCounts] = {}
    for claim in claims:
        if not claim.invitation:
            continue
        before, group = counts.get(claim.invitation, InvitationCounts()), Count(1, claim.size)
        counts[claim.invitation] = InvitationCounts(
            before.seated + (group if claim.seated else NONE),
            before.waiting + (NONE if claim.seated else group),
            before.arrived + (Count(1, claim.came) if claim.arrived else NONE),
        )
    return counts


def add_shown(earlier: ShownCounts | None, now: ShownCounts) -> ShownCounts:
    """The sum of counts that were kept and counts of now; hidden where one of them is."""
    if earlier is None:
        return now
    total: dict[str, Count | None] = {}
    for name, count in now.items():
        kept = earlier.get(name)
        total[name] = None if count is None or kept is None else count + kept
    return total


def refusal(invitation: Invitation | None, used: int, people: int, now: datetime) -> Mistake | None:
    """Why so many people can't sign up with an invitation that `used` people have signed up with; None where they can."""
    if invitation is None:
        return ("/code", UNKNOWN, {})
    words = {"withdrawn": WITHDRAWN, "expired": EXPIRED, "used-up": USED_UP}.get(invitation.status(used, now))
    if words is not None:
        return ("/code", words, {})
    return growth(invitation, used, people, "/code")


def growth(invitation: Invitation, used: int, additional: int, place: str) -> Mistake | None:
    """Why so many more people can't come with an invitation; None where they can."""
    left = None if invitation.uses is None else max(0, invitation.uses - used)
    if left is None or additional <= left:
        return None
    return (place, TOO_FEW_LEFT, {"left": left}) if left else (place, USED_UP, {})


def invitation_mistakes(facts: Mapping[str, Any], released: Collection[str] = ()) -> list[Mistake]:
    """All that is wrong with the invitations of a gathering. `released`: quotas that ended."""
    wrong: list[Mistake] = []
    invitations = facts.get("invitations") or ()
    quotas = {*released, *(quota["id"] for quota in facts.get("quotas") or ())}
    ids = [invitation["id"] for invitation in invitations]
    names = [invitation["name"] for invitation in invitations]
    for index, invitation in enumerate(invitations):
        place = f"/invitations/{index}"
        if invitation["id"] in ids[:index]:
            wrong.append((f"{place}/id", "Each invitation needs an id of its own.", {}))
        if invitation["name"] in names[:index]:
            wrong.append((f"{place}/name", "There is an invitation of this name already.", {}))
        if invitation.get("quota") and invitation["quota"] not in quotas:
            wrong.append((f"{place}/quota", "No seats are kept for this group. Please choose again.", {}))
        if invitation.get("until") and invitation["until"] > facts["starts_at"]:
            wrong.append((f"{place}/until", "The deadline must be before the gathering starts.", {}))
    return wrong


def lost_mistakes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Mistake]:
    """Invitations that would be forgotten although their codes are out."""
    ids_after = {one["id"] for one in after}
    lost = [one["name"] for one in before if one["id"] not in ids_after]
    words = "Codes of the invitation %(name)s may be out. Withdraw it (withdrawn: true) where it is to end."
    return [("/invitations", words, {"name": name}) for name in lost[:1]]


def without_ended_quotas(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The invitations that another gathering takes over: those that are not withdrawn, with the quotas that it has."""
    quotas = {one["id"] for one in facts.get("quotas") or ()}
    invitations = (one for one in facts.get("invitations") or () if not one.get("withdrawn"))
    return [{**one, "quota": one["quota"] if one.get("quota") in quotas else None} for one in invitations]


def _few(count: Count) -> bool:
    return 0 < count.groups < SMALLEST
