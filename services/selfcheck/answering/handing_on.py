"""Questions and whole fields that a respondent hands on to a colleague, and takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import of_document
from services.selfcheck.answering.answering import Answering, status_of
from services.selfcheck.answering.repository import hashed
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.sheet import HandOn, TakeBack
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.schemas import Delegation

BEGUN = conflict(
    "colleague-has-begun", "Your colleague has begun to answer; what they answer counts, and so does what you answer."
)

MOST_COLLEAGUES = 10
"""To whom one person may hand on at a time."""
ENOUGH = conflict(
    "too-many-colleagues", f"You have handed on to {MOST_COLLEAGUES} colleagues; take something back before you go on."
)


@dataclass(frozen=True)
class HandingOn:
    """Raises like `Answering`."""

    answering: Answering
    invitations: Invitations

    async def hand_on(
        self, code: str, body: Delegation, resume: str | None, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Hand questions on to a colleague, who is mailed a link for these alone; (answer, replayed).

        The colleague's sheet comes first: should the second write never happen, a repeat completes it, and meanwhile the
        questions are only asked twice.
        """
        document = await self.answering.claimed_by(code, resume)
        scope = of_document(document)
        questions = _named(body, await self.answering.questionnaire(document), document["asked"])
        colleagues = await self.answering.sheets.handed_on_by(scope, document["_id"])
        again = any(one["_id"] == request.new_document_id() for one in colleagues) if request.key else False
        held = {question for one in colleagues for question in one["asked"]}
        mine = hashed(resume or "")
        if not again:
            if len(colleagues) >= MOST_COLLEAGUES:
                raise ENOUGH
            command = HandOn(await self.answering.questionnaire(document), questions, mine, frozenset(held))
            self.answering.decide(document, command, now)
        made, replayed = await self.invitations.hand_on(scope, document, questions, body.contact, request, now)
        missing = tuple(question for question in questions if question not in document["handed_on"])
        if missing:
            noted = HandOn(await self.answering.questionnaire(document), missing, mine)
            await self.answering.execute(code, noted, None, now)
        return {"id": made["id"], "questions": list(questions), "status": "invited"}, replayed

    async def take_back(self, code: str, id: str, resume: str | None, now: datetime) -> dict[str, Any]:
        """Ask the questions here again and take the colleague's link away; repeating it changes nothing.

        Raises:
            Problem: 404 nothing was handed on like this; 409 the colleague has begun to answer.
        """
        document = await self.answering.claimed_by(code, resume)
        scope = of_document(document)
        colleagues = await self.answering.sheets.handed_on_by(scope, document["_id"])
        theirs = await self.answering.sheets.all.load(
            scope, id, {"asked": 1, "handed_on_by": 1, "final": 1, "resume_hash": 1, "submitted_at": 1, "revoked_at": 1}
        )
        if theirs is None or theirs["handed_on_by"] != document["_id"]:
            raise not_found("question handed on")
        if status_of(theirs) not in ("invited", "revoked"):
            raise BEGUN
        # Their link goes first: should the second write never happen, a repeat completes it.
        if not await self.invitations.revoke_sheet(scope, id, now):
            raise BEGUN
        elsewhere = {question for one in colleagues if one["_id"] != id for question in one["asked"]}
        back = frozenset(theirs["asked"]) - elsewhere
        sheet: dict[str, Any]
        sheet, _ = await self.answering.execute(code, TakeBack(back, hashed(resume or "")), None, now)
        return sheet


def _named(body: Delegation, questionnaire: Questionnaire, asked: list[str] | None) -> tuple[str, ...]:
    """The questions of a delegation: those named, and those of the fields named that this person was asked."""
    fields = {field.id: [question.id for question in field.questions] for field in questionnaire.fields}
    unknown = [
        FieldError(f"/fields/{index}", "The questionnaire has no such field; correct the id or leave it out.")
        for index, name in enumerate(body.fields)
        if name not in fields
    ]
    if unknown:
        raise invalid(*unknown)
    whole = [q for name in body.fields for q in fields[name] if asked is None or q in asked]
    return tuple(dict.fromkeys([*body.questions, *whole]))
