"""What a respondent does with their link: look, save bit by bit, hand in. Nothing of it passes through the assessment,
so people who answer at the same time don't wait for each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, Problem, invalid, not_found
from chassis.ids import Secrets, new_id
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from contracts.selfcheck import RespondentSubmitted
from disclosure.scheme import Speaks
from services.selfcheck.answering.repository import Sheets, hashed, state_of, stored
from services.selfcheck.answering.saving import Saving
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.sheet import Command, Contradicted, Event, Save, Sheet, Submit, Submitted, decide, evolve
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
    """The functions behind the routes and pages of respondents. Each raises Problem 404 for an unknown code, 403 without
    the right resume code once there is one, 409 after the reveal, 422 for answers that are not possible."""

    sheets: Sheets
    assessments: Assessments
    questionnaires: Questionnaires
    saving: Saving
    secrets: Secrets
    metrics: SelfcheckMetrics
    _known: dict[str, Questionnaire] = field(default_factory=dict)

    def new_resume_code(self) -> str:
        """A code that a browser may claim a sheet with; unclaimed, it means nothing."""
        return self.secrets.code("resume", new_id())

    async def tenant(self, code: str) -> str:
        """The municipality a link belongs to."""
        return str((await self.found(code))["tenant"])

    async def look(self, code: str, resume: str | None) -> dict[str, Any]:
        """The sheet with its answers and how far it is."""
        document = await self.claimed_by(code, resume)
        assessment = await self.assessments.document(of_document(document), document["assessment"])
        questionnaire = await self.questionnaire(document)
        colleagues = await self.sheets.handed_on_by(of_document(document), document["_id"])
        perspective = next(one for one in assessment["perspectives"] if one["id"] == document["perspective"])
        voices = await self.sheets.voices(of_document(document), document["assessment"])
        numbers = voices.get(document["perspective"], {"voices": 0, "by_link": 0})
        return shown(document, questionnaire) | {
            "tenant": document["tenant"],
            "assessment": {
                "id": assessment["_id"],
                "title": assessment["title"],
                "minimum_group": assessment["minimum_group"],
                "deadline": rfc3339(assessment["deadline"]) if assessment.get("deadline") else None,
            },
            "perspective": {
                "speaks": Speaks.PERSON.value,
                **perspective,
                "voices": numbers["voices"],
                "by_link": numbers["by_link"],
            },
            "handed_on": [
                {"id": one["_id"], "questions": one["asked"], "status": status_of(one), "answered": one["answered"]}
                for one in colleagues
            ],
        }

    async def save(self, code: str, body: AnswerSave, resume: str | None, now: datetime) -> dict[str, Any]:
        """Save what changed. The first save claims the sheet, with the browser's own code or a new one, and tells it.

        The answer's `conflicts` lists what another device changed meanwhile and this save therefore did not:
        `{part: answers | notes, question, wanted, there}`.
        """
        mine = self.claiming(resume)
        notes = {question: "" if note is None else note for question, note in body.notes.items()}
        questionnaire = await self._asked_by(code)

        def decided(current: Document) -> tuple[Document, dict[str, Any]]:
            command = Save(questionnaire, hashed(mine), body.answers, notes, body.seen.answers, body.seen.notes)
            events, before, after = self.decide(current, command, now)
            fields = stored(before, after)
            conflicts = [
                {"part": event.part, "question": event.question, "wanted": event.wanted, "there": event.there}
                for event in events
                if isinstance(event, Contradicted)
            ]
            first = {"resume_code": mine} if current.get("resume_hash") is None else {}
            return fields, shown({**current, **fields}, questionnaire) | first | {"conflicts": conflicts}

        answer: dict[str, Any] = await self.saving.save(code, decided)
        self.metrics.saved.inc()
        return answer

    async def submit(
        self, code: str, resume: str | None, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Say "I am done"; (answer, replayed)."""
        done = await self.execute(code, Submit(hashed(resume or "")), request, now)
        self.metrics.submitted.inc(not done[1])
        return done

    async def execute(
        self,
        code: str,
        command: Command,
        request: IdempotencyKey | None,
        now: datetime,
        answer: Callable[[dict[str, Any]], Any] = lambda sheet: sheet,
    ) -> tuple[Any, bool]:
        """Change a sheet; (`answer` of the sheet as its respondent sees it, replayed)."""
        document = await self.found(code)
        questionnaire = await self.questionnaire(document)

        def decided(current: Document) -> Change:
            events, before, after = self.decide(current, command, now)
            fields = stored(before, after)
            told = [
                RespondentSubmitted(
                    assessment_id=current["assessment"],
                    respondent_id=current["_id"],
                    perspective=current["perspective"],
                )
                for event in events
                if isinstance(event, Submitted)
            ]
            return Change(fields, events=told, answer=answer(shown({**current, **fields}, questionnaire)))

        done = await self.sheets.all.execute(of_document(document), document["_id"], decided, now, request)
        if done is None:
            raise not_found("answer sheet")
        return done

    def decide(self, document: Document, command: Command, now: datetime) -> tuple[Sequence[Event], Sheet, Sheet]:
        """(what happens, the sheet before, the sheet after). Raises the domain's refusals as problems."""
        before = after = state_of(document)
        try:
            events = decide(before, command, now, accepts_answers=not document["final"])
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        for event in events:
            after = evolve(after, event)
        return events, before, after

    def claiming(self, resume: str | None) -> str:
        """The resume code to write with: the browser's own, or a new one. Raises Problem 422 for one that is no such code."""
        if resume is not None and not RESUME_CODE.fullmatch(resume):
            raise invalid(
                FieldError("/X-Resume-Code", "A resume code has 26 characters; type it as it was shown to you.")
            )
        return resume or self.new_resume_code()

    async def found(self, code: str) -> Document:
        """The sheet a link leads to. Raises Problem 404."""
        document = await self.sheets.by_code(code)
        if document is None:
            raise not_found("answer sheet")
        return document

    async def claimed_by(self, code: str, resume: str | None) -> Document:
        """The sheet, for whoever may read it."""
        document = await self.found(code)
        if document.get("resume_hash") is not None and hashed(resume or "") != document["resume_hash"]:
            raise RESUME_NEEDED
        return document

    async def _asked_by(self, code: str) -> Questionnaire:
        """The version behind a link, kept, because it never changes: a save costs one look-up less."""
        key = hashed(code)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = await self.questionnaire(await self.found(code))
        return self._known[key]

    async def questionnaire(self, document: Document) -> Questionnaire:
        """The version a sheet is about."""
        version = document["questionnaire"]
        return await self.questionnaires.parsed(version["id"], version["version"])


