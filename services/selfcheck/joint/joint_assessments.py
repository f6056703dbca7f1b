"""Joint self-checks, as the district uses them.

Nothing of a member stands in one but what it agreed to give: its own self-check is a document of its own tenant, begun when
it agrees (`JointMembership`) and brought in line with this one by the worker (`JointSync`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_stored
from contracts.selfcheck import JointOpened, Titled
from disclosure.scheme import Speaks
from services.selfcheck.assessments.assessments import shown_version
from services.selfcheck.assessments.documents import Version
from services.selfcheck.domain.assessment import decide as assessment_decide
from services.selfcheck.domain.assessment_model import Create, Perspective
from services.selfcheck.domain.deadline import checked
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.joint import Joint, ask
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.joint.commands import (
    AskMembers,
    ChangeMembers,
    CloseJoint,
    DeleteJoint,
    JointCommand,
    SetCommonDeadline,
    Step,
    StopAsking,
)
from services.selfcheck.joint.documents import StoredJoint, members_of
from services.selfcheck.joint.repository import DistrictMembers, JointRepository
from services.selfcheck.joint.responses import to_response
from services.selfcheck.joint.schemas import JointResponse, JointResult, MoreMembers, NewJoint
from services.selfcheck.problems import flawed, refused
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.schemas import NewDeadline

NOT_CLOSED = conflict("joint-not-closed", "Figures are shown once the district has closed the joint self-check.")


@dataclass(frozen=True)
class JointAssessments:
    """Use cases of the district. Each raises Problem 404 where the caller's tenant is neither the district nor asked."""

    all: JointRepository
    questionnaires: Questionnaires
    memberships: DistrictMembers

    async def open(
        self, scope: TenantScope, body: NewJoint, request: IdempotencyKey, now: datetime
    ) -> tuple[JointResponse, bool]:
        """Ask members for a joint self-check; (answer, replayed)."""
        questionnaire = await self.questionnaires.parsed(body.questionnaire.id, body.questionnaire.version)
        if body.repeats is not None:
            await self.get(scope, body.repeats)
        id = request.new_document_id()
        views = tuple(Perspective(one.id, one.title, one.speaks) for one in body.perspectives)
        asked_members = [*body.members, *([scope.tenant] if body.takes_part else [])]
        try:
            assessment_decide(None, Create(id, questionnaire, body.title, views, body.minimum_group), now)
            if body.deadline is not None:
                checked(body.deadline, body.reminder_days, now)
            joint = ask(Joint(), asked_members, {*await self.memberships.list_members(scope, now), scope.tenant})
        except Invalid as error:
            raise flawed(error) from None
        if not joint.members:
            raise conflict("no-members", "Choose at least one member of the district.")
        stored = StoredJoint(
            id=id,
            tenant=scope.tenant,
            created_at=now,
            members=members_of(joint, (), now),
            questionnaire=Version(id=questionnaire.id, version=questionnaire.version),
            title=body.title,
            minimum_group=body.minimum_group,
            perspectives=views,
            deadline=body.deadline,
            reminder_days=tuple(body.reminder_days),
            repeats=body.repeats,
        )
        event = JointOpened(
            joint_id=id,
            district=scope.tenant,
            title=body.title,
            questionnaire_id=questionnaire.id,
            version=questionnaire.version,
            perspectives=tuple(Titled(id=one.id, title=one.title) for one in body.perspectives),
            members=tuple(joint.members),
            institutions=tuple(one.id for one in views if one.speaks is Speaks.INSTITUTION),
        )
        return await self.all.add_once(scope, stored, [event], to_response(stored, scope.tenant), request, now)

    async def get(self, scope: TenantScope, id: str, district_only: bool = False) -> StoredJoint:
        """A joint self-check: for its district (`district_only`: for it alone) and for whoever is asked."""
        joint = await self.all.visible(scope, id, district_only)
        if joint is None:
            raise not_found("joint self-check")
        return joint

    async def list_all(self, scope: TenantScope) -> list[JointResponse]:
        """Joint self-checks of this district, and those that this municipality is asked for; the newest first."""
        return [to_response(one, scope.tenant) for one in await self.all.list_all(scope)]

    async def ask_members(
        self, scope: TenantScope, id: str, body: MoreMembers, request: IdempotencyKey, now: datetime
    ) -> tuple[JointResponse, bool]:
        """Ask further members; (answer, replayed)."""
        belonging = {*await self.memberships.list_members(scope, now), scope.tenant}
        return await self.change(scope, id, AskMembers(body.members, belonging), request, now, district_only=True)

    async def withdraw_member(
        self, scope: TenantScope, id: str, tenant: str, request: IdempotencyKey, now: datetime
    ) -> None:
        """Stop asking a member."""
        await self.change(scope, id, StopAsking(tenant), request, now, district_only=True)

    async def set_deadline(
        self, scope: TenantScope, id: str, body: NewDeadline, request: IdempotencyKey, now: datetime
    ) -> tuple[JointResponse, bool]:
        """Set the common deadline; the members' own ones follow."""
        try:
            if body.deadline is not None:
                checked(body.deadline, body.reminder_days, now)
        except Invalid as error:
            raise flawed(error) from None
        command = SetCommonDeadline(body.deadline, tuple(body.reminder_days))
        return await self._execute(scope, id, command, request, now, district_only=True)

    async def close(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[JointResponse, bool]:
        """Close a joint self-check: the result stands, of those whose figures are in; (answer, replayed)."""
        questionnaire = await self.questionnaire(await self.get(scope, id, district_only=True))
        return await self._execute(
            scope, id, CloseJoint(questionnaire.rules.decimals), request, now, district_only=True
        )

    async def delete(self, scope: TenantScope, id: str, now: datetime) -> None:
        """Delete a joint self-check with its figures; the members' own self-checks stay with them. Repeating it changes nothing."""
        if await self.all.erase_to(scope, id, lambda joint: DeleteJoint().decide(joint, now), now) is None:
            raise not_found("joint self-check")

    async def result(self, scope: TenantScope, id: str) -> JointResult:
        """The result: for the district and for those whose figures are in. Raises Problem 409 before the closing."""
        joint = await self.get(scope, id)
        figures = joint.figures
        if figures is None or joint.closed_at is None:
            raise NOT_CLOSED
        if scope.tenant != joint.tenant and scope.tenant not in joint.state.contributing:
            raise conflict("not-in-the-joint-result", "The joint result is for those whose figures are part of it.")
        return {
            "id": id,
            "as_of": rfc3339(joint.closed_at),
            "questionnaire": shown_version(joint.questionnaire),
            **figures,
        }

    async def questionnaire(self, joint: StoredJoint) -> Questionnaire:
        """The questionnaire version that all of them ask with."""
        return await self.questionnaires.parsed(joint.questionnaire.id, joint.questionnaire.version)

    async def change(
        self,
        scope: TenantScope,
        id: str,
        step: Step,
        request: IdempotencyKey,
        now: datetime,
        district_only: bool = False,
    ) -> tuple[JointResponse, bool]:
        """Change who takes part. `district_only`: only its district may."""
        return await self._execute(scope, id, ChangeMembers(step, scope.tenant), request, now, district_only)

    async def _execute(
        self,
        scope: TenantScope,
        id: str,
        command: JointCommand,
        request: IdempotencyKey,
        now: datetime,
        district_only: bool,
    ) -> tuple[Any, bool]:
        """Carry out a command in the district's name, after it is known that the caller's tenant may (`get`)."""
        joint = await self.get(scope, id, district_only)

        def decide(joint: StoredJoint) -> Decision[StoredJoint]:
            if joint.deleted_at:
                raise not_found("joint self-check")
            return command.decide(joint, now)

        try:
            result = await self.all.change(of_stored(joint), id, decide, now, request)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        if result is None:
            raise not_found("joint self-check")
        return result
