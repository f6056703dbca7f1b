"""Event handlers of self-checks: they enqueue the invitation and the reminders for those who are asked.

Selfcheck decides who is reminded and when; here it is made sure that a late mail is not sent after the deadline, after its recipient
has submitted, or after the answers were revealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, Upsert, Write
from contracts import selfcheck as s
from contracts.envelope import Envelope
from services.notifications.messages.enqueue import enqueue

INVITED = "respondent-invited"
HANDED_ON = "respondent-handed-on"
STAGES = {"extended": "respondent-more-time", "new-link": "respondent-new-link"}
REMINDER = "respondent-reminder"


def _invited(envelope: Envelope, event: s.RespondentInvited) -> Iterable[Write]:
    if event.contact_id:
        facts = {"assessment": event.assessment_id, "respondent": event.respondent_id}
        yield enqueue(envelope, HANDED_ON if event.handed_on else INVITED, event.contact_id, **facts)


def _reminder(envelope: Envelope, event: s.ReminderDue) -> Iterable[Write]:
    kind = STAGES.get(event.stage, REMINDER)
    yield enqueue(
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


def _assessment_over(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert("assessments", event.assessment_id, {"over": True})


def _respondent_done(envelope: Envelope, event: s.RespondentSubmitted | s.RespondentRevoked) -> Iterable[Write]:
    yield Upsert("respondents", event.respondent_id, {"over": True})


HANDLERS: dict[str, Handler] = {
    s.RespondentInvited.event_type: _invited,
    s.ReminderDue.event_type: _reminder,
    s.AssessmentDeadlineSet.event_type: _deadline,
    s.AssessmentRevealed.event_type: _assessment_over,
    s.AssessmentClosed.event_type: _assessment_over,
    s.AssessmentDeleted.event_type: _assessment_over,
    s.RespondentSubmitted.event_type: _respondent_done,
    s.RespondentRevoked.event_type: _respondent_done,
}
