"""Commands on the sheet of somebody who was invited: remind, give a new link, correct the contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chassis.clock import rfc3339
from chassis.http.problems import conflict
from chassis.ids import new_id
from chassis.storage.repository import Decision
from contracts.contacts import TOPIC as CONTACTS
from contracts.selfcheck import ReminderDue
from services.selfcheck.answering.documents import StoredSheet
from services.selfcheck.answering.repository import hashed
from services.selfcheck.assessments.reminders import BY_HAND, Remind
from services.selfcheck.invitations.invitations import Invitations
from services.selfcheck.schemas import Contact


@dataclass(frozen=True)
class RemindByHand:
    """Remind somebody who has not handed in, at most once a day. `deadline`: of the assessment."""

    deadline: datetime | None

    def decide(self, sheet: StoredSheet, now: datetime) -> Decision[StoredSheet]:
        if sheet.submitted_at:
            raise conflict("respondent-has-submitted", "This person has handed in already.")
        if sheet.contact is None:
            raise conflict("respondent-without-address", "There is no address to write to; pass the link on again.")
        if self.deadline and self.deadline <= now:
            raise conflict("deadline-passed", "The deadline has passed; give people more time first.")
        reminder = Remind(self.deadline, BY_HAND).decide(sheet, now)
        if reminder is None:
            raise conflict("reminded-today", "This person has been reminded today already; try again tomorrow.")
        return Decision(reminder.after, reminder.events, {"id": sheet.id, "reminded_at": rfc3339(now)})


@dataclass(frozen=True)
class ReplaceLink:
    """Give a sheet a new link, shown or mailed to a contact of its own: a mail about it can't be sent with the code of the former one.

    Answers the `generation` of the link."""

    invitations: Invitations
    deadline: datetime | None
    contact: Contact | None

    def decide(self, sheet: StoredSheet, now: datetime) -> Decision[StoredSheet]:
        sheets, contact = self.invitations.sheets, self.contact
        generation = sheet.link + 1
        code = sheets.code(sheet.id, generation)
        answer = {"id": sheet.id, "generation": generation}
        after = replace(
            sheet,
            link=generation,
            code_hash=hashed(code),
            contact=None,
            by_link=contact is None,
            addressee=None,
            mailbox=None,
        )
        if contact is None:
            return Decision(after, sheet.tombstones, answer, erase_topic=CONTACTS)
        id = new_id()
        addressee = sheets.addressee(sheet.assessment, contact.email) if contact.email else None
        mailbox = sheets.mailbox(sheet.assessment, contact.email) if contact.email else None
        event = ReminderDue(
            assessment_id=sheet.assessment,
            respondent_id=sheet.id,
            contact_id=id,
            stage="new-link",
            deadline=self.deadline,
        )
        recorded = self.invitations.recorded(sheet.id, id, contact, code)
        return Decision(
            replace(after, contact=id, addressee=addressee, mailbox=mailbox),
            [*sheet.tombstones, recorded, event],
            answer,
            erase_topic=CONTACTS,
        )


@dataclass(frozen=True)
class CorrectContact:
    """Correct name, language, telephone or address. To another address a new link is mailed: the former one lies in a mailbox that
    is not theirs, and leads nowhere any more."""

    invitations: Invitations
    deadline: datetime | None
    contact: Contact

    def decide(self, sheet: StoredSheet, now: datetime) -> Decision[StoredSheet]:
        sheets, contact = self.invitations.sheets, self.contact
        is_same_address = contact.email and sheet.addressee == sheets.addressee(sheet.assessment, contact.email)
        if sheet.contact is None or not is_same_address:
            replaced = ReplaceLink(self.invitations, self.deadline, contact).decide(sheet, now)
            return Decision(replaced.after, replaced.events, {"id": sheet.id, "new_link": True}, erase_topic=CONTACTS)
        recorded = self.invitations.recorded(sheet.id, sheet.contact, contact, sheets.code(sheet.id, sheet.link))
        return Decision(sheet, [recorded], {"id": sheet.id, "new_link": False})


Command = RemindByHand | ReplaceLink | CorrectContact
