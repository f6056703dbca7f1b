"""Joint self-checks as stored documents: one for each, of the district. Members reach it through their own entry in it.

Nothing of a member stands here but what it agreed to give: its own self-check is a document of its own tenant, begun when
it agrees (`JointMembership`) and brought in line with this one by the worker (`JointSync`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.selfcheck import JointDeleted, JointOpened, Titled
from disclosure.scheme import Speaks
from services.selfcheck.domain.assessment import decide as assessment_decide
from services.selfcheck.domain.assessment_model import Create, Perspective
from services.selfcheck.domain.deadline import checked
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.joint import Joint, Stance, ask, close, take_back
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.joint.district_members import DistrictMembers
from services.selfcheck.joint.documents import closing_event, moved, result_of, shown, state_of, stored
from services.selfcheck.joint.schemas import MoreMembers, NewJoint
from services.selfcheck.problems import flawed, refused
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.schemas import NewDeadline

NOT_CLOSED = conflict("joint-not-closed", "Figures are shown once the district has closed the joint self-check.")
_KEPT = {"_id", "tenant", "version", "seq", "outbox", "pending", "requests", "members", "created_at"}
WITHOUT_BOOKKEEPING = {"outbox": 0, "requests": 0, "request": 0}


@dataclass(frozen=True)
class JointAssessments:
    """What the district does. Each raises Problem 404 where the caller's tenant is neither the district nor asked."""

    all: Aggregates
    questionnaires: Questionnaires
    memberships: DistrictMembers

    async def ensure_indexes(self) -> None:
        await self.all.ensure_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"),
                IndexModel([("members.tenant", ASCENDING), ("_id", ASCENDING)], name="member"),
            ]
        )
        await self.memberships.ensure_indexes()

    async def open(
        self, scope: TenantScope, body: NewJoint, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Ask members for a joint self-check; (answer, replayed)."""
        questionnaire = await self.questionnaires.parsed(body.questionnaire.id, body.questionnaire.version)
        if body.repeats is not None:
            await self.document(scope, body.repeats)
        id = request.new_document_id()
        views = tuple(Perspective(one.id, one.title, one.speaks) for one in body.perspectives)
        try:
            assessment_decide(None, Create(id, questionnaire, body.title, views, body.minimum_group), now)
            if body.deadline is not None:
                checked(body.deadline, body.reminder_days, now)
            joint = ask(Joint(), self._asked(scope, body), {*await self.memberships.of(scope, now), scope.tenant})
        except Invalid as error:
            raise flawed(error) from None
        if not joint.members:
            raise conflict("no-members", "Choose at least one member of the district.")
        fields: Document = {
            "questionnaire": body.questionnaire.model_dump(),
            "title": body.title,
            "minimum_group": body.minimum_group,
            "perspectives": [{"id": one.id, "title": one.title, "speaks": one.speaks.value} for one in views],
            "deadline": body.deadline,
            "reminder_days": body.reminder_days,
            "repeats": body.repeats,
            "created_at": now,
            "closed_at": None,
            "result": None,
        }
        fields["members"] = stored(joint, fields, now)
        answer = shown({"_id": id, "tenant": scope.tenant, **fields}, scope.tenant)
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
        try:
            await self.all.create(scope, id, {**fields, "request": request.record(answer, now)}, [event], now)
        except Exists as there:
            return request.replay_of_creation(there.document), True
        return answer, False

    async def document(self, scope: TenantScope, id: str, own: bool = False) -> Document:
        """The stored one, for its district (`own`: for it alone) and for whoever is asked. Raises Problem 404."""
        whose = scope.filter() if own else _visible_to(scope)
        found = await self.all.collection.find_one({"_id": id, "deleted_at": None, **whose}, WITHOUT_BOOKKEEPING)
        if found is None:
            raise not_found("joint self-check")
        return found

    async def listed(self, scope: TenantScope) -> list[dict[str, Any]]:
        """Of this district, and those that this municipality is asked for; the newest first."""
        mine = {"deleted_at": None, **_visible_to(scope)}
        found = await self.all.collection.find(mine, WITHOUT_BOOKKEEPING | {"result": 0}).to_list(None)
        return [shown(one, scope.tenant) for one in sorted(found, key=lambda one: one["created_at"], reverse=True)]

    async def ask_more(
        self, scope: TenantScope, id: str, body: MoreMembers, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Ask further members; (answer, replayed)."""
        belonging = {*await self.memberships.of(scope, now), scope.tenant}
        return await self.change(scope, id, lambda joint: ask(joint, body.members, belonging), request, now, own=True)

    async def take_back(self, scope: TenantScope, id: str, tenant: str, request: IdempotencyKey, now: datetime) -> None:
        """Do not ask a member any more."""
        await self.change(scope, id, lambda joint: take_back(joint, tenant), request, now, own=True)

    async def set_deadline(
        self, scope: TenantScope, id: str, body: NewDeadline, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """The common deadline; the members' own ones follow."""
        try:
            if body.deadline is not None:
                checked(body.deadline, body.reminder_days, now)
        except Invalid as error:
            raise flawed(error) from None

        def decide(document: Document) -> Change:
            if document["closed_at"]:
                raise conflict("joint-closed", "The joint result stands; a deadline has no meaning any more.")
            fields = {"deadline": body.deadline, "reminder_days": body.reminder_days}
            return Change({**fields, "due_at": now}, answer=shown({**document, **fields}, scope.tenant))

        return await self.execute(scope, id, decide, request, now, own=True)

    async def close(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """The joint result stands from now on, of those whose figures are in; (answer, replayed)."""
        questionnaire = await self.questionnaire(await self.document(scope, id, own=True))

        def decide(document: Document) -> Change:
            result = result_of(close(state_of(document)), questionnaire.rules.decimals)
            fields = {"closed_at": now, "result": result}
            answer = shown({**document, **fields}, scope.tenant)
            return Change({**fields, "due_at": now}, events=[closing_event(id, result)], answer=answer)

        return await self.execute(scope, id, decide, request, now, own=True)

    async def delete(self, scope: TenantScope, id: str, now: datetime) -> None:
        """Forget it with its figures; the members' own self-checks stay with them. Repeating it changes nothing."""

        def decide(document: Document) -> Change | None:
            if document.get("deleted_at"):
                return None
            members = [{**one, "stance": Stance.TAKEN_BACK.value, "figures": None} for one in document["members"]]
            gone = [key for key in document if key not in _KEPT | {"due_at"}]
            return Change({"members": members, "deleted_at": now, "due_at": now}, gone, [JointDeleted(joint_id=id)])

        if await self.all.execute(scope, id, decide, now) is None:
            raise not_found("joint self-check")

    async def result(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """For the district and for those whose figures are in. Raises Problem 409 before the closing."""
        document = await self.document(scope, id)
        if document["result"] is None:
            raise NOT_CLOSED
        if scope.tenant != document["tenant"] and scope.tenant not in state_of(document).contributing:
            raise conflict("not-in-the-joint-result", "The joint result is for those whose figures are part of it.")
        result: dict[str, Any] = document["result"]
        return {"id": id, "as_of": rfc3339(document["closed_at"]), "questionnaire": document["questionnaire"], **result}

    async def questionnaire(self, document: Document) -> Questionnaire:
        """The version that all of them ask with."""
        version = document["questionnaire"]
        return await self.questionnaires.parsed(version["id"], version["version"])

    async def change(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[Joint], Joint],
        request: IdempotencyKey,
        now: datetime,
        own: bool = False,
    ) -> tuple[dict[str, Any], bool]:
        """Change who takes part; the worker brings the members' self-checks in line. `own`: only its district may."""

        def changed(document: Document) -> Change:
            before = state_of(document)
            after = decide(before)
            if after is before:
                return Change(answer=shown(document, scope.tenant))
            fields: Document = {"members": stored(after, document, now), "due_at": now}
            events = moved(document, before, after)
            return Change(fields, events=events, answer=shown({**document, **fields}, scope.tenant))

        return await self.execute(scope, id, changed, request, now, own)

    async def execute(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[Document], Change],
        request: IdempotencyKey,
        now: datetime,
        own: bool,
    ) -> tuple[Any, bool]:
        """Written in the district's name, after it is known that the caller's tenant may (`document`)."""
        found = await self.document(scope, id, own)

        def present(document: Document) -> Change:
            if document.get("deleted_at"):
                raise not_found("joint self-check")
            return decide(document)

        try:
            done = await self.all.execute(of_document(found), id, present, now, request)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        if done is None:
            raise not_found("joint self-check")
        return done

    def _asked(self, scope: TenantScope, body: NewJoint) -> list[str]:
        return [*body.members, *([scope.tenant] if body.takes_part else [])]


def _visible_to(scope: TenantScope) -> Document:
    """A filter for what a tenant may see: its own, and where it is asked."""
    asked = {"members": {"$elemMatch": {"tenant": scope.tenant, "stance": {"$ne": Stance.TAKEN_BACK.value}}}}
    return {"$or": [scope.filter(), asked]}
