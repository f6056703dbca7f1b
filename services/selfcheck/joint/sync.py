"""Keeps a joint self-check and its members' own ones in line, in the background. Every step may be repeated.

A member's figures come in when it has closed its self-check and go when it deletes it; its deadline follows the common one;
who does not take part any more is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.clock import Clock
from chassis.http.problems import Problem
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.lifecycle import Lifecycle
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.joint import Joint, Stance, forget, put_in
from services.selfcheck.joint.documents import closing_event, moved, result_of, state_of, stored
from services.selfcheck.joint.joint_assessments import JointAssessments
from services.selfcheck.schemas import NewDeadline
from services.selfcheck.workshop.workshop import Workshop


@dataclass(frozen=True)
class JointSync:
    """Carried out where a joint self-check, or a member's own one, is due; the former after every change of who takes part."""

    joints: JointAssessments
    assessments: Assessments
    lifecycle: Lifecycle
    workshop: Workshop
    clock: Clock

    async def of_assessment(self, assessment: Document) -> None:
        """Put in what may be shown of a closed self-check beyond its municipality; take out what was deleted."""
        if not assessment.get("joint"):
            return
        scope = of_document(assessment)
        try:
            joint = await self.joints.document(scope, assessment["joint"])
        except Problem:
            return  # deleted, or this member is not asked any more
        if assessment.get("deleted_at"):
            await self._move(joint, lambda state: forget(state, scope.tenant))
        elif Phase(assessment["phase"]) is Phase.CLOSED:
            across = assessment.get("across")
            if across is not None:  # a result of an earlier rule has none, and is not computed anew
                await self._move(joint, lambda state: put_in(state, scope.tenant, assessment["_id"], across))

    async def of_joint(self, joint: Document) -> None:
        """The members' own self-checks follow: the common deadline, or being let go."""
        now, over = self.clock.now(), joint.get("deleted_at") or joint.get("closed_at")
        for member in joint["members"]:
            if member["assessment"] is None:
                continue
            if Stance(member["stance"]) is not Stance.ACCEPTED or (over and member["figures"] is None):
                await self._let_go(member, joint["_id"], now)
            elif not over:
                await self._follow(member, joint, now)

        def done(current: Document) -> Change | None:
            return Change(unset=["due_at"]) if current["version"] == joint["version"] else None

        await self.joints.all.execute(of_document(joint), joint["_id"], done, now)

    async def leave(self, departure: Document) -> None:
        """A municipality leaves the platform: as a member it is forgotten, as a district it lets its members go."""
        scope, now = of_document(departure), self.clock.now()
        theirs = await self.joints.all.collection.find({"members.tenant": scope.tenant}).to_list(None)
        for joint in theirs:
            if joint["tenant"] != scope.tenant:
                await self._move(joint, lambda state: forget(state, scope.tenant))
        for joint in await self.joints.all.collection.find(scope.filter()).to_list(None):
            for member in joint["members"]:
                if member["assessment"] is not None and member["tenant"] != scope.tenant:
                    await self._let_go(member, joint["_id"], now)

    async def _move(self, joint: Document, decide: Callable[[Joint], Joint]) -> None:
        """Change the members; a result that stands is made anew without whoever went."""
        id, now = joint["_id"], self.clock.now()
        questionnaire = await self.joints.questionnaire(joint) if not joint.get("deleted_at") else None

        def change(current: Document) -> Change | None:
            if current.get("deleted_at") or questionnaire is None:
                return None
            before = state_of(current)
            after = decide(before)
            if after is before:
                return None
            fields: Document = {"members": stored(after, current, now)}
            events = moved(current, before, after)
            if after.closed:
                fields["result"] = result_of(after, questionnaire.rules.decimals)
                events.append(closing_event(id, fields["result"]))
            return Change(fields, events=events)

        await self.joints.all.execute(of_document(joint), id, change, now)

    async def _let_go(self, member: Document, joint: str, now: datetime) -> None:
        def free(assessment: Document) -> Change | None:
            return Change({"joint": None}) if assessment.get("joint") == joint else None

        await self.assessments.all.execute(of_document(member), member["assessment"], free, now)

    async def _follow(self, member: Document, joint: Document, now: datetime) -> None:
        """Figures that stood before the member agreed (again) come in; a self-check that is open gets the common deadline."""
        scope, wanted = of_document(member), joint["deadline"]
        own = await self.assessments.all.load(scope, member["assessment"])
        if own is None or own.get("deleted_at"):
            return
        if Phase(own["phase"]) is Phase.CLOSED and member["figures"] is None:
            await self.of_assessment(own)
        if Phase(own["phase"]) is not Phase.OPEN or (wanted is not None and wanted <= now):
            return
        if (own["deadline"], own["reminder_days"]) == (wanted, joint["reminder_days"] if wanted else []):
            return
        body = NewDeadline(deadline=wanted, reminder_days=joint["reminder_days"])
        await self.lifecycle.set_deadline(scope, member["assessment"], body, IdempotencyKey(None, ""), now, common=True)
