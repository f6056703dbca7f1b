"""Assessments: opened, found, listed and changed. What the workshop does to them is in `workshop`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.envelope import Event
from contracts.selfcheck import AssessmentCreated, AssessmentDeadlineSet, Titled
from disclosure.scheme import Speaks
from services.selfcheck.assessments.documents import StoredAssessment, Version
from services.selfcheck.assessments.repository import AssessmentRepository
from services.selfcheck.assessments.schemas import (
    AssessmentResponse,
    OwnSectionResponse,
    PerspectiveResponse,
    VersionResponse,
)
from services.selfcheck.domain.assessment import decide
from services.selfcheck.domain.assessment_model import Create, Perspective, Phase
from services.selfcheck.domain.deadline import checked
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.own_section import OwnSection, with_own_section
from services.selfcheck.domain.own_section import checked as checked_own
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.problems import flawed, refused
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.schemas import NewAssessment, NewOwnSection

ARCHIVED = conflict("assessment-archived", "This self-check is archived; it can be read and does not change any more.")


class AssessmentCommand(Protocol):
    """A command on an assessment: decided on its document alone, so it may be decided again after a conflict."""

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment] | None:
        """Decide the command: the document afterwards with its events and the caller's answer; None changes nothing.

        Raises:
            Invalid, Refused, Problem: it is not possible.
        """


@dataclass(frozen=True)
class Assessments:
    """Use cases on assessments. Each raises Problem 404 where there is no such assessment, or it was deleted."""

    all: AssessmentRepository
    questionnaires: Questionnaires

    async def open(
        self, scope: TenantScope, body: NewAssessment, request: IdempotencyKey, now: datetime, joint: str | None = None
    ) -> tuple[AssessmentResponse, bool]:
        """Start a self-check; (answer, replayed). Raises Problem 404 for an unknown questionnaire, 422 for flaws.

        `joint`: the joint self-check that it is a part of."""
        questionnaire = await self.questionnaires.parsed(body.questionnaire.id, body.questionnaire.version)
        perspectives = tuple(Perspective(one.id, one.title, one.speaks) for one in body.perspectives)
        id = request.new_document_id()
        deadline = None
        try:
            own_section = None if body.own_section is None else own_section_of(body.own_section, questionnaire)
            decide(None, Create(id, questionnaire, body.title, perspectives, body.minimum_group), now)
            if body.deadline is not None:
                deadline = checked(body.deadline, body.reminder_days, now)
        except Invalid as error:
            raise flawed(error) from None
        if body.repeats is not None and not await self.existing(scope, {body.repeats}):
            raise invalid(FieldError("/repeats", "There is no such assessment; leave it out for a first one."))
        assessment = StoredAssessment(
            id=id,
            tenant=scope.tenant,
            questionnaire=Version(id=questionnaire.id, version=questionnaire.version),
            title=body.title,
            perspectives=perspectives,
            minimum_group=body.minimum_group,
            phase=Phase.OPEN,
            created_at=now,
            repeats=body.repeats,
            own_section=own_section,
            joint=joint,
        ).with_deadline(deadline, now)
        created = AssessmentCreated(
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
        events: list[Event] = [created]
        if deadline is not None:
            events.append(AssessmentDeadlineSet(assessment_id=id, deadline=deadline.at))
        return await self.all.add_once(scope, assessment, events, to_response(assessment), request, now)

    async def get(self, scope: TenantScope, id: str) -> StoredAssessment:
        """An assessment without its figures."""
        return _existing(await self.all.get(scope, id))

    async def get_with_figures(self, scope: TenantScope, id: str) -> StoredAssessment:
        """An assessment with its figures."""
        return _existing(await self.all.get_with_figures(scope, id))

    async def accepts_answers(self, scope: TenantScope, id: str) -> bool:
        """Whether people are still asked."""
        assessment = await self.all.get(scope, id)
        return assessment is not None and not assessment.deleted_at and assessment.phase is Phase.OPEN

    async def existing(self, scope: TenantScope, ids: Collection[str]) -> set[str]:
        """The ids among these that were not deleted."""
        return await self.all.existing(scope, ids)

    async def questionnaire(self, assessment: StoredAssessment) -> Questionnaire:
        """The questionnaire version an assessment was made with."""
        return await self.questionnaires.parsed(assessment.questionnaire.id, assessment.questionnaire.version)

    async def questionnaire_of(self, assessment: StoredAssessment) -> Questionnaire:
        """The questionnaire that people are asked and talk about: the version with the municipality's own questions. Never for figures."""
        return with_own_section(await self.questionnaire(assessment), assessment.own_section)

    async def list_page(
        self, scope: TenantScope, limit: int, after: str | None, archived: bool = False
    ) -> list[AssessmentResponse]:
        """A page of assessments in the order of their ids (time of creation, unless an idempotency key chose the id); the archived ones apart."""
        return [to_response(one) for one in await self.all.list_page(scope, limit, after, archived)]

    async def execute(
        self, scope: TenantScope, id: str, command: AssessmentCommand, request: IdempotencyKey | None, now: datetime
    ) -> tuple[Any, bool]:
        """Carry out a command on an assessment; (answer, replayed). The domain's refusals become problems. One that is archived does not change."""

        def decide(assessment: StoredAssessment) -> Decision[StoredAssessment] | None:
            if assessment.archived_at and not assessment.deleted_at:
                raise ARCHIVED
            return command.decide(_existing(assessment), now)

        try:
            result = await self.all.change(scope, id, decide, now, request)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        if result is None:
            raise not_found("assessment")
        return result


def to_response(assessment: StoredAssessment) -> AssessmentResponse:
    """An assessment as staff see it, without figures."""
    return {
        "id": assessment.id,
        "status": assessment.phase.value,
        "questionnaire": shown_version(assessment.questionnaire),
        "title": assessment.title,
        "perspectives": [shown_perspective(one) for one in assessment.perspectives],
        "minimum_group": assessment.minimum_group,
        "repeats": assessment.repeats,
        "joint": assessment.joint,
        "deadline": moment(assessment.deadline),
        "reminder_days": list(assessment.reminder_days),
        "archived_at": moment(assessment.archived_at),
        "created_at": rfc3339(assessment.created_at),
        "revealed_at": moment(assessment.revealed_at),
        "closed_at": moment(assessment.closed_at),
        "consensus": [
            {
                "question": one.question,
                "level": one.level,
                "reason": one.reason,
                "revision": one.revision,
                "at": rfc3339(one.at),
            }
            for one in assessment.consensus
        ],
        "own_section": shown_own(assessment.own_section),
    }


def shown_own(own: OwnSection | None) -> OwnSectionResponse | None:
    if own is None:
        return None
    questions = zip(own.ids, own.questions, strict=True)
    return {"title": own.title, "questions": [{"id": id, "text": text} for id, text in questions]}


def own_section_of(body: NewOwnSection, questionnaire: Questionnaire) -> OwnSection:
    """Raises `Invalid` where this questionnaire cannot be asked with one."""
    return checked_own(OwnSection(body.title, tuple(body.questions)), questionnaire)


def shown_version(version: Version) -> VersionResponse:
    return {"id": version.id, "version": version.version}


def shown_perspective(perspective: Perspective) -> PerspectiveResponse:
    return {"id": perspective.id, "title": perspective.title, "speaks": perspective.speaks.value}


def moment(at: datetime | None) -> str | None:
    """A moment as the API writes it, None as null."""
    return rfc3339(at) if at else None


def _existing(assessment: StoredAssessment | None) -> StoredAssessment:
    if assessment is None or assessment.deleted_at:
        raise not_found("assessment")
    return assessment
