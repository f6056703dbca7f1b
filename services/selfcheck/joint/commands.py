"""Commands on a joint self-check. The domain decides who takes part, this writes what it decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from msgspec.structs import replace

from chassis.http.problems import conflict
from chassis.storage.repository import Decision
from contracts.envelope import Event
from contracts.selfcheck import JointDeleted
from disclosure.across import GivenFigures
from services.selfcheck.domain import joint as domain
from services.selfcheck.domain.joint import Joint, Stance
from services.selfcheck.joint.documents import StoredJoint
from services.selfcheck.joint.responses import closing_event, figures_of, stance_events, to_response


class Step(Protocol):
    """A rule of the domain, called with the state of a joint self-check: who takes part after it."""

    def __call__(self, joint: Joint) -> Joint: ...


@dataclass(frozen=True)
class AskMembers:
    """Ask members to take part. `belonging`: who belongs to the district today."""

    members: Collection[str]
    belonging: Collection[str]

    def __call__(self, joint: Joint) -> Joint:
        return domain.ask(joint, self.members, self.belonging)


@dataclass(frozen=True)
class StopAsking:
    """Stop asking this member."""

    member: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.take_back(joint, self.member)


@dataclass(frozen=True)
class Accept:
    """Agree, as a member, with this self-check of its own."""

    member: str
    belonging: Collection[str]
    assessment: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.accept(joint, self.member, self.belonging, self.assessment)


@dataclass(frozen=True)
class Decline:
    """Decline as a member, or leave."""

    member: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.decline(joint, self.member)


@dataclass(frozen=True)
class AddFigures:
    """Add the figures of a member."""

    member: str
    assessment: str
    figures: GivenFigures

    def __call__(self, joint: Joint) -> Joint:
        return domain.add_figures(joint, self.member, self.assessment, self.figures)


@dataclass(frozen=True)
class RemoveMember:
    """Remove the figures of a member that deleted its self-check or left the platform."""

    member: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.erase_member(joint, self.member)


@dataclass(frozen=True)
class ChangeMembers:
    """Change who takes part; the worker brings the members' self-checks in line. `viewer`: who is answered."""

    step: Step
    viewer: str

    def decide(self, joint: StoredJoint, now: datetime) -> Decision[StoredJoint]:
        before = joint.state
        after = self.step(before)
        if after is before:
            return Decision(joint, answer=to_response(joint, self.viewer))
        changed = replace(joint.updated(after, now), due_at=now)
        return Decision(changed, stance_events(joint, changed), to_response(changed, self.viewer))


@dataclass(frozen=True)
class Sync:
    """Add or remove members' figures; a result that stands is computed anew without whoever went."""

    step: Step
    decimals: int

    def decide(self, joint: StoredJoint, now: datetime) -> Decision[StoredJoint] | None:
        if joint.deleted_at:
            return None
        before = joint.state
        after = self.step(before)
        if after is before:
            return None
        changed = joint.updated(after, now)
        events: list[Event] = [*stance_events(joint, changed)]
        if after.closed:
            figures = figures_of(after, self.decimals)
            changed = replace(changed, result=cast("dict[str, Any]", figures))
            events.append(closing_event(joint.id, figures))
        return Decision(changed, events)


@dataclass(frozen=True)
class SetCommonDeadline:
    """Set the common deadline; the members' own ones follow."""

    deadline: datetime | None
    reminder_days: tuple[int, ...]

    def decide(self, joint: StoredJoint, now: datetime) -> Decision[StoredJoint]:
        if joint.closed_at:
            raise conflict("joint-closed", "The joint result stands; a deadline has no meaning any more.")
        after = replace(joint, deadline=self.deadline, reminder_days=self.reminder_days, due_at=now)
        return Decision(after, answer=to_response(after, joint.tenant))


@dataclass(frozen=True)
class CloseJoint:
    """Close a joint self-check: the result stands from now on, of those whose figures are in."""

    decimals: int

    def decide(self, joint: StoredJoint, now: datetime) -> Decision[StoredJoint]:
        figures = figures_of(domain.close(joint.state), self.decimals)
        after = replace(joint, closed_at=now, result=cast("dict[str, Any]", figures), due_at=now)
        return Decision(after, [closing_event(joint.id, figures)], to_response(after, joint.tenant))


@dataclass(frozen=True)
class DeleteJoint:
    """Delete a joint self-check with its figures; the members' own ones stay with them."""

    def decide(self, joint: StoredJoint, now: datetime) -> Decision[StoredJoint] | None:
        if joint.deleted_at:
            return None
        members = tuple(replace(one, stance=Stance.TAKEN_BACK, figures=None) for one in joint.members)
        remnant = StoredJoint(
            id=joint.id, tenant=joint.tenant, created_at=joint.created_at, members=members, deleted_at=now, due_at=now
        )
        return Decision(remnant, [JointDeleted(joint_id=joint.id)])


@dataclass(frozen=True)
class MarkSynced:
    """Note that the members' self-checks follow the joint one as it was at `version`."""

    version: int

    def decide(self, joint: StoredJoint, now: datetime) -> Decision[StoredJoint] | None:
        return Decision(replace(joint, due_at=None)) if joint.version == self.version else None


JointCommand = ChangeMembers | SetCommonDeadline | CloseJoint
