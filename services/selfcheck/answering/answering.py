"""Use cases of respondents: open the sheet, save answers one by one, submit. Nothing of it passes through the assessment, so people
who answer at the same time don't wait for each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from chassis.http.problems import FieldError, Problem, invalid, not_found
from chassis.ids import Secrets, new_id
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import of_stored
from contracts.selfcheck import RespondentSubmitted
from disclosure.scheme import Answer
from services.selfcheck.answering.documents import StoredSheet
from services.selfcheck.answering.repository import Sheets, hashed
from services.selfcheck.answering.saving import Saving
from services.selfcheck.answering.schemas import (
    AnswerConflict,
    EvidenceResponse,
    FieldProgress,
    SavedSheet,
    SheetResponse,
    WholeSheet,
)
from services.selfcheck.assessments.assessments import Assessments, moment, shown_own, shown_perspective, shown_version
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.evidence import Evidence
from services.selfcheck.domain.own_section import with_own_section
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.sheet import decide, evolve
from services.selfcheck.domain.sheet_model import Command, Contradicted, Event, Save, Submit, Submitted
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.problems import flawed, refused
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.schemas import AnswerSave

RESUME_CODE = re.compile(r"[a-z2-7]{26}")
"""As `new_resume_code` makes them: 128 bits, so that nobody can claim a sheet with a code that can be guessed."""

REMEMBERED = 20_000
"""Links whose questionnaire a process keeps in mind."""


@dataclass(frozen=True)
class Answering:
    """Use cases of respondents. Each raises Problem 404 for an unknown code, 403 without
    the right resume code once there is one, 409 after the reveal, 422 for answers that are not possible."""

    sheets: Sheets
    assessments: Assessments
    questionnaires: Questionnaires
    saving: Saving
    secrets: Secrets
    metrics: SelfcheckMetrics
    _by_code: dict[str, Questionnaire] = field(default_factory=dict)

    def new_resume_code(self) -> str:
        """A code that a browser may claim a sheet with; unclaimed, it means nothing."""
        return self.secrets.code("resume", new_id())

    async def tenant(self, code: str) -> str:
        """The municipality a link belongs to."""
        return (await self.get_by_code(code)).tenant

    async def assessment(self, code: str) -> StoredAssessment:
        """The self-check a link belongs to."""
        sheet = await self.get_by_code(code)
        return await self.assessments.get(of_stored(sheet), sheet.assessment)

    async def view(self, code: str, resume: str | None) -> WholeSheet:
        """The sheet with its answers and how far it is."""
        sheet = await self.get_claimed(code, resume)
        scope = of_stored(sheet)
        assessment = await self.assessments.get(scope, sheet.assessment)
        colleagues = await self.sheets.handed_on_by(scope, sheet.id)
        perspective = next(one for one in assessment.perspectives if one.id == sheet.perspective)
        voices = await self.sheets.voices(scope, sheet.assessment)
        numbers = voices.get(sheet.perspective, {"voices": 0, "by_link": 0})
        return {
            **to_response(sheet, await self.assessments.questionnaire_of(assessment)),
            "tenant": sheet.tenant,
            "assessment": {
                "id": assessment.id,
                "title": assessment.title,
                "minimum_group": assessment.minimum_group,
                "deadline": moment(assessment.deadline),
            },
            "own_section": shown_own(assessment.own_section),
            "perspective": {
                **shown_perspective(perspective),
                "voices": numbers["voices"],
                "by_link": numbers["by_link"],
            },
            "handed_on": [
                {"id": one.id, "questions": list(one.asked or ()), "status": one.status, "answered": one.answered}
                for one in colleagues
            ],
        }

    async def save(self, code: str, body: AnswerSave, resume: str | None, now: datetime) -> SavedSheet:
        """Save what changed. The first save claims the sheet, with the browser's own code or a new one, and tells it."""
        resume_code = self.choose_resume_code(resume)
        notes = {question: "" if note is None else note for question, note in body.notes.items()}
        questionnaire = await self.questionnaire_by_code(code)
        command = Save(questionnaire, hashed(resume_code), body.answers, notes, body.seen.answers, body.seen.notes)

        def decision(sheet: StoredSheet) -> tuple[StoredSheet, SavedSheet]:
            events, after = self.decide(sheet, command, now)
            conflicts: list[AnswerConflict] = [
                {"part": event.part, "question": event.question, "wanted": event.wanted, "there": event.there}
                for event in events
                if isinstance(event, Contradicted)
            ]
            response: SavedSheet = {**to_response(after, questionnaire), "conflicts": conflicts}  # type: ignore[typeddict-item]
            if sheet.resume_hash is None:
                response["resume_code"] = resume_code
            return after, response

        answer: SavedSheet = await self.saving.save(code, decision)
        self.metrics.saved.inc()
        return answer

    async def submit(
        self, code: str, resume: str | None, request: IdempotencyKey, now: datetime
    ) -> tuple[SheetResponse, bool]:
        """Say "I am done"; (answer, replayed)."""
        response, replayed = await self.execute(code, Submit(hashed(resume or "")), request, now)
        self.metrics.submitted.inc(not replayed)
        return response, replayed

    async def execute(
        self,
        code: str,
        command: Command,
        request: IdempotencyKey | None,
        now: datetime,
        answer: Callable[[SheetResponse], Any] = lambda sheet: sheet,
    ) -> tuple[Any, bool]:
        """Change a sheet; (`answer` of the sheet as its respondent sees it, replayed)."""
        linked_sheet = await self.get_by_code(code)
        questionnaire = await self.questionnaire(linked_sheet)

        def decision(sheet: StoredSheet) -> Decision[StoredSheet]:
            events, after = self.decide(sheet, command, now)
            outgoing = [
                RespondentSubmitted(
                    assessment_id=sheet.assessment, respondent_id=sheet.id, perspective=sheet.perspective
                )
                for event in events
                if isinstance(event, Submitted)
            ]
            return Decision(after, outgoing, answer(to_response(after, questionnaire)))

        result = await self.sheets.change(of_stored(linked_sheet), linked_sheet.id, decision, now, request)
        if result is None:
            raise not_found("answer sheet")
        return result

    def decide(self, sheet: StoredSheet, command: Command, now: datetime) -> tuple[Sequence[Event], StoredSheet]:
        """(what happens, the sheet after). Raises the domain's refusals as problems."""
        state = sheet.state
        try:
            events = decide(state, command, now, accepts_answers=not sheet.final)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        for event in events:
            state = evolve(state, event)
        return events, sheet.updated(state) if events else sheet

    def choose_resume_code(self, resume: str | None) -> str:
        """Choose the resume code to write with: the browser's own, or a new one. Raises Problem 422 for one that is no such code."""
        if resume is not None and not RESUME_CODE.fullmatch(resume):
            raise invalid(
                FieldError("/X-Resume-Code", "A resume code has 26 characters; type it as it was shown to you.")
            )
        return resume or self.new_resume_code()

    async def get_by_code(self, code: str) -> StoredSheet:
        """The sheet a link leads to. Raises Problem 404."""
        sheet = await self.sheets.by_code(code)
        if sheet is None:
            raise not_found("answer sheet")
        return sheet

    async def get_claimed(self, code: str, resume: str | None) -> StoredSheet:
        """Get the sheet for whoever has its resume code."""
        sheet = await self.get_by_code(code)
        if sheet.resume_hash is not None and hashed(resume or "") != sheet.resume_hash:
            raise RESUME_NEEDED
        return sheet

    async def questionnaire_by_code(self, code: str) -> Questionnaire:
        """The questionnaire of a link, cached, because it never changes: a save costs fewer look-ups, and so does a page."""
        key = hashed(code)
        if key not in self._by_code:
            if len(self._by_code) >= REMEMBERED:
                self._by_code.clear()
            self._by_code[key] = await self.questionnaire(await self.get_by_code(code))
        return self._by_code[key]

    async def questionnaire(self, sheet: StoredSheet) -> Questionnaire:
        """The questionnaire of a sheet: the version, and the municipality's own questions."""
        questionnaire = await self.questionnaires.parsed(sheet.questionnaire.id, sheet.questionnaire.version)
        assessment = await self.assessments.all.get(of_stored(sheet), sheet.assessment)
        return with_own_section(questionnaire, assessment.own_section if assessment else None)


