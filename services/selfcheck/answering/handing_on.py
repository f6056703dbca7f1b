"""Questions and whole fields that a respondent hands on to a colleague, and takes back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope, of_stored
from chassis.text.translations import mark
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.documents import SheetHead, StoredSheet
from services.selfcheck.answering.repository import hashed
from services.selfcheck.answering.schemas import HandedOn, SheetResponse
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.sheet_model import HandOn, TakeQuestionsBack
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.schemas import Delegation

BEGUN = conflict(
    "colleague-has-begun", "Your colleague has begun to answer; what they answer counts, and so does what you answer."
)

MOST_COLLEAGUES = 10
"""To whom one person may hand on at a time."""
MOST_IN_ALL = 30
"""How often one person may hand on, also what they took back: each time somebody is mailed."""
MOST_TO_ONE = 3
"""How often one person may hand on to one mailbox, also what they took back."""
MOST_OF_AN_INVITATION = 100
"""How often all that one invitation set off may be handed on: colleagues hand on as well, and theirs do, without end else."""
ENOUGH = conflict(
    "too-many-colleagues", f"You have handed on to {MOST_COLLEAGUES} colleagues; take something back before you go on."
)
TOO_OFTEN = conflict(
    "too-many-colleagues", f"You have handed on {MOST_IN_ALL} times; please talk to those who invited you."
)
ENDLESS = conflict(
    "too-many-colleagues",
    f"Questions of this invitation were handed on {MOST_OF_AN_INVITATION} times; please talk to those who invited you.",
)
HAS_SOME = mark("This colleague has questions of yours already; take these back first, or choose somebody else.")
OFTEN_TO_ONE = mark("You have handed on to this colleague three times; please choose somebody else.")


@dataclass(frozen=True)
class HandingOn:
    """Use cases of handing questions on to colleagues. Raises like `Answering`."""

    answering: Answering
    invitations: Invitations

    async def hand_on(
        self, code: str, body: Delegation, resume: str | None, request: IdempotencyKey, now: datetime
    ) -> tuple[HandedOn, bool]:
        """Hand questions on to a colleague, who is mailed a link for these alone; (answer, replayed).

        The colleague's sheet comes first: should the second write never happen, a repeat completes it, and meanwhile the
        questions are only asked twice.
        """
        sheet = await self.answering.get_claimed(code, resume)
        scope = of_stored(sheet)
        questionnaire = await self.answering.questionnaire(sheet)
        questions = _delegated_questions(body, questionnaire, sheet.asked)
        colleagues = await self.answering.sheets.handed_on_by(scope, sheet.id)
        is_repeat = any(colleague.id == request.key for colleague in colleagues)
        handed_on = {question for colleague in colleagues for question in colleague.asked or ()}
        resume_hash = hashed(resume or "")
        if not is_repeat:
            if len(colleagues) >= MOST_COLLEAGUES:
                raise ENOUGH
            if await self.answering.sheets.times_handed_on(scope, sheet.id) >= MOST_IN_ALL:
                raise TOO_OFTEN
            if (
                await self.answering.sheets.times_set_off(scope, sheet.assessment, sheet.invitation)
                >= MOST_OF_AN_INVITATION
            ):
                raise ENDLESS
            self.answering.decide(sheet, HandOn(questionnaire, questions, resume_hash, frozenset(handed_on)), now)
            await self._check_hand_on_limits(scope, sheet, colleagues, body.contact.email)
        # What its recipient is called was typed by somebody they may not know: no message carries it.
        contact = body.contact.model_copy(update={"name": None})
        invitation, replayed = await self.invitations.hand_on(scope, sheet, questions, contact, request, now)
        missing = tuple(question for question in questions if question not in sheet.handed_on)
        if missing:
            await self.answering.execute(code, HandOn(questionnaire, missing, resume_hash), None, now)
        return {"id": invitation["id"], "questions": list(questions), "status": "invited"}, replayed

    async def _check_hand_on_limits(
        self, scope: TenantScope, sheet: StoredSheet, colleagues: Collection[SheetHead], email: str | None
    ) -> None:
        """Refuse handing on twice to one mailbox at a time, and too often in all: each one is a mail."""
        if email is None:
            return
        mailbox = self.answering.sheets.mailbox(sheet.assessment, email)
        if any(one.mailbox == mailbox for one in colleagues):
            raise invalid(FieldError("/contact/email", HAS_SOME))
        if await self.answering.sheets.times_handed_on_to(scope, sheet.id, mailbox) >= MOST_TO_ONE:
            raise invalid(FieldError("/contact/email", OFTEN_TO_ONE))

    async def take_back(self, code: str, id: str, resume: str | None, now: datetime) -> SheetResponse:
        """Ask the questions here again and take the colleague's link away; repeating it changes nothing.

        Raises:
            Problem: 404 nothing was handed on like this; 409 the colleague has begun to answer.
        """
        sheet = await self.answering.get_claimed(code, resume)
        scope = of_stored(sheet)
        colleagues = await self.answering.sheets.handed_on_by(scope, sheet.id)
        colleague_sheet = await self.answering.sheets.get(scope, id)
        if colleague_sheet is None or colleague_sheet.handed_on_by != sheet.id:
            raise not_found("question handed on")
        if colleague_sheet.status not in ("invited", "revoked", "forgotten"):
            raise BEGUN
        # Their link goes first: should the second write never happen, a repeat completes it.
        if colleague_sheet.status != "forgotten" and not await self.invitations.revoke_sheet(scope, id, now):
            raise BEGUN
        elsewhere = {question for one in colleagues if one.id != id for question in one.asked or ()}
        questions_back = frozenset(colleague_sheet.asked or ()) - elsewhere
        sheet_response: SheetResponse
        sheet_response, _ = await self.answering.execute(
            code, TakeQuestionsBack(questions_back, hashed(resume or "")), None, now
        )
        return sheet_response


def _delegated_questions(
    body: Delegation, questionnaire: Questionnaire, asked_questions: Collection[str] | None
) -> tuple[str, ...]:
    """The questions of a delegation: those named, and those of the fields named that this person was asked."""
    fields = {field.id: [question.id for question in field.questions] for field in questionnaire.fields}
    unknown = [
        FieldError(f"/fields/{index}", "The questionnaire has no such field; correct the id or leave it out.")
        for index, name in enumerate(body.fields)
        if name not in fields
    ]
    if unknown:
        raise invalid(*unknown)
    whole = [q for name in body.fields for q in fields[name] if asked_questions is None or q in asked_questions]
    return tuple(dict.fromkeys([*body.questions, *whole]))
