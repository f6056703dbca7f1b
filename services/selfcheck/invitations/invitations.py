"""Inviting people to answer, one or many at once, and handing questions on to colleagues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.http.problems import FieldError, Problem, conflict, invalid
from chassis.ids import Secrets, new_id
from chassis.messaging.outbox import Outgoing
from chassis.storage.aggregates import Change, Events, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.selfcheck import RespondentInvited, RespondentRevoked
from services.selfcheck.answering.repository import ANSWER_CODE, Sheets, forgotten, root_of
from services.selfcheck.assessments.assessments import Assessments, state_of
from services.selfcheck.domain.assessment import decide
from services.selfcheck.domain.assessment_model import Invite, Invited
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.problems import flawed, refused
from services.selfcheck.schemas import Contact, NewInvitation, NewInvitations

AT_ONCE = 16
REVEALED = conflict("assessment-already-revealed", "The answers have been revealed; nobody can be invited any more.")
_UNREACHABLE = "Give an e-mail address or a telephone number, or leave the contact out to get the link."
_TWICE = "This address has been invited already; leave the line out, or remind the person."

Command = Callable[[str, Questionnaire], Invite]


@dataclass(frozen=True)
class _Ready:
    """An invitation that may be written."""

    request: IdempotencyKey
    id: str
    fields: Document
    contact: Contact | None
    answer: dict[str, Any]


@dataclass(frozen=True)
class Invitations:
    """Creates sheets. `public_url`: where links lead."""

    assessments: Assessments
    sheets: Sheets
    secrets: Secrets
    public_url: str

    async def invite(
        self, scope: TenantScope, assessment: str, body: NewInvitation, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Ask someone; (answer, replayed). With a contact the link is mailed and not shown here."""
        document = await self.assessments.document(scope, assessment)
        questionnaire = await self.assessments.questionnaire(document)
        ready = self._ready(document, questionnaire, body.contact, request, _command(body), now)
        ((answer, replayed),) = await self._write(scope, document, [ready], now)
        return answer, replayed

    async def invite_many(
        self, scope: TenantScope, assessment: str, body: NewInvitations, key: str | None, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Ask all of them; `{"items": […]}`, replayed. What was begun with the same key is completed.

        Raises:
            Problem: 422 with the flaws of every entry; then nobody was invited.
        """
        document = await self.assessments.document(scope, assessment)
        questionnaire = await self.assessments.questionnaire(document)
        ready: list[_Ready] = []
        errors: list[FieldError] = []
        for index, one in enumerate(body.invitations):
            request = IdempotencyKey.of(self.secrets, f"invite {scope.tenant} {assessment} {index}", key, one)
            try:
                ready.append(self._ready(document, questionnaire, one.contact, request, _command(one), now))
            except Problem as problem:
                if not problem.errors:
                    raise
                errors += [FieldError(f"/invitations/{index}{e.pointer}", e.detail) for e in problem.errors]
        errors += await self._twice(scope, assessment, ready)
        if errors:
            raise invalid(*errors)
        written = await self._write(scope, document, ready, now)
        return {"items": [answer for answer, _ in written]}, all(replayed for _, replayed in written)

    async def hand_on(
        self,
        scope: TenantScope,
        sheet: Document,
        questions: Sequence[str],
        contact: Contact,
        request: IdempotencyKey,
        now: datetime,
    ) -> tuple[dict[str, Any], bool]:
        """Ask a colleague for some questions of a sheet; (answer, replayed)."""
        document = await self.assessments.document(scope, sheet["assessment"])

        def command(id: str, questionnaire: Questionnaire) -> Invite:
            return Invite(id, questionnaire, sheet["perspective"], questions=tuple(questions))

        questionnaire = await self.assessments.questionnaire(document)
        ready = self._ready(document, questionnaire, contact, request, command, now, handed_on_from=sheet)
        ((answer, replayed),) = await self._write(scope, document, [ready], now)
        return answer, replayed

    async def revoke_sheet(self, scope: TenantScope, id: str, now: datetime) -> bool:
        """Take an invitation back: the link leads nowhere and the person behind it is forgotten. False: they have begun."""

        def decide(sheet: Document) -> Change | None:
            if sheet.get("revoked_at"):
                return Change(answer=True)
            if sheet.get("resume_hash") or sheet["final"]:
                return Change(answer=False)
            event = RespondentRevoked(assessment_id=sheet["assessment"], respondent_id=id)
            fields = {"revoked_at": now, "contact": None}
            return Change(
                fields, ["code_hash", "addressee"], [*forgotten(sheet), event], answer=True, forget_topic=CONTACTS
            )

        done = await self.sheets.all.execute(scope, id, decide, now)
        return done is not None and bool(done[0])

    def link(self, code: str) -> str:
        """Where a respondent answers."""
        return f"{self.public_url}/selfcheck/answers/{code}"

    def _ready(
        self,
        document: Document,
        questionnaire: Questionnaire,
        contact: Contact | None,
        request: IdempotencyKey,
        command: Command,
        now: datetime,
        handed_on_from: Document | None = None,
    ) -> _Ready:
        if contact is not None and not contact.reachable:
            raise invalid(FieldError("/contact", _UNREACHABLE))
        id, assessment = request.new_document_id(), document["_id"]
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
            "handed_on_by": handed_on_from and handed_on_from["_id"],
            "root": root_of(handed_on_from) if handed_on_from else id,
            "by_link": contact is None,
            "request": request.record(answer, now),
        }
        if contact is not None and contact.email:
            fields["addressee"] = self.sheets.addressee(assessment, contact.email)
        return _Ready(request, id, fields, contact, answer)

    async def _twice(self, scope: TenantScope, assessment: str, ready: Sequence[_Ready]) -> list[FieldError]:
        """Addresses that stand twice in the list or were invited before, by another request than this one repeated."""
        written = await self.sheets.all.collection.find(
            scope.filter(_id={"$in": [one.id for one in ready]}), {"_id": 1}
        ).to_list(None)
        known = set() if written else await self.sheets.addressees(scope, assessment)
        errors = []
        for index, one in enumerate(ready):
            addressee = one.fields.get("addressee")
            if addressee in known:
                errors.append(FieldError(f"/invitations/{index}/contact/email", _TWICE))
            elif addressee:
                known.add(addressee)
        return errors

    async def _write(
        self, scope: TenantScope, assessment: Document, ready: Sequence[_Ready], now: datetime
    ) -> list[tuple[dict[str, Any], bool]]:
        limit = asyncio.Semaphore(AT_ONCE)

        async def write(one: _Ready) -> tuple[dict[str, Any], bool]:
            async with limit:
                try:
                    events = self._events(one.id, one.fields, one.contact)
                    await self.sheets.add(scope, one.id, one.fields, events, now)
                except Exists as there:
                    return self._with_link(one.request.replay_of_creation(there.document), one.contact), True
                return self._with_link(one.answer, one.contact), False

        written = await asyncio.gather(*(write(one) for one in ready))
        if all(replayed for _, replayed in written):
            return written
        if not await self.assessments.accepts_answers(scope, assessment["_id"]):
            # Revealed between the decision and the write: the reveal did not see these sheets, so they must not exist.
            for one, (_, replayed) in zip(ready, written, strict=True):
                if not replayed:
                    await self.sheets.discard(scope, one.id)
            raise REVEALED
        return written

    def _with_link(self, answer: dict[str, Any], contact: Contact | None) -> dict[str, Any]:
        """The link is derived for the answer and not stored."""
        if contact is not None:
            return answer
        return answer | {"answer_url": self.link(self.sheets.code(answer["id"]))}

    def _events(self, id: str, fields: Document, contact: Contact | None) -> Events:
        invited = RespondentInvited(
            assessment_id=fields["assessment"],
            respondent_id=id,
            perspective=fields["perspective"],
            contact_id=fields["contact"],
            handed_on=fields["handed_on_by"] is not None,
        )
        if contact is None:
            return [invited]
        return [self.recorded(id, fields["contact"], contact, self.sheets.code(id)), invited]

    def recorded(self, id: str, contact_id: str, contact: Contact, code: str) -> Outgoing:
        """The contact as notifications will hold it."""
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


def _command(body: NewInvitation) -> Command:
    fields = None if body.fields is None else tuple(body.fields)
    return lambda id, questionnaire: Invite(id, questionnaire, body.perspective, body.label, fields=fields)
