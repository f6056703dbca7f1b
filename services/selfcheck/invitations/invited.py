"""Those who were invited: where each of them is, reminding by hand, taking back, a new link for one that was lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.ids import new_id
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.contacts import TOPIC as CONTACTS
from contracts.selfcheck import ReminderDue
from services.selfcheck.answering.answering import status_of
from services.selfcheck.answering.repository import Sheets, forgotten, hashed
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.reminders import reminder
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.schemas import Contact, CorrectedContact, NewAddress

BEGUN = conflict("respondent-has-begun", "This person has begun to answer; what they answered is theirs and counts.")
OVER = conflict("answers-closed", "The answers have been revealed; nobody answers any more.")
GONE = conflict("invitation-revoked", "This invitation was taken back; invite the person anew.")


@dataclass(frozen=True)
class InvitedPeople:
    """Each raises Problem 404 where there is no such assessment or invitation, 409 where it is not possible now."""

    assessments: Assessments
    sheets: Sheets
    invitations: Invitations

    async def listed(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Who was invited and how far they are, never what they answered: `{"items": […], "counts": …, "voices": …, "next": null}`;
        `voices`: see `Sheets.voices`."""
        await self.assessments.document(scope, id)
        items = [
            {
                "id": sheet["_id"],
                "perspective": sheet["perspective"],
                "label": sheet["label"],
                "status": status_of(sheet),
                "mailed": sheet["contact"] is not None,
                "person_id": sheet["contact"],
                "handed_on": sheet["handed_on_by"] is not None,
                "invited_at": rfc3339(sheet["invited_at"]),
                "reminded_at": rfc3339(sheet["reminded_at"]) if sheet.get("reminded_at") else None,
            }
            for sheet in await self.sheets.invited(scope, id)
        ]
        counts: dict[str, Counter[str]] = {}
        for item in items:
            counts.setdefault(item["perspective"], Counter())[item["status"]] += 1
        return {"items": items, "counts": counts, "voices": await self.sheets.voices(scope, id), "next": None}

    async def remind(
        self, scope: TenantScope, id: str, sheet_id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Write to someone again, at most once a day; (answer, replayed)."""
        assessment = await self.assessments.document(scope, id)

        def decide(sheet: Document) -> Change:
            _still_asked(sheet)
            if sheet.get("submitted_at"):
                raise conflict("respondent-has-submitted", "This person has handed in already.")
            if sheet["contact"] is None:
                raise conflict("respondent-without-address", "There is no address to write to; pass the link on again.")
            if assessment.get("deadline") and assessment["deadline"] <= now:
                raise conflict("deadline-passed", "The deadline has passed; give people more time first.")
            change = reminder(sheet, assessment, "by-hand", now)
            if change is None:
                raise conflict("reminded-today", "This person has been reminded today already; try again tomorrow.")
            return Change(change.set, events=change.events, answer={"id": sheet_id, "reminded_at": rfc3339(now)})

        return await self._execute(scope, id, sheet_id, decide, request, now)

    async def revoke(self, scope: TenantScope, id: str, sheet_id: str, now: datetime) -> dict[str, Any]:
        """Take an invitation back that nobody has used yet; repeating it changes nothing."""
        await self.assessments.document(scope, id)
        sheet = await self.sheets.all.load(scope, sheet_id, {"assessment": 1, "final": 1})
        if sheet is None or sheet["assessment"] != id:
            raise not_found("invitation")
        if not await self.invitations.revoke_sheet(scope, sheet_id, now):
            raise OVER if sheet["final"] else BEGUN
        return {"id": sheet_id, "status": "revoked"}

    async def new_link(
        self, scope: TenantScope, id: str, sheet_id: str, body: NewAddress, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """A link that takes the place of the former one; (answer, replayed). With a contact it is mailed there.

        What was answered stays closed to whoever does not have the resume code. The address is needed again where the
        former link was mailed, because it is not kept here.
        """
        assessment = await self.assessments.document(scope, id)
        contact = body.contact
        if contact is not None and not contact.reachable:
            raise invalid(FieldError("/contact", "Give an e-mail address or a telephone number."))

        def decide(sheet: Document) -> Change:
            _still_asked(sheet)
            return self._readdressed(sheet, assessment, contact)

        answer, replayed = await self._execute(scope, id, sheet_id, decide, request, now)
        if contact is not None:
            return {"id": sheet_id}, replayed
        return {
            "id": sheet_id,
            "answer_url": self.invitations.link(self.sheets.code(sheet_id, answer["generation"])),
        }, replayed

    async def correct(
        self, scope: TenantScope, id: str, sheet_id: str, body: CorrectedContact, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Correct name, language, telephone or address of somebody: `{id, new_link}`, replayed.

        To another address a new link is mailed: the former one lies in a mailbox that is not theirs, and leads nowhere any more.
        """
        assessment = await self.assessments.document(scope, id)
        contact = body.contact
        if not contact.reachable:
            raise invalid(FieldError("/contact", "Give an e-mail address or a telephone number."))

        def decide(sheet: Document) -> Change:
            _still_asked(sheet)
            same = contact.email and sheet.get("addressee") == self.sheets.addressee(id, contact.email)
            if sheet["contact"] is None or not same:
                change = self._readdressed(sheet, assessment, contact)
                return replace(change, answer={"id": sheet_id, "new_link": True})
            code = self.sheets.code(sheet_id, sheet.get("link", 0))
            recorded = self.invitations.recorded(sheet_id, sheet["contact"], contact, code)
            return Change(events=[recorded], answer={"id": sheet_id, "new_link": False})

        return await self._execute(scope, id, sheet_id, decide, request, now)

    def _readdressed(self, sheet: Document, assessment: Document, contact: Contact | None) -> Change:
        """A new link, mailed to a contact of its own: a mail about it can't be sent with the code of the former one."""
        id, sheet_id = assessment["_id"], sheet["_id"]
        generation = sheet.get("link", 0) + 1
        code = self.sheets.code(sheet_id, generation)
        fields: Document = {"link": generation, "code_hash": hashed(code), "contact": None, "by_link": contact is None}
        answer = {"id": sheet_id, "generation": generation}
        if contact is None:
            return Change(fields, ["addressee"], forgotten(sheet), answer=answer, forget_topic=CONTACTS)
        fields["contact"] = new_id()
        unset = ["addressee"]
        if contact.email:
            fields["addressee"] = self.sheets.addressee(id, contact.email)
            unset = []
        told = ReminderDue(
            assessment_id=id,
            respondent_id=sheet_id,
            contact_id=fields["contact"],
            stage="new-link",
            deadline=assessment.get("deadline"),
        )
        recorded = self.invitations.recorded(sheet_id, fields["contact"], contact, code)
        return Change(fields, unset, [*forgotten(sheet), recorded, told], answer=answer, forget_topic=CONTACTS)

    async def _execute(
        self, scope: TenantScope, id: str, sheet_id: str, decide: Any, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        def of_this_assessment(sheet: Document) -> Change:
            if sheet["assessment"] != id:
                raise not_found("invitation")
            change: Change = decide(sheet)
            return change

        done = await self.sheets.all.execute(scope, sheet_id, of_this_assessment, now, request)
        if done is None:
            raise not_found("invitation")
        return done


def _still_asked(sheet: Document) -> None:
    if sheet.get("revoked_at"):
        raise GONE
    if sheet["final"]:
        raise OVER
