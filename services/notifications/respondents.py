"""Mails to those who are asked in a self-check: the invitation, and reminders that selfcheck asks for by event.

Selfcheck decides who is reminded and when; here it is made sure that a mail that was late for any reason is not sent after
the deadline, after its recipient has handed in, or after the answers were revealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from chassis.messaging.projection import Handler, Upsert, Write
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from contracts import selfcheck as s
from contracts.envelope import Envelope
from services.notifications.intents import owed

INVITED = "respondent-invited"
HANDED_ON = "respondent-handed-on"
STAGES = {"extended": "respondent-more-time", "new-link": "respondent-new-link"}
REMINDER = "respondent-reminder"
KINDS = frozenset({INVITED, HANDED_ON, REMINDER, *STAGES.values()})


def _invited(envelope: Envelope, event: s.RespondentInvited) -> Iterable[Write]:
    if event.contact_id:
        facts = {"assessment": event.assessment_id, "respondent": event.respondent_id}
        yield owed(envelope, HANDED_ON if event.handed_on else INVITED, event.contact_id, **facts)


def _reminder(envelope: Envelope, event: s.ReminderDue) -> Iterable[Write]:
    kind = STAGES.get(event.stage, REMINDER)
    yield owed(
        envelope,
        kind,
        event.contact_id,
        assessment=event.assessment_id,
        respondent=event.respondent_id,
        not_after=event.not_after,
        told={"until": event.deadline} if event.deadline else {},
    )


def _deadline(envelope: Envelope, event: s.AssessmentDeadlineSet) -> Iterable[Write]:
    yield Upsert("assessments", event.assessment_id, {"deadline": event.deadline})


def _over(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert("assessments", event.assessment_id, {"over": True})


def _done(envelope: Envelope, event: s.RespondentSubmitted | s.RespondentRevoked) -> Iterable[Write]:
    yield Upsert("respondents", event.respondent_id, {"over": True})


HANDLERS: dict[str, Handler] = {
    s.RespondentInvited.event_type: _invited,
    s.ReminderDue.event_type: _reminder,
    s.AssessmentDeadlineSet.event_type: _deadline,
    s.AssessmentRevealed.event_type: _over,
    s.AssessmentClosed.event_type: _over,
    s.AssessmentDeleted.event_type: _over,
    s.RespondentSubmitted.event_type: _done,
    s.RespondentRevoked.event_type: _done,
}


async def verdict(
    database: Database, scope: TenantScope, intent: Document, now: datetime
) -> Literal["expired", "suppressed"] | None:
    """Why a message is not sent any more; None: it is."""
    if intent["kind"] not in KINDS:
        return None
    if intent.get("not_after") and now >= intent["not_after"]:
        return "expired"
    for collection, key in (("assessments", "assessment"), ("respondents", "respondent")):
        known = await database[collection].find_one(scope.filter(_id=intent.get(key)), {"over": 1})
        if known and known.get("over"):
            return "suppressed"
    return None


async def told(database: Database, scope: TenantScope, intent: Document) -> dict[str, Any]:
    """What is said beside the text: `until`, the deadline, where there is one."""
    if intent["kind"] not in (INVITED, HANDED_ON):
        return dict(intent.get("told") or {})
    known = await database["assessments"].find_one(scope.filter(_id=intent.get("assessment")), {"deadline": 1})
    return {"until": known["deadline"]} if known and known.get("deadline") else {}
