"""A joint self-check of a district and its members: who is asked, who agrees, whose figures are in, when it stands.

* The district asks municipalities that belong to it on that day. Asking gives it nothing.
* A member that agrees runs a self-check of its own with the same version of the questionnaire; its people and their
  answers stay with it. It may leave again until the joint result stands.
* When a member has closed its self-check, what may be shown of it beyond the member is put in (`disclosure.across`). Nobody
  sees it before the district closes the joint self-check, so that no workshop is bent by a neighbour's result.
* Closing needs two members whose figures are in; from then on nobody joins or leaves. A member that deletes its self-check
  later takes its figures with it.

Every function gives the state after it, and the same state where there is nothing to change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from disclosure.across import GivenFigures
from services.selfcheck.domain.errors import Flaw, Invalid, Refused, pointer

MAX_MEMBERS = 200
LEAST_FIGURES = 2
"""Whose figures have to be in: of one there is nothing to put side by side."""


class Stance(StrEnum):
    """Answer of a member to the district. `GONE`: it deleted its self-check or left the platform."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"
    TAKEN_BACK = "taken_back"
    GONE = "gone"


@dataclass(frozen=True)
class Member:
    """A municipality that was asked. `assessment`: its own self-check; `figures`: what it gave to the joint one."""

    tenant: str
    stance: Stance = Stance.ASKED
    assessment: str | None = None
    figures: GivenFigures | None = None


@dataclass(frozen=True)
class Joint:
    """The state, members by tenant in the order in which they were asked."""

    members: Mapping[str, Member] = field(default_factory=dict)
    closed: bool = False

    def member(self, tenant: str) -> Member:
        """Raises `Refused` for whoever was not asked or is not asked any more."""
        member = self.members.get(tenant)
        if member is None or member.stance is Stance.TAKEN_BACK:
            raise Refused("joint_unknown", "There is no such joint self-check.")
        return member

    @property
    def contributing(self) -> dict[str, GivenFigures]:
        """The figures that are in."""
        return {name: member.figures for name, member in self.members.items() if member.figures is not None}


def ask(joint: Joint, tenants: Iterable[str], belonging: Collection[str]) -> Joint:
    """Ask members. `belonging`: who belongs to the district today. Raises `Invalid`, `Refused`."""
    _still_open(joint)
    chosen = list(dict.fromkeys(tenants))
    flaws = [
        Flaw(pointer("members", index), "member_unknown", "It does not belong to the district today; leave it out.")
        for index, name in enumerate(chosen)
        if name not in belonging
    ]
    if len({*joint.members, *chosen}) > MAX_MEMBERS:
        flaws.append(Flaw("/members", "too_many", f"Choose at most {MAX_MEMBERS} members."))
    if flaws:
        raise Invalid(flaws)
    again = {name for name, member in joint.members.items() if member.stance is Stance.TAKEN_BACK}
    fresh = {name: Member(name) for name in chosen if name not in joint.members or name in again}
    return replace(joint, members={**joint.members, **fresh})


def accept(joint: Joint, tenant: str, belonging: Collection[str], assessment: str) -> Joint:
    """A member agrees. It has to belong to the district still. Raises `Refused`."""
    member = joint.member(tenant)
    if member.stance is Stance.ACCEPTED:
        return joint
    _still_open(joint)
    if tenant not in belonging:
        raise Refused("not_a_member", "Your municipality does not belong to this district today.")
    if member.stance is Stance.GONE:
        raise Refused(
            "assessment_deleted", "The self-check for this was deleted; the district may ask you in a new one."
        )
    return _with(joint, replace(member, stance=Stance.ACCEPTED, assessment=assessment, figures=None))


def decline(joint: Joint, tenant: str) -> Joint:
    """A member says no, or leaves after all and takes its figures with it. Raises `Refused` once the result stands."""
    member = joint.member(tenant)
    if member.stance in (Stance.DECLINED, Stance.LEFT, Stance.GONE):
        return joint
    _still_open(joint)
    stance = Stance.DECLINED if member.stance is Stance.ASKED else Stance.LEFT
    return _with(joint, replace(member, stance=stance, figures=None))


def take_back(joint: Joint, tenant: str) -> Joint:
    """The district does not ask this member any more; what the member has, it keeps. Raises `Refused`."""
    member = joint.members.get(tenant)
    if member is not None and member.stance is Stance.TAKEN_BACK:
        return joint
    _still_open(joint)
    return _with(joint, replace(joint.member(tenant), stance=Stance.TAKEN_BACK, figures=None))


def add_figures(joint: Joint, tenant: str, assessment: str, figures: GivenFigures) -> Joint:
    """A member's figures come in, once; too late they change nothing."""
    member = joint.members.get(tenant)
    if joint.closed or member is None or member.stance is not Stance.ACCEPTED or member.assessment != assessment:
        return joint
    return joint if member.figures == figures else _with(joint, replace(member, figures=figures))


def erase_member(joint: Joint, tenant: str) -> Joint:
    """A member deleted its self-check: its figures go, also out of a result that stands."""
    member = joint.members.get(tenant)
    if member is None or member.stance is Stance.GONE:
        return joint
    return _with(joint, Member(tenant, Stance.GONE))


def close(joint: Joint) -> Joint:
    """The joint result stands. Raises `Refused`."""
    if joint.closed:
        raise Refused("joint_closed", "The joint result stands already.")
    if len(joint.contributing) < LEAST_FIGURES:
        raise Refused("figures_missing", "At least two members have to close their own self-checks first.")
    return replace(joint, closed=True)


def _with(joint: Joint, member: Member) -> Joint:
    return replace(joint, members={**joint.members, member.tenant: member})


def _still_open(joint: Joint) -> None:
    if joint.closed:
        raise Refused("joint_closed", "The joint result stands; nobody joins or leaves any more.")
