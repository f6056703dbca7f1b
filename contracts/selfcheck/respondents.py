"""Events of those who are asked to answer."""

from datetime import datetime

from contracts.envelope import Event
from contracts.selfcheck.vocabulary import TOPIC


class RespondentInvited(Event):
    """Someone is asked to answer; with a contact, notifications sends the link. `handed_on`: by a colleague, for part of it."""

    event_type = "selfcheck.respondent.invited.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str
    perspective: str
    contact_id: str | None = None
    handed_on: bool = False


class RespondentRevoked(Event):
    """An invitation was taken back before anything was answered with it."""

    event_type = "selfcheck.respondent.revoked.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str


class ReminderDue(Event):
    """Someone who has not handed in is to be written to once; never after `not_after` (None: as long as it takes).

    `stage` says why: a number of days before the deadline (`days-7`), `by-hand` (the coordinator asked for it), `extended`
    (there is more time now) or `new-link` (the former link leads nowhere any more).
    """

    event_type = "selfcheck.reminder.due.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str
    contact_id: str
    stage: str
    deadline: datetime | None = None
    not_after: datetime | None = None


class RespondentSubmitted(Event):
    """Someone says they are done. What they answered stays in selfcheck."""

    event_type = "selfcheck.respondent.submitted.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str
    perspective: str
