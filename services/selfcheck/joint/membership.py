"""What a member does with a joint self-check it is asked for: agree and begin its own self-check, decline, leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.http.problems import conflict
from chassis.ids import Secrets
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.errors import Refused
from services.selfcheck.domain.joint import Joint, Stance, accept, decline
from services.selfcheck.joint.documents import shown, state_of
from services.selfcheck.joint.joint_assessments import JointAssessments
from services.selfcheck.joint.schemas import NewJoint
from services.selfcheck.problems import refused
from services.selfcheck.schemas import NewAssessment


@dataclass(frozen=True)
class JointMembership:
    """Each raises Problem 404 where the caller's municipality is not asked, 409 where it is not possible now."""

    joints: JointAssessments
    assessments: Assessments
    secrets: Secrets

    async def open(
        self, scope: TenantScope, body: NewJoint, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """A district asks its members; if it takes part itself, it has agreed by saying so. (answer, replayed)"""
        answer, replayed = await self.joints.open(scope, body, request, now)
        current = shown(await self.joints.document(scope, answer["id"]), scope.tenant)
        if body.takes_part and asks(current, scope.tenant):
            answer, _ = await self.accept(scope, answer["id"], IdempotencyKey(None, ""), now)
        return answer, replayed

    async def accept(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Agree, and begin a self-check of one's own; (answer, replayed).

        The self-check is written first, under an id that follows from both: whoever repeats this after a crash completes it.
        """
        document = await self.joints.document(scope, id)
        belonging = {*await self.joints.memberships.of(of_document(document), now), document["tenant"]}
        own = self.secrets.derived_id("joint", f"{id}\0{scope.tenant}")

        def agreed(joint: Joint) -> Joint:
            return accept(joint, scope.tenant, belonging, own)

        try:
            agreed(state_of(document))
        except Refused as error:
            raise refused(error) from None
        await self._begin(scope, document, own, now)
        return await self.joints.change(scope, id, agreed, request, now)

    async def decline(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Say no, or leave; one's own self-check stays as it is, for oneself alone. (answer, replayed)"""
        return await self.joints.change(scope, id, lambda joint: decline(joint, scope.tenant), request, now)

    async def _begin(self, scope: TenantScope, joint: Document, own: str, now: datetime) -> None:
        there = await self.assessments.all.load(scope, own, {"deleted_at": 1})
        if there is None:
            await self.assessments.open(
                scope, await self._as_asked(scope, joint, now), IdempotencyKey(own, ""), now, joint["_id"]
            )
            return
        if there.get("deleted_at"):
            raise conflict("assessment-deleted", "The self-check for this was deleted; the district may ask you anew.")

        def again(document: Document) -> Change | None:
            # Whoever comes back goes on with what they began; a result that stands already is put in by the worker.
            return None if document.get("joint") else Change({"joint": joint["_id"]})

        await self.assessments.all.execute(scope, own, again, now)

    async def _as_asked(self, scope: TenantScope, joint: Document, now: datetime) -> NewAssessment:
        """The district's words, and the members' common deadline unless it has passed."""
        deadline = joint["deadline"]
        return NewAssessment.model_validate(
            {
                **{
                    key: joint[key]
                    for key in ("questionnaire", "title", "perspectives", "minimum_group", "reminder_days")
                },
                "deadline": deadline if deadline and deadline > now else None,
                "repeats": await self._earlier(scope, joint["repeats"]),
            }
        )

    async def _earlier(self, scope: TenantScope, id: str | None) -> str | None:
        """What this member began with the joint self-check that this one repeats, if it is still there."""
        if id is None:
            return None
        own = self.secrets.derived_id("joint", f"{id}\0{scope.tenant}")
        found = await self.assessments.all.load(scope, own, {"deleted_at": 1})
        return own if found is not None and not found.get("deleted_at") else None


def asks(joint: dict[str, Any], tenant: str) -> bool:
    """Whether a joint self-check, as it is shown, waits for this municipality's answer."""
    own = next((one for one in joint["members"] if one["municipality"] == tenant), None)
    return joint["status"] == "open" and own is not None and own["stance"] == Stance.ASKED.value
