"""Keeps a joint self-check and its members' own ones in line, in the background. Every step may be repeated.

A member's figures come in when it has closed its self-check and go when it deletes it; its deadline follows the common one;
who does not take part any more is let go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.clock import Clock
from chassis.http.problems import Problem
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document, of_stored
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.commands import LeaveJoint
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.assessments.lifecycle import Lifecycle
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.joint import Stance
from services.selfcheck.joint.commands import AddFigures, MarkSynced, RemoveMember, Step, Sync
from services.selfcheck.joint.documents import StoredJoint, StoredMember
from services.selfcheck.joint.joint_assessments import JointAssessments
from services.selfcheck.schemas import NewDeadline


@dataclass(frozen=True)
class JointSync:
    """Syncs joint self-checks and members' own ones that are due; the former after every change of who takes part."""

    joints: JointAssessments
    assessments: Assessments
    lifecycle: Lifecycle
    clock: Clock

    async def of_assessment(self, assessment: StoredAssessment) -> None:
        """Add the figures of a closed self-check that may be shown beyond its municipality; take out those of one that was deleted."""
        if not assessment.joint:
            return
        try:
            joint = await self.joints.get(of_stored(assessment), assessment.joint)
        except Problem:
            return  # deleted, or this member is not asked any more
        figures = assessment.given_figures
        if assessment.deleted_at:
            await self._move(joint, RemoveMember(assessment.tenant))
        elif assessment.phase is Phase.CLOSED and figures is not None:
            # A result of an earlier rule gives nothing, and is not computed anew.
            await self._move(joint, AddFigures(assessment.tenant, assessment.id, figures))

    async def of_joint(self, joint: StoredJoint) -> None:
        """Update the members' own self-checks: the common deadline, or that they are not part of it any more."""
        now, ended_at = self.clock.now(), joint.deleted_at or joint.closed_at
        for member in joint.members:
            if member.assessment is None:
                continue
            if member.stance is not Stance.ACCEPTED or (ended_at and member.figures is None):
                await self._let_go(member, joint.id, now)
            elif not ended_at:
                await self._follow(member, joint, now)
        command = MarkSynced(joint.version)
        await self.joints.all.change(of_stored(joint), joint.id, lambda current: command.decide(current, now), now)

    async def leave(self, offboarding: Document) -> None:
        """Take a municipality that leaves the platform out of joint self-checks: as a member, and as a district."""
        scope, now = of_document(offboarding), self.clock.now()
        for joint in await self.joints.all.of_member(scope):
            if joint.tenant != scope.tenant:
                await self._move(joint, RemoveMember(scope.tenant))
        for joint in await self.joints.all.of_district(scope):
            for member in joint.members:
                if member.assessment is not None and member.tenant != scope.tenant:
                    await self._let_go(member, joint.id, now)

    async def _move(self, joint: StoredJoint, step: Step) -> None:
        if joint.deleted_at:
            return
        now = self.clock.now()
        command = Sync(step, (await self.joints.questionnaire(joint)).rules.decimals)
        await self.joints.all.change(of_stored(joint), joint.id, lambda current: command.decide(current, now), now)

    async def _let_go(self, member: StoredMember, joint: str, now: datetime) -> None:
        if member.assessment is not None:
            command = LeaveJoint(joint)
            assessment = member.assessment
            await self.assessments.all.change(
                of_stored(member), assessment, lambda current: command.decide(current, now), now
            )

    async def _follow(self, member: StoredMember, joint: StoredJoint, now: datetime) -> None:
        """Add figures that stood before the member agreed (again); a self-check that is open gets the common deadline."""
        scope, deadline = of_stored(member), joint.deadline
        assessment = await self.assessments.all.get_with_figures(scope, member.assessment or "")
        if assessment is None or assessment.deleted_at:
            return
        if assessment.phase is Phase.CLOSED and member.figures is None:
            await self.of_assessment(assessment)
        if assessment.phase is not Phase.OPEN or (deadline is not None and deadline <= now):
            return
        if (assessment.deadline, assessment.reminder_days) == (deadline, joint.reminder_days if deadline else ()):
            return
        body = NewDeadline(deadline=deadline, reminder_days=list(joint.reminder_days))
        await self.lifecycle.set_deadline(scope, assessment.id, body, IdempotencyKey(None, ""), now, common=True)