RESUME_NEEDED = Problem(
    403,
    "resume-code-needed",
    "Somebody has begun to answer here",
    "Send the resume code that was shown at the first save, as X-Resume-Code.",
)


def to_response(sheet: StoredSheet, questionnaire: Questionnaire) -> SheetResponse:
    """Build the response that shows a respondent their sheet."""
    questions_here = sheet.state.questions_here(questionnaire)
    answers: dict[str, Answer] = {question: answer for question, answer in sheet.answers.items() if answer is not None}
    fields: dict[str, FieldProgress] = {}
    for area in questionnaire.fields:
        # An answer to a question that was handed on counts all the same.
        own_questions = {
            q.id for q in area.questions if questions_here is None or q.id in questions_here or q.id in answers
        }
        if own_questions:
            fields[area.id] = {"asked": len(own_questions), "answered": len(own_questions & answers.keys())}
    return {
        "id": sheet.id,
        "status": sheet.status,
        "claimed": sheet.resume_hash is not None,
        "questionnaire": shown_version(sheet.questionnaire),
        "asked": None if questions_here is None else sorted(questions_here),
        "answers": answers,
        "notes": sheet.notes,
        "evidence": [shown_evidence(one) for one in sheet.evidence],
        "progress": {
            "asked": sum(one["asked"] for one in fields.values()),
            "answered": sum(one["answered"] for one in fields.values()),
            "fields": fields,
        },
        "submitted_at": moment(sheet.submitted_at),
    }


def shown_evidence(evidence: Evidence) -> EvidenceResponse:
    return cast(EvidenceResponse, asdict(evidence))