RESUME_NEEDED = Problem(
    403,
    "resume-code-needed",
    "Somebody has begun to answer here",
    "Send the resume code that was shown at the first save, as X-Resume-Code.",
)


def status_of(document: Document) -> str:
    """invited, begun, submitted, revoked, forgotten, or final once the answers are revealed."""
    if document.get("revoked_at"):
        return "revoked"
    if document.get("erased"):
        return "forgotten"
    if document["final"]:
        return "final"
    if document.get("submitted_at"):
        return "submitted"
    return "begun" if document.get("resume_hash") else "invited"


def shown(document: Document, questionnaire: Questionnaire) -> dict[str, Any]:
    """A sheet as its respondent sees it. `progress`: questions asked and answered, in all and by field."""
    state = state_of(document)
    asked = state.asked_here(questionnaire)
    answers = {question: answer for question, answer in state.answers.items() if answer is not None}
    fields = {}
    for area in questionnaire.fields:
        # An answer to a question that was handed on counts all the same.
        own = {q.id for q in area.questions if asked is None or q.id in asked or q.id in answers}
        if own:
            fields[area.id] = {"asked": len(own), "answered": len(own & answers.keys())}
    return {
        "id": document["_id"],
        "status": status_of(document),
        "claimed": state.resume_hash is not None,
        "questionnaire": document["questionnaire"],
        "asked": None if asked is None else sorted(asked),
        "answers": answers,
        "notes": dict(state.notes),
        "evidence": [asdict(one) for one in state.evidence],
        "progress": {
            "asked": sum(one["asked"] for one in fields.values()),
            "answered": sum(one["answered"] for one in fields.values()),
            "fields": fields,
        },
        "submitted_at": rfc3339(state.submitted_at) if state.submitted_at else None,
    }
