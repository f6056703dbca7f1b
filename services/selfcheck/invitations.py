"""Inviting people to answer, and handing questions on to colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.aggregates import Events, Exists
from chassis.idempotency import Request
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.outbox import Outgoing
from chassis.problems import FieldError, conflict, invalid
from chassis.tenancy import TenantScope
from contracts.contacts import ContactRecorded
from contracts.selfcheck import RespondentInvited
from services.selfcheck.assessments import Assessments, state_of
from services.selfcheck.domain.assessment import decide
from services.selfcheck.domain.assessment_model import Invite, Invited, Phase
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.refusals import flawed, refused
from services.selfcheck.schemas import Contact, NewInvitation
from services.selfcheck.sheets import ANSWER_CODE, Sheets


@dataclass(frozen=True)
class Invitations:
    """Creates sheets. `public_url`: where links lead."""

    assessments: Assessments
    sheets: Sheets
    public_url: str

    async def invite(
        self, scope: TenantScope, assessment: str, body: NewInvitation, request: Request, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Ask someone; (answer, replayed). With a contact the link is mailed and not shown here."""
        fields = None if body.fields is None else tuple(body.fields)
        return await self._add(
            scope, assessment, request, now, body.contact,
            lambda id, questionnaire: Invite(id, questionnaire, body.perspective, body.label, fields=fields),
        )  # fmt: skip

    async def hand_on(
        self,
        scope: TenantScope,
        sheet: Document,
        questions: Sequence[str],
        contact: Contact,
        request: Request,
        now: datetime,
    ) -> tuple[dict[str, Any], bool]:
        """Ask a colleague for some questions of a sheet; (answer, replayed)."""
        return await self._add(
            scope, sheet["assessment"], request, now, contact,
            lambda id, questionnaire: Invite(id, questionnaire, sheet["perspective"], questions=tuple(questions)), sheet["_id"],
        )  # fmt: skip

    async def _add(
        self, scope: TenantScope, assessment: str, request: Request, now: datetime, contact: Contact | None, command: Any,
        handed_on_by: str | None = None,
    ) -> tuple[dict[str, Any], bool]:  # fmt: skip
        if contact is not None and not contact.reachable:
            raise invalid(
                FieldError(
                    "/contact",
                    "Give an e-mail address or a telephone number, or leave the contact out to get the link.",
                )
            )
        document = await self.assessments.document(scope, assessment)
        questionnaire = await self.assessments.questionnaire(document)
        id = request.new_document_id()
        try:
            (event,) = decide(state_of(document), command(id, questionnaire), now)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        assert isinstance(event, Invited)
        invitation = event.invitation
        answer: dict[str, Any] = {"id": id, "perspective": invitation.perspective, "label": invitation.label}
        fields: Document = {
            "assessment": assessment,
            "questionnaire": document["questionnaire"],
            "perspective": invitation.perspective,
            "label": invitation.label,
            "asked": None if invitation.asked is None else sorted(invitation.asked),
            "contact": None if contact is None else new_id(),
            "handed_on_by": handed_on_by,
            "request": request.record(answer, now),
        }
        try:
            await self.sheets.add(scope, id, fields, self._events(id, fields, contact), now)
        except Exists as there:
            return self._with_link(request.replay_of_creation(there.document), contact), True
        if Phase((await self.assessments.document(scope, assessment))["phase"]) is not Phase.OPEN:
            # Revealed between the decision and the write: the reveal did not see this sheet, so it must not exist.
            await self.sheets.discard(scope, id)
            raise conflict(
                "assessment-already-revealed", "The answers have been revealed; nobody can be invited any more."
            )
        return self._with_link(answer, contact), False

    def _with_link(self, answer: dict[str, Any], contact: Contact | None) -> dict[str, Any]:
        """The link is derived for the answer and not stored."""
        if contact is not None:
            return answer
        return answer | {"answer_url": f"{self.public_url}/selfcheck/answers/{self.sheets.code(answer['id'])}"}

    def _events(self, id: str, fields: Document, contact: Contact | None) -> Events:
        invited = RespondentInvited(
            assessment_id=fields["assessment"], respondent_id=id, perspective=fields["perspective"], contact_id=fields["contact"]
        )  # fmt: skip
        if contact is None:
            return [invited]
        recorded = ContactRecorded(
            contact_id=fields["contact"], kind="respondent", for_id=id, name=contact.name or "", language=contact.language,
            email=contact.email, phone=contact.phone, codes={ANSWER_CODE: self.sheets.code(id)},
        )  # fmt: skip
        return [Outgoing(recorded, fields["contact"]), invited]
