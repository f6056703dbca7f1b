"""Assessments as stored documents: one for each, with its phase, consensus and, once closed, its result.

The sheets of those who answer are documents of their own (`sheets`), so that nobody waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.envelope import Event
from contracts.selfcheck import AssessmentCreated, AssessmentDeadlineSet, Titled
from disclosure.scheme import Speaks
from services.selfcheck.domain.assessment import decide
from services.selfcheck.domain.assessment_model import Assessment, Consensus, Create, Perspective, Phase
from services.selfcheck.domain.deadline import Deadline, checked
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.problems import flawed, refused
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.schemas import NewAssessment

WITHOUT_RESULT = {"result": 0, "across": 0, "outbox": 0, "requests": 0}
ARCHIVED = conflict("assessment-archived", "This self-check is archived; it can be read and does not change any more.")


def state_of(document: Document) -> Assessment:
    """The domain's view of a stored assessment."""
    version = document["questionnaire"]
    return Assessment(
        document["_id"],
        (version["id"], version["version"]),
        document["title"],
        tuple(perspective_of(one) for one in document["perspectives"]),
        document["minimum_group"],
        Phase(document["phase"]),
        consensus={
            one["question"]: Consensus(one["level"], one["reason"], one["by"], one["at"], one["revision"])
            for one in document["consensus"]
        },
    )


def perspective_of(stored: Document) -> Perspective:
    """Perspectives that do not say in whose name they speak are from before that could be chosen: persons."""
    return Perspective(stored["id"], stored["title"], Speaks(stored.get("speaks", Speaks.PERSON)))


def deadline_fields(deadline: Deadline | None, now: datetime) -> Document:
    """What is stored of a deadline, with the moment when the assessment has to be looked at (`reminders`)."""
    if deadline is None:
        return {"deadline": None, "reminder_days": []}
    later = deadline.next_after(now)
    return {"deadline": deadline.at, "reminder_days": list(deadline.days)} | ({"due_at": later} if later else {})


def stored_consensus(consensus: Mapping[str, Consensus]) -> list[Document]:
    """A list, because question ids may hold dots, which mean something in paths of documents."""
    return [
        {
            "question": question,
            "level": one.level,
            "reason": one.reason,
            "by": one.by,
            "at": one.at,
            "revision": one.revision,
        }
        for question, one in consensus.items()
    ]


def shown(document: Document) -> dict[str, Any]:
    """An assessment as staff see it, without figures."""
    return {
        "id": document["_id"],
        "status": document["phase"],
        "questionnaire": document["questionnaire"],
        "title": document["title"],
        "perspectives": [{"speaks": Speaks.PERSON.value, **perspective} for perspective in document["perspectives"]],
        "minimum_group": document["minimum_group"],
        "repeats": document.get("repeats"),
        "joint": document.get("joint"),
        "deadline": rfc3339(document["deadline"]) if document.get("deadline") else None,
        "reminder_days": document.get("reminder_days") or [],
        "archived_at": rfc3339(document["archived_at"]) if document.get("archived_at") else None,
        "created_at": rfc3339(document["created_at"]),
        "revealed_at": rfc3339(document["revealed_at"]) if document.get("revealed_at") else None,
        "closed_at": rfc3339(document["closed_at"]) if document.get("closed_at") else None,
        "consensus": [
            {key: one[key] for key in ("question", "level", "reason", "revision")} | {"at": rfc3339(one["at"])}
            for one in document["consensus"]
        ],
    }


