"""Messages to those who are asked in a self-check."""

from __future__ import annotations

from datetime import datetime

from services.notifications.domain.messages.base import About, Content


class RespondentMessage(Content, frozen=True):
    """A message to somebody who is asked in a self-check; its link leads to the questions. `until`: the deadline, where there is one."""

    action = "questions"
    until: datetime | None = None

    def path(self, about: About) -> str:
        code = about.contact.codes.get("answer")
        return f"/selfcheck/answers/{code}" if code else ""


class RespondentInvited(RespondentMessage, tag="respondent-invited", frozen=True):
    pass


class RespondentHandedOn(RespondentMessage, tag="respondent-handed-on", frozen=True):
    """Another respondent handed questions on to this address."""

    from_a_stranger = True


class RespondentReminder(RespondentMessage, tag="respondent-reminder", frozen=True):
    pass


class RespondentMoreTime(RespondentMessage, tag="respondent-more-time", frozen=True):
    pass


class RespondentNewLink(RespondentMessage, tag="respondent-new-link", frozen=True):
    now = True
