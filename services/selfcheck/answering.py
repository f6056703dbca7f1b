"""What a respondent does with their link: look, save bit by bit, hand in, hand on. Nothing of it passes through the assessment,
so people who answer at the same time don't wait for each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.aggregates import Change
from chassis.clock import rfc3339
from chassis.idempotency import Request
from chassis.ids import Secrets, new_id
from chassis.mongo import Document
from chassis.problems import FieldError, Problem, invalid, not_found
from chassis.tenancy import of_document
from contracts.selfcheck import RespondentSubmitted
from services.selfcheck.assessments import Assessments
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.sheet import Command, HandOn, Save, Sheet, Submit, Submitted, decide, evolve
from services.selfcheck.invitations import Invitations
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.refusals import flawed, refused
from services.selfcheck.schemas import AnswerSave, Delegation
from services.selfcheck.sheets import Sheets, hashed, state_of, stored
from services.selfcheck.store import Questionnaires

RESUME_CODE = re.compile(r"[a-z2-7]{26}")
"""As `new_resume_code` makes them: 128 bits, so that nobody can claim a sheet with a code that can be guessed."""


@dataclass(frozen=True)
class Answering:
    """The functions behind the routes and pages of respondents. Each raises Problem 404 for an unknown code, 403 without
    the right resume code once there is one, 409 after the reveal, 422 for answers that are not possible."""

    sheets: Sheets
    assessments: Assessments
    questionnaires: Questionnaires
    invitations: Invitations
    secrets: Secrets
    metrics: SelfcheckMetrics

    def new_resume_code(self) -> str:
        """A code that a browser may claim a sheet with; unclaimed, it means nothing."""
        return self.secrets.code("resume", new_id())

    async def tenant(self, code: str) -> str:
        """The municipality a link belongs to."""
        return str((await self._found(code))["tenant"])

    async def look(self, code: str, resume: str | None) -> dict[str, Any]:
        """The sheet with its answers and how far it is."""
        document = await self._claimed_by(code, resume)
        assessment = await self.assessments.document(of_document(document), document["assessment"])
        questionnaire = await self._questionnaire(document)
        colleagues = await self.sheets.handed_on_by(of_document(document), document["_id"])
        perspective = next(one for one in assessment["perspectives"] if one["id"] == document["perspective"])
        return shown(document, questionnaire) | {
            "tenant": document["tenant"],
            "assessment": {"id": assessment["_id"], "title": assessment["title"]},
            "perspective": perspective,
            "handed_on": [
                {"questions": colleague["asked"], "status": status_of(colleague), "answered": colleague["answered"]}
                for colleague in colleagues
            ],
        }

    async def save(self, code: str, body: AnswerSave, resume: str | None, now: datetime) -> dict[str, Any]:
        """Save what changed. The first save claims the sheet, with the browser's own code or a new one, and tells it."""
        if resume is not None and not RESUME_CODE.fullmatch(resume):
            raise invalid(
                FieldError("/X-Resume-Code", "A resume code has 26 characters; type it as it was shown to you.")
            )
        mine = resume or self.new_resume_code()
        notes = {question: "" if note is None else note for question, note in body.notes.items()}

        def change(document: Document, questionnaire: Questionnaire) -> tuple[Command, Callable[[Sheet], Any]]:
            command = Save(questionnaire, hashed(mine), body.answers, notes)
            first = document.get("resume_hash") is None
            return command, lambda state: {"resume_code": mine} if first else {}

        answer, _ = await self._execute(code, change, None, now)
        self.metrics.saved.inc()
        return answer

    async def submit(
        self, code: str, resume: str | None, request: Request, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Say "I am done"; (answer, replayed)."""
        done = await self._execute(code, lambda d, q: (Submit(hashed(resume or "")), lambda state: {}), request, now)
        self.metrics.submitted.inc(not done[1])
        return done

    async def hand_on(
        self, code: str, body: Delegation, resume: str | None, request: Request, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Hand questions on to a colleague, who is mailed a link for these alone; (answer, replayed).

        The colleague's sheet comes first: should the second write never happen, a repeat completes it, and meanwhile the
        questions are only asked twice.
        """
        document = await self._claimed_by(code, resume)
        command = HandOn(await self._questionnaire(document), tuple(body.questions), hashed(resume or ""))
        self._decide(document, command, now)
        scope = of_document(document)
        made, replayed = await self.invitations.hand_on(scope, document, body.questions, body.contact, request, now)
        await self._execute(code, lambda d, q: (command, lambda state: {}), None, now)
        return {"id": made["id"], "questions": body.questions, "status": "invited"}, replayed

    async def _execute(
        self,
        code: str,
        change: Callable[[Document, Questionnaire], tuple[Command, Callable[[Sheet], Any]]],
        request: Request | None,
        now: datetime,
    ) -> tuple[dict[str, Any], bool]:
        document = await self._found(code)
        questionnaire = await self._questionnaire(document)

        def decided(current: Document) -> Change:
            command, extra = change(current, questionnaire)
            events, state = self._decide(current, command, now)
            fields = stored(state)
            told = [
                RespondentSubmitted(
                    assessment_id=current["assessment"],
                    respondent_id=current["_id"],
                    perspective=current["perspective"],
                )
                for event in events
                if isinstance(event, Submitted)
            ]
            return Change(fields, events=told, answer=shown({**current, **fields}, questionnaire) | extra(state))

        done = await self.sheets.all.execute(of_document(document), document["_id"], decided, now, request)
        if done is None:
            raise not_found("answer sheet")
        return done

    def _decide(self, document: Document, command: Command, now: datetime) -> tuple[list[Any], Sheet]:
        state = state_of(document)
        try:
            events = decide(state, command, now, accepts_answers=not document["final"])
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        for event in events:
            state = evolve(state, event)
        return list(events), state

    async def _found(self, code: str) -> Document:
        document = await self.sheets.by_code(code)
        if document is None:
            raise not_found("answer sheet")
        return document

    async def _claimed_by(self, code: str, resume: str | None) -> Document:
        document = await self._found(code)
        if document.get("resume_hash") is not None and hashed(resume or "") != document["resume_hash"]:
            raise RESUME_NEEDED
        return document

    async def _questionnaire(self, document: Document) -> Questionnaire:
        version = document["questionnaire"]
        return await self.questionnaires.parsed(version["id"], version["version"])


RESUME_NEEDED = Problem(
    403, "resume-code-needed", "Somebody has begun to answer here",
    "Send the resume code that was shown at the first save, as X-Resume-Code.",
)  # fmt: skip


def status_of(document: Document) -> str:
    """invited, begun, submitted, or final once the answers are revealed."""
    if document["final"]:
        return "final"
    if document.get("submitted_at"):
        return "submitted"
    return "begun" if document.get("resume_hash") else "invited"


def shown(document: Document, questionnaire: Questionnaire) -> dict[str, Any]:
    """A sheet as its respondent sees it. `progress`: questions asked and answered, in all and by field."""
    state = state_of(document)
    asked = state.response(questionnaire).asked
    answers = {question: answer for question, answer in state.answers.items() if answer is not None}
    fields = {}
    for field in questionnaire.fields:
        # An answer to a question that was handed on counts all the same.
        own = {q.id for q in field.questions if asked is None or q.id in asked or q.id in answers}
        if own:
            fields[field.id] = {"asked": len(own), "answered": len(own & answers.keys())}
    return {
        "id": document["_id"],
        "status": status_of(document),
        "questionnaire": document["questionnaire"],
        "asked": None if asked is None else sorted(asked),
        "answers": answers,
        "notes": dict(state.notes),
        "progress": {
            "asked": sum(one["asked"] for one in fields.values()),
            "answered": sum(one["answered"] for one in fields.values()),
            "fields": fields,
        },
        "submitted_at": rfc3339(state.submitted_at) if state.submitted_at else None,
    }
