"""Use cases on people who were invited: their progress, reminding by hand, withdrawing, a new link for one that was lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.selfcheck.answering.documents import StoredSheet
from services.selfcheck.answering.repository import Sheets, voices_among
from services.selfcheck.assessments.assessments import Assessments, moment
from services.selfcheck.invitations.commands import Command, CorrectContact, RemindByHand, ReplaceLink
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.invitations.schemas import (
    ContactCorrected,
    InvitationList,
    InvitedPerson,
    NewLinkMade,
    Reminded,
    Revoked,
)
from services.selfcheck.schemas import CorrectedContact, NewAddress

BEGUN = conflict("respondent-has-begun", "This person has begun to answer; what they answered is theirs and counts.")
OVER = conflict("answers-closed", "The answers have been revealed; nobody answers any more.")
GONE = conflict("invitation-revoked", "This invitation was taken back; invite the person anew.")


@dataclass(frozen=True)
class InvitedPeople:
    """Use cases on invitations. Each raises Problem 404 where there is no such assessment or invitation, 409 where it is not possible now."""

    assessments: Assessments
    sheets: Sheets
    invitations: Invitations

    async def list_all(self, scope: TenantScope, id: str) -> InvitationList:
        """Who was invited and how far they are, never what they answered."""
        await self.assessments.get(scope, id)
        sheets = await self.sheets.invited(scope, id)
        items: list[InvitedPerson] = [
            {
                "id": sheet.id,
                "perspective": sheet.perspective,
                "label": sheet.label,
                "status": sheet.status,
                "mailed": sheet.contact is not None,
                "person_id": sheet.contact,
                "handed_on": sheet.handed_on_by is not None,
                "invited_at": rfc3339(sheet.invited_at),
                "reminded_at": moment(sheet.reminded_at),
            }
            for sheet in sheets
        ]
        counts: dict[str, dict[str, int]] = {}
        for item in items:
            counts_by_status = counts.setdefault(item["perspective"], {})
            counts_by_status[item["status"]] = counts_by_status.get(item["status"], 0) + 1
        return {"items": items, "counts": counts, "voices": voices_among(sheets), "next": None}

    async def remind(
        self, scope: TenantScope, id: str, sheet_id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[Reminded, bool]:
        """Remind somebody, at most once a day; (answer, replayed)."""
        assessment = await self.assessments.get(scope, id)
        return await self._execute(scope, id, sheet_id, RemindByHand(assessment.deadline), request, now)

    async def revoke(self, scope: TenantScope, id: str, sheet_id: str, now: datetime) -> Revoked:
        """Take an invitation back that nobody has used yet; repeating it changes nothing."""
        await self.assessments.get(scope, id)
        sheet = await self.sheets.get(scope, sheet_id)
        if sheet is None or sheet.assessment != id:
            raise not_found("invitation")
        if not await self.invitations.revoke_sheet(scope, sheet_id, now):
            raise OVER if sheet.final else BEGUN
        return {"id": sheet_id, "status": "revoked"}

    async def new_link(
        self, scope: TenantScope, id: str, sheet_id: str, body: NewAddress, request: IdempotencyKey, now: datetime
    ) -> tuple[NewLinkMade, bool]:
        """Give out a link that takes the place of the former one; (answer, replayed). With a contact it is mailed there.

        What was answered stays closed to whoever does not have the resume code. The address is needed again where the
        former link was mailed, because it is not kept here.
        """
        assessment = await self.assessments.get(scope, id)
        contact = body.contact
        if contact is not None and not contact.reachable:
            raise invalid(FieldError("/contact", "Give an e-mail address or a telephone number."))
        await self.invitations.check_address_is_free(scope, id, sheet_id, contact)
        command = ReplaceLink(self.invitations, assessment.deadline, contact)
        answer, replayed = await self._execute(scope, id, sheet_id, command, request, now)
        if contact is not None:
            return {"id": sheet_id}, replayed
        link = self.invitations.link(self.sheets.code(sheet_id, answer["generation"]))
        return {"id": sheet_id, "answer_url": link}, replayed

    async def correct(
        self, scope: TenantScope, id: str, sheet_id: str, body: CorrectedContact, request: IdempotencyKey, now: datetime
    ) -> tuple[ContactCorrected, bool]:
        """Correct name, language, telephone or address of somebody; (answer, replayed)."""
        assessment = await self.assessments.get(scope, id)
        if not body.contact.reachable:
            raise invalid(FieldError("/contact", "Give an e-mail address or a telephone number."))
        await self.invitations.check_address_is_free(scope, id, sheet_id, body.contact)
        command = CorrectContact(self.invitations, assessment.deadline, body.contact)
        return await self._execute(scope, id, sheet_id, command, request, now)

    async def _execute(
        self, scope: TenantScope, id: str, sheet_id: str, command: Command, request: IdempotencyKey, now: datetime
    ) -> tuple[Any, bool]:
        def decide(sheet: StoredSheet) -> Decision[StoredSheet]:
            if sheet.assessment != id:
                raise not_found("invitation")
            if sheet.revoked_at:
                raise GONE
            if sheet.final:
                raise OVER
            return command.decide(sheet, now)

        result = await self.sheets.change(scope, sheet_id, decide, now, request)
        if result is None:
            raise not_found("invitation")
        return result
