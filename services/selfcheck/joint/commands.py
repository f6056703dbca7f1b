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
from services.selfcheck.joint.responses import closing_event, figures_of, moved, to_response


class Step(Protocol):
    """A step of the domain: who takes part after it."""

    def __call__(self, joint: Joint) -> Joint: ...


@dataclass(frozen=True)
class AskMembers:
    """`belonging`: who belongs to the district today."""

    members: Collection[str]
    belonging: Collection[str]

    def __call__(self, joint: Joint) -> Joint:
        return domain.ask(joint, self.members, self.belonging)


@dataclass(frozen=True)
class TakeBack:
    """The district does not ask this member any more."""

    member: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.take_back(joint, self.member)


@dataclass(frozen=True)
class Accept:
    """A member agrees, with this self-check of its own."""

    member: str
    belonging: Collection[str]
    assessment: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.accept(joint, self.member, self.belonging, self.assessment)


@dataclass(frozen=True)
class Decline:
    """A member says no, or leaves."""

    member: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.decline(joint, self.member)


@dataclass(frozen=True)
class PutIn:
    """A member's figures come in."""

    member: str
    assessment: str
    figures: GivenFigures

    def __call__(self, joint: Joint) -> Joint:
        return domain.add_figures(joint, self.member, self.assessment, self.figures)


@dataclass(frozen=True)
class ForgetMember:
    """A member deleted its self-check or left the platform; its figures go."""

    member: str

    def __call__(self, joint: Joint) -> Joint:
        return domain.erase_member(joint, self.member)


@dataclass(frozen=True)
class ChangeMembers:
    """Change who takes part; the worker brings the members' self-checks in line. `viewer`: who is answered."""

    step: Step
    viewer: str

    def decide(self, found: StoredJoint, now: datetime) -> Decision[StoredJoint]:
        before = found.state
        after = self.step(before)
        if after is before:
            return Decision(found, answer=to_response(found, self.viewer))
        changed = replace(found.updated(after, now), due_at=now)
        return Decision(changed, moved(found, changed), to_response(changed, self.viewer))


@dataclass(frozen=True)
class Sync:
    """Members' figures come in or go; a result that stands is made anew without whoever went."""

    step: Step
    decimals: int

    def decide(self, found: StoredJoint, now: datetime) -> Decision[StoredJoint] | None:
        if found.deleted_at:
            return None
        before = found.state
        after = self.step(before)
        if after is before:
            return None
        changed = found.updated(after, now)
        events: list[Event] = [*moved(found, changed)]
        if after.closed:
            figures = figures_of(after, self.decimals)
            changed = replace(changed, result=cast("dict[str, Any]", figures))
            events.append(closing_event(found.id, figures))
        return Decision(changed, events)


@dataclass(frozen=True)
class SetCommonDeadline:
    """The members' own ones follow."""

    deadline: datetime | None
    reminder_days: tuple[int, ...]

    def decide(self, found: StoredJoint, now: datetime) -> Decision[StoredJoint]:
        if found.closed_at:
            raise conflict("joint-closed", "The joint result stands; a deadline has no meaning any more.")
        after = replace(found, deadline=self.deadline, reminder_days=self.reminder_days, due_at=now)
        return Decision(after, answer=to_response(after, found.tenant))


@dataclass(frozen=True)
class CloseJoint:
    """The joint result stands from now on, of those whose figures are in."""

    decimals: int

    def decide(self, found: StoredJoint, now: datetime) -> Decision[StoredJoint]:
        figures = figures_of(domain.close(found.state), self.decimals)
        after = replace(found, closed_at=now, result=cast("dict[str, Any]", figures), due_at=now)
        return Decision(after, [closing_event(found.id, figures)], to_response(after, found.tenant))


@dataclass(frozen=True)
class DeleteJoint:
    """Forget it with its figures; the members' own self-checks stay with them."""

    def decide(self, found: StoredJoint, now: datetime) -> Decision[StoredJoint] | None:
        if found.deleted_at:
            return None
        members = tuple(replace(one, stance=Stance.TAKEN_BACK, figures=None) for one in found.members)
        left = StoredJoint(
            id=found.id, tenant=found.tenant, created_at=found.created_at, members=members, deleted_at=now, due_at=now
        )
        return Decision(left, [JointDeleted(joint_id=found.id)])


@dataclass(frozen=True)
class MarkSynced:
    """The members' self-checks are in line with the joint one as it was at `version`."""

    version: int

    def decide(self, found: StoredJoint, now: datetime) -> Decision[StoredJoint] | None:
        return Decision(replace(found, due_at=None)) if found.version == self.version else None


JointCommand = ChangeMembers | SetCommonDeadline | CloseJoint
