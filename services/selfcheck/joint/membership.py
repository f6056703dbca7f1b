"""Use cases of a member of a joint self-check: agree and begin its own self-check, decline, leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.http.problems import FieldError, conflict, invalid
from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope, of_stored
from services.selfcheck.assessments.assessments import Assessments, own_section_of
from services.selfcheck.assessments.commands import JoinJoint
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.own_section import OwnSection
from services.selfcheck.joint.commands import Accept, Decline
from services.selfcheck.joint.documents import StoredJoint
from services.selfcheck.joint.joint_assessments import JointAssessments
from services.selfcheck.joint.responses import to_response, waits_for
from services.selfcheck.joint.schemas import JointResponse, NewJoint
from services.selfcheck.problems import flawed, refused
from services.selfcheck.schemas import NewAssessment, NewOwnSection, NewPerspective, QuestionnaireVersion

BEGUN = invalid(
    FieldError(
        "/own_section", "Your self-check for this has begun; its own questions do not change any more. Leave them out."
    )
)
NOT_TAKING_PART = invalid(
    FieldError(
        "/own_section",
        "Only who takes part asks questions of its own. Take part as a district, or leave the questions out.",
    )
)


@dataclass(frozen=True)
class JointMembership:
    """Use cases of a member. Each raises Problem 404 where the caller's municipality is not asked, 409 where it is not possible now."""

    joints: JointAssessments
    assessments: Assessments
    secrets: Secrets

    async def open(
        self, scope: TenantScope, body: NewJoint, request: IdempotencyKey, now: datetime
    ) -> tuple[JointResponse, bool]:
        """Open a joint self-check as the district; if it takes part itself, it has agreed by saying so. (answer, replayed)"""
        if body.own_section is not None:
            await self._check_own_section(body, body.own_section)
        answer, replayed = await self.joints.open(scope, body, request, now)
        current = to_response(await self.joints.get(scope, answer["id"]), scope.tenant)
        if body.takes_part and waits_for(current, scope.tenant):
            answer, _ = await self.accept(scope, answer["id"], IdempotencyKey(None, ""), now, body.own_section)
        return answer, replayed

    async def accept(
        self,
        scope: TenantScope,
        id: str,
        request: IdempotencyKey,
        now: datetime,
        own_section: NewOwnSection | None = None,
    ) -> tuple[JointResponse, bool]:
        """Agree, and begin a self-check of one's own; (answer, replayed). `own_section`: what only one's own people are asked, which stays here.

        The self-check is written first, under an id that follows from both: whoever repeats this after a crash completes it.
        """
        joint = await self.joints.get(scope, id)
        belonging = {*await self.joints.memberships.list_members(of_stored(joint), now), joint.tenant}
        step = Accept(scope.tenant, belonging, self._own_id(id, scope))
        try:
            step(joint.state)
        except Refused as error:
            raise refused(error) from None
        await self._begin(scope, joint, step.assessment, now, own_section)
        return await self.joints.change(scope, id, step, request, now)

    async def decline(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[JointResponse, bool]:
        """Decline, or leave; one's own self-check stays as it is, for oneself alone. (answer, replayed)"""
        return await self.joints.change(scope, id, Decline(scope.tenant), request, now)

    async def _begin(
        self, scope: TenantScope, joint: StoredJoint, id: str, now: datetime, own_section: NewOwnSection | None
    ) -> None:
        assessment = await self.assessments.all.get(scope, id)
        if assessment is None:
            body = (await self._opening_request(scope, joint, now)).model_copy(update={"own_section": own_section})
            await self.assessments.open(scope, body, IdempotencyKey(id, ""), now, joint.id)
            return
        if assessment.deleted_at:
            raise conflict("assessment-deleted", "The self-check for this was deleted; the district may ask you anew.")
        # Whoever comes back goes on with what they began; a result that stands already is put in by the worker.
        if (
            own_section is not None
            and OwnSection(own_section.title, tuple(own_section.questions)) != assessment.own_section
        ):
            raise BEGUN
        command = JoinJoint(joint.id)
        await self.assessments.all.change(scope, id, lambda current: command.decide(current, now), now)

    async def _opening_request(self, scope: TenantScope, joint: StoredJoint, now: datetime) -> NewAssessment:
        """The request that opens the member's own self-check: the district's words, and the common deadline unless it has passed."""
        deadline = joint.deadline
        return NewAssessment(
            questionnaire=QuestionnaireVersion(id=joint.questionnaire.id, version=joint.questionnaire.version),
            title=joint.title,
            perspectives=[NewPerspective(id=one.id, title=one.title, speaks=one.speaks) for one in joint.perspectives],
            minimum_group=joint.minimum_group,
            reminder_days=list(joint.reminder_days),
            deadline=deadline if deadline and deadline > now else None,
            repeats=await self._earlier_id(scope, joint.repeats),
        )

    async def _earlier_id(self, scope: TenantScope, id: str | None) -> str | None:
        """What this member began with the joint self-check that this one repeats, if it is still there."""
        if id is None:
            return None
        own_id = self._own_id(id, scope)
        return own_id if await self.assessments.existing(scope, {own_id}) else None

    async def _check_own_section(self, body: NewJoint, own_section: NewOwnSection) -> None:
        if not body.takes_part:
            raise NOT_TAKING_PART
        version = body.questionnaire
        try:
            own_section_of(own_section, await self.joints.questionnaires.parsed(version.id, version.version))
        except Invalid as error:
            raise flawed(error) from None

    def _own_id(self, joint: str, scope: TenantScope) -> str:
        return self.secrets.derived_id("joint", f"{joint}\0{scope.tenant}")
