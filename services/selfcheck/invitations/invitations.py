"""Inviting people to answer, one or many at once, and handing questions on to colleagues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chassis.http.problems import FieldError, Problem, conflict, invalid
from chassis.ids import Secrets, new_id
from chassis.messaging.outbox import Outgoing
from chassis.storage.aggregates import Events
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from chassis.text.translations import mark
from contracts.contacts import ContactRecorded
from contracts.selfcheck import RespondentInvited
from services.selfcheck.answering.commands import Revoke
from services.selfcheck.answering.documents import SheetHead, StoredSheet
from services.selfcheck.answering.repository import ANSWER_CODE, Sheets, hashed
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.assessment import decide
from services.selfcheck.domain.assessment_model import Invite, Invited
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.invitations.schemas import InvitationResponse, InvitationsMade
from services.selfcheck.problems import flawed, refused
from services.selfcheck.schemas import Contact, NewInvitation, NewInvitations

AT_ONCE = 16
REVEALED = conflict("assessment-already-revealed", "The answers have been revealed; nobody can be invited any more.")
MEANWHILE = conflict("asked-meanwhile", mark("Somebody asked the same person at this very moment; please try again."))
_UNREACHABLE = "Give an e-mail address or a telephone number, or leave the contact out to get the link."
_TWICE = "This person is asked already in this perspective; leave them out, or remind them."
TAKEN = mark("This colleague is asked already in this self-check; please choose somebody else.")
"""Says nothing of who asked them."""

Command = Callable[[str, Questionnaire], Invite]


@dataclass(frozen=True)
class _PreparedInvitation:
    """An invitation that may be written."""

    request: IdempotencyKey
    sheet: StoredSheet
    contact: Contact | None
    answer: InvitationResponse


@dataclass(frozen=True)
class Invitations:
    """Creates sheets. `public_url`: where links lead."""

    assessments: Assessments
    sheets: Sheets
    secrets: Secrets
    public_url: str

    async def invite(
        self, scope: TenantScope, assessment: str, body: NewInvitation, request: IdempotencyKey, now: datetime
    ) -> tuple[InvitationResponse, bool]:
        """Invite somebody to answer; (answer, replayed). With a contact the link is mailed and not shown here."""
        stored_assessment = await self.assessments.get(scope, assessment)
        questionnaire = await self.assessments.questionnaire_of(stored_assessment)
        prepared = self._prepare(stored_assessment, questionnaire, body.contact, request, _command(body), now)
        if await self._already_asked(scope, assessment, [prepared]):
            raise invalid(FieldError("/contact/email", _TWICE))
        ((answer, replayed),) = await self._write(scope, stored_assessment, [prepared], now)
        return answer, replayed

    async def invite_many(
        self, scope: TenantScope, assessment: str, body: NewInvitations, key: str | None, now: datetime
    ) -> tuple[InvitationsMade, bool]:
        """Invite all of a list; `{"items": […]}`, replayed. What was begun with the same key is completed.

        Raises:
            Problem: 422 with the flaws of every entry; then nobody was invited.
        """
        stored_assessment = await self.assessments.get(scope, assessment)
        questionnaire = await self.assessments.questionnaire_of(stored_assessment)
        prepared: list[_PreparedInvitation] = []
        errors: list[FieldError] = []
        for index, invitation in enumerate(body.invitations):
            request = IdempotencyKey.of(self.secrets, f"invite {scope.tenant} {assessment} {index}", key, invitation)
            try:
                prepared.append(
                    self._prepare(
                        stored_assessment, questionnaire, invitation.contact, request, _command(invitation), now
                    )
                )
            except Problem as problem:
                if not problem.errors:
                    raise
                errors += [FieldError(f"/invitations/{index}{e.pointer}", e.detail) for e in problem.errors]
        repeated = await self._already_asked(scope, assessment, prepared)
        errors += [FieldError(f"/invitations/{index}/contact/email", _TWICE) for index in repeated]
        if errors:
            raise invalid(*errors)
        written = await self._write(scope, stored_assessment, prepared, now)
        return {"items": [answer for answer, _ in written]}, all(replayed for _, replayed in written)

    async def hand_on(
        self,
        scope: TenantScope,
        sheet: StoredSheet,
        questions: Sequence[str],
        contact: Contact,
        request: IdempotencyKey,
        now: datetime,
    ) -> tuple[InvitationResponse, bool]:
        """Ask a colleague for some questions of a sheet; (answer, replayed)."""
        assessment = await self.assessments.get(scope, sheet.assessment)

        def command(id: str, questionnaire: Questionnaire) -> Invite:
            return Invite(id, questionnaire, sheet.perspective, questions=tuple(questions))

        questionnaire = await self.assessments.questionnaire_of(assessment)
        prepared = self._prepare(assessment, questionnaire, contact, request, command, now, handed_on_from=sheet)
        if await self._already_asked(scope, assessment.id, [prepared]):
            raise invalid(FieldError("/contact/email", TAKEN))
        ((answer, replayed),) = await self._write(scope, assessment, [prepared], now)
        return answer, replayed

    async def revoke_sheet(self, scope: TenantScope, id: str, now: datetime) -> bool:
        """Take an invitation back. False: they have begun."""
        result = await self.sheets.change(scope, id, lambda sheet: Revoke().decide(sheet, now), now)
        return result is not None and bool(result[0])

    async def check_address_is_free(
        self, scope: TenantScope, assessment: str, id: str, contact: Contact | None
    ) -> None:
        """Raises Problem 422 where somebody else is asked already at the address that a sheet gets."""
        sheet = await self.sheets.get(scope, id)
        if sheet is None or sheet.assessment != assessment or contact is None or not contact.email:
            return
        mailbox, addressee = (
            derive(assessment, contact.email) for derive in (self.sheets.mailbox, self.sheets.addressee)
        )
        readdressed = replace(sheet, mailbox=mailbox, addressee=addressee)
        if mailbox != sheet.mailbox and is_duplicate(
            readdressed, await self.sheets.with_mailbox_of(scope, assessment, [readdressed])
        ):
            raise invalid(FieldError("/contact/email", _TWICE))

    def link(self, code: str) -> str:
        """Address at which a respondent answers."""
        return f"{self.public_url}/selfcheck/answers/{code}"

    def _prepare(
        self,
        assessment: StoredAssessment,
        questionnaire: Questionnaire,
        contact: Contact | None,
        request: IdempotencyKey,
        command: Command,
        now: datetime,
        handed_on_from: StoredSheet | None = None,
    ) -> _PreparedInvitation:
        if contact is not None and not contact.reachable:
            raise invalid(FieldError("/contact", _UNREACHABLE))
        id = request.new_document_id()
        try:
            (event,) = decide(assessment.state, command(id, questionnaire), now)
        except Invalid as error:
            raise flawed(error) from None
        except Refused as error:
            raise refused(error) from None
        assert isinstance(event, Invited)
        invitation = event.invitation
        answer: InvitationResponse = {"id": id, "perspective": invitation.perspective, "label": invitation.label}
        email = contact.email if contact else None
        sheet = StoredSheet(
            id=id,
            tenant=assessment.tenant,
            assessment=assessment.id,
            questionnaire=assessment.questionnaire,
            perspective=invitation.perspective,
            label=invitation.label,
            asked=None if invitation.asked is None else tuple(sorted(invitation.asked)),
            answers={},
            notes={},
            handed_on=(),
            answered=0,
            final=False,
            invited_at=now,
            contact=None if contact is None else new_id(),
            handed_on_by=handed_on_from.id if handed_on_from else None,
            root=handed_on_from.invitation if handed_on_from else id,
            by_link=contact is None,
            code_hash=hashed(self.sheets.code(id)),
            addressee=self.sheets.addressee(assessment.id, email) if email else None,
            mailbox=self.sheets.mailbox(assessment.id, email) if email else None,
        )
        return _PreparedInvitation(request, sheet, contact, answer)

    async def _already_asked(
        self, scope: TenantScope, assessment: str, prepared: Sequence[_PreparedInvitation]
    ) -> list[int]:
        """Find which of them would be `is_duplicate`, beside those who are asked and those before them in the list. What an earlier try
        of the same request wrote stands."""
        sheets = [one.sheet for one in prepared]
        written = await self.sheets.existing_ids(scope, [sheet.id for sheet in sheets])
        already_asked = await self.sheets.with_mailbox_of(scope, assessment, sheets)
        return [
            index
            for index, sheet in enumerate(sheets)
            if sheet.id not in written and is_duplicate(sheet, [*already_asked, *sheets[:index]])
        ]

    async def _write(
        self, scope: TenantScope, assessment: StoredAssessment, prepared: Sequence[_PreparedInvitation], now: datetime
    ) -> list[tuple[InvitationResponse, bool]]:
        limit = asyncio.Semaphore(AT_ONCE)

        async def write(invitation: _PreparedInvitation) -> tuple[InvitationResponse, bool]:
            async with limit:
                events = self._events(invitation.sheet, invitation.contact)
                answer, replayed = await self.sheets.add_once(
                    scope, invitation.sheet, events, invitation.answer, invitation.request, now
                )
                return self._with_link(answer, invitation.contact), replayed

        written = await asyncio.gather(*(write(invitation) for invitation in prepared))
        if all(replayed for _, replayed in written):
            return written
        if not await self.assessments.accepts_answers(scope, assessment.id):
            # Revealed between the decision and the write: the reveal did not see these sheets, so they must not exist.
            for invitation, (_, replayed) in zip(prepared, written, strict=True):
                if not replayed:
                    await self.sheets.discard(scope, invitation.sheet.id)
            raise REVEALED
        already_asked = await self.sheets.with_mailbox_of(
            scope, assessment.id, [invitation.sheet for invitation in prepared]
        )
        new = [invitation.sheet for invitation, (_, replayed) in zip(prepared, written, strict=True) if not replayed]
        late = [sheet for sheet in new if is_duplicate(sheet, already_asked)]
        for sheet in late:
            # Asked by two requests at a time, neither of which saw what the other wrote; here it is seen by the later one at least.
            await self.sheets.discard(scope, sheet.id)
        if late:
            raise MEANWHILE
        return written

    def _with_link(self, answer: InvitationResponse, contact: Contact | None) -> InvitationResponse:
        """The link is derived for the answer and not stored."""
        if contact is not None:
            return answer
        return {**answer, "answer_url": self.link(self.sheets.code(answer["id"]))}

    def _events(self, sheet: StoredSheet, contact: Contact | None) -> Events:
        invited = RespondentInvited(
            assessment_id=sheet.assessment,
            respondent_id=sheet.id,
            perspective=sheet.perspective,
            contact_id=sheet.contact,
            handed_on=sheet.handed_on_by is not None,
        )
        if contact is None or sheet.contact is None:
            return [invited]
        return [self.recorded(sheet.id, sheet.contact, contact, self.sheets.code(sheet.id)), invited]

    def recorded(self, id: str, contact_id: str, contact: Contact, code: str) -> Outgoing:
        """Build the event with the contact of a respondent."""
        recorded = ContactRecorded(
            contact_id=contact_id,
            kind="respondent",
            for_id=id,
            name=contact.name or "",
            language=contact.language,
            email=contact.email,
            phone=contact.phone,
            codes={ANSWER_CODE: code},
        )
        return Outgoing(recorded, contact_id)


def is_duplicate(sheet: SheetHead, others: Iterable[SheetHead]) -> bool:
    """Whether one mailbox would answer for several voices of a perspective (or be mailed by one respondent more than once): who
    is invited is not asked again, and nobody answers the same question for two invitations."""
    for other in others:
        same = (sheet.mailbox and sheet.mailbox == other.mailbox) or (
            sheet.addressee and sheet.addressee == other.addressee
        )
        if not same or other.perspective != sheet.perspective:
            continue
        if sheet.handed_on_by is None or other.handed_on_by in (None, sheet.handed_on_by):
            return True
        if sheet.invitation != other.invitation and set(sheet.asked or ()) & set(other.asked or ()):
            return True
    return False


def _command(body: NewInvitation) -> Command:
    fields = None if body.fields is None else tuple(body.fields)
    return lambda id, questionnaire: Invite(id, questionnaire, body.perspective, body.label, fields=fields)