class Assessments:
    """Opened, found and listed; what the workshop does to them is in `workshop`."""

    def __init__(self, aggregates: Aggregates, questionnaires: Questionnaires) -> None:
        self.all = aggregates
        self._questionnaires = questionnaires

    async def ensure_indexes(self) -> None:
        room = IndexModel(
            [("room.hash", ASCENDING)],
            name="room_hash",
            unique=True,
            partialFilterExpression={"room.hash": {"$gt": ""}},
        )
        await self.all.ensure_indexes([IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"), room])

    async def open(
        self, scope: TenantScope, body: NewAssessment, request: IdempotencyKey, now: datetime, joint: str | None = None
    ) -> tuple[dict[str, Any], bool]:
        """Start a self-check; (answer, replayed). Raises Problem 404 for an unknown questionnaire, 422 for flaws.

        `joint`: the joint self-check that it is a part of."""
        questionnaire = await self._questionnaires.parsed(body.questionnaire.id, body.questionnaire.version)
        perspectives = tuple(Perspective(one.id, one.title, one.speaks) for one in body.perspectives)
        id = request.new_document_id()
        command = Create(id, questionnaire, body.title, perspectives, body.minimum_group)
        deadline = None
        try:
            decide(None, command, now)
            if body.deadline is not None:
                deadline = checked(body.deadline, body.reminder_days, now)
        except Invalid as error:
            raise flawed(error) from None
        if body.repeats is not None:
            await self._earlier(scope, body.repeats)
        fields: Document = {
            "questionnaire": body.questionnaire.model_dump(),
            "title": body.title,
            "perspectives": [
                {"id": one.id, "title": one.title, "speaks": one.speaks.value} for one in body.perspectives
            ],
            "minimum_group": body.minimum_group,
            "phase": Phase.OPEN.value,
            "consensus": [],
            "created_at": now,
            "repeats": body.repeats,
            "joint": joint,
            **deadline_fields(deadline, now),
        }
        answer = shown({"_id": id, **fields})
        event = AssessmentCreated(
            assessment_id=id,
            title=body.title,
            questionnaire_id=questionnaire.id,
            version=questionnaire.version,
            perspectives=tuple(Titled(id=one.id, title=one.title) for one in body.perspectives),
            institutions=tuple(one.id for one in body.perspectives if one.speaks is Speaks.INSTITUTION),
            minimum_group=body.minimum_group,
            repeats=body.repeats,
            joint_id=joint,
        )
        events: list[Event] = [event]
        if deadline is not None:
            events.append(AssessmentDeadlineSet(assessment_id=id, deadline=deadline.at))
        try:
            await self.all.create(scope, id, {**fields, "request": request.record(answer, now)}, events, now)
        except Exists as there:
            return request.replay_of_creation(there.document), True
        return answer, False

    async def document(self, scope: TenantScope, id: str, whole: bool = False) -> Document:
        """The stored assessment; `whole` includes the result. Raises Problem 404, also for one that was deleted."""
        found = await self.all.load(scope, id, None if whole else WITHOUT_RESULT)
        if found is None or found.get("deleted_at"):
            raise not_found("assessment")
        return found

    async def accepts_answers(self, scope: TenantScope, id: str) -> bool:
        """Whether people are still asked."""
        found = await self.all.load(scope, id, {"phase": 1, "deleted_at": 1})
        return found is not None and not found.get("deleted_at") and Phase(found["phase"]) is Phase.OPEN

    async def _earlier(self, scope: TenantScope, id: str) -> None:
        """There is the assessment that a new wave repeats. Raises Problem 422."""
        found = await self.all.load(scope, id, {"deleted_at": 1})
        if found is None or found.get("deleted_at"):
            raise invalid(FieldError("/repeats", "There is no such assessment; leave it out for a first one."))

    async def questionnaire(self, document: Document) -> Questionnaire:
        """The version an assessment was made with."""
        version = document["questionnaire"]
        return await self._questionnaires.parsed(version["id"], version["version"])

    async def listed(
        self, scope: TenantScope, limit: int, after: str | None, archived: bool = False
    ) -> list[dict[str, Any]]:
        """In the order of their ids (time of creation, unless an idempotency key chose the id); the archived ones apart."""
        condition = scope.filter(
            deleted_at=None,
            archived_at={"$ne": None} if archived else None,
            **({"_id": {"$gt": after}} if after else {}),
        )
        found = await self.all.collection.find(condition, WITHOUT_RESULT).sort("_id", 1).limit(limit).to_list(None)
        return [shown(document) for document in found]

    async def execute(
        self, scope: TenantScope, id: str, decide: Callable[[Document], Change], request: IdempotencyKey, now: datetime
    ) -> tuple[Any, bool]:
        """Change one; (answer, replayed). The domain's refusals become problems. One that is archived does not change."""

        def present(document: Document) -> Change:
            if document.get("deleted_at"):
                raise not_found("assessment")
            if document.get("archived_at"):
                raise ARCHIVED
            return decide(document)

        try:
            done = await self.all.execute(scope, id, present, now, request)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        if done is None:
            raise not_found("assessment")
        return done
