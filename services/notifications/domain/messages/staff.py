"""Messages to applicants and the staff of a municipality."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

import msgspec

from services.notifications.domain.facts import Texts
from services.notifications.domain.messages.base import About, Content
from services.notifications.domain.values import Day, Localized, Period, Value


class MunicipalityMessage(Content, frozen=True):
    """A message that names the municipality it is about; its link leads to signing in."""

    placeholders: ClassVar[tuple[str, ...]] = ("municipality",)
    names_municipality = True
    action = "sign-in"
    municipality: Texts = msgspec.field(default_factory=dict)

    def values(self, about: About) -> dict[str, Value]:
        return {"municipality": Localized(self.municipality)}

    def path(self, about: About) -> str:
        begin = quote(f"/registration/{about.tenant}/staff-start", safe="")
        return f"/registration/sign-in?next={begin}"


class ApplicantMessage(MunicipalityMessage, frozen=True):
    """A message about an application. Anybody can apply in anybody's name, so its recipient may know nothing of it."""

    from_a_stranger = True
    action = "application"

    def path(self, about: About) -> str:
        code = about.contact.codes.get("application")
        return f"/registration/applications/{about.tenant}/{code}" if code else ""


class ApplicationReceived(ApplicantMessage, tag="application-received", frozen=True):
    now = True


class ApplicationQuestions(ApplicantMessage, tag="application-questions", frozen=True):
    pass


class ApplicationDeclined(ApplicantMessage, tag="application-declined", frozen=True):
    placeholders = ("municipality", "reason")
    reason: Texts = msgspec.field(default_factory=dict)

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "reason": Localized(self.reason, line=False)}


class StaffWelcome(MunicipalityMessage, tag="staff-welcome", frozen=True):
    now = True


class StaffInvited(MunicipalityMessage, tag="staff-invited", frozen=True):
    now = True


class TenantSuspended(MunicipalityMessage, tag="tenant-suspended", frozen=True):
    pass


class TenantResumed(MunicipalityMessage, tag="tenant-resumed", frozen=True):
    pass


class TenantLeaving(MunicipalityMessage, tag="tenant-leaving", frozen=True):
    placeholders = ("municipality", "day")
    day: datetime | None = None

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "day": Day(self.day) if self.day else ""}


class TenantStaying(MunicipalityMessage, tag="tenant-staying", frozen=True):
    pass


class MeasureSoon(Content, tag="measure-soon", frozen=True):
    """Reminds coordinators of a measure that is due soon."""

    purpose = "internal"
    placeholders = ("measure", "day")
    measure: str = ""
    day: datetime | None = None

    def values(self, about: About) -> dict[str, Value]:
        return {"measure": self.measure, "day": Day(self.day) if self.day else ""}

    def path(self, about: About) -> str:
        return f"/selfcheck/{about.tenant}/measures"


class MeasureOverdue(MeasureSoon, tag="measure-overdue", frozen=True):
    pass


class JointAsked(Content, tag="joint-asked", frozen=True):
    """Tells coordinators that their district asks them to take part in a joint self-check."""

    purpose = "internal"
    placeholders = ("joint",)
    joint: Texts = msgspec.field(default_factory=dict)
    joint_id: str = ""

    def values(self, about: About) -> dict[str, Value]:
        return {"joint": Localized(self.joint)}

    def path(self, about: About) -> str:
        return f"/selfcheck/{about.tenant}/joint-assessments/{self.joint_id}"


class SupportClosed(Content, tag="support-closed", frozen=True):
    """Tells coordinators that registration for a kind of support is closed, so that what was granted can be ordered."""

    purpose = "internal"
    urgent = True
    placeholders = ("title", "when", "support", "groups", "people")
    support: str = ""
    groups: int = 0
    people: int = 0

    def values(self, about: About) -> dict[str, Value]:
        gathering = about.gathering
        label = next(
            (offer.label for offer in (gathering.support if gathering else ()) if offer.id == self.support), {}
        )
        return {
            "title": Localized(gathering.title) if gathering else "",
            "when": Period(gathering.starts_at, gathering.ends_at) if gathering else "",
            "support": Localized(label) if label else "",
            "groups": self.groups,
            "people": self.people,
        }

    def path(self, about: About) -> str:
        return f"/registration/{about.tenant}/desk/{about.gathering.id if about.gathering else ''}/needs"


class HandsOnWaiting(Content, tag="hands-on-waiting", frozen=True):
    """Reminds coordinators of calls or letters that have waited for a day."""

    purpose = "internal"
    placeholders = ("calls", "letters")
    calls: int = 0
    letters: int = 0

    def values(self, about: About) -> dict[str, Value]:
        return {"calls": self.calls, "letters": self.letters}

    def path(self, about: About) -> str:
        return f"/notifications/{about.tenant}/"


class DeskNewsSummary(Content, tag="desk-news", frozen=True):
    """Sums up what happened at the desk since the reader's last digest; only for staff who get digests."""

    purpose = "internal"
    placeholders = ("registrations", "waiting", "calls")
    registrations: int = 0
    waiting: int = 0
    calls: int = 0

    def values(self, about: About) -> dict[str, Value]:
        return {"registrations": self.registrations, "waiting": self.waiting, "calls": self.calls}

    def path(self, about: About) -> str:
        return f"/registration/{about.tenant}/desk"


class WebhookDisabled(Content, tag="webhook-disabled", frozen=True):
    """Tells coordinators that a webhook endpoint was disabled because it is gone or has failed for three days."""

    purpose = "internal"
    urgent = True
    placeholders = ("address",)
    address: str = ""

    def values(self, about: About) -> dict[str, Value]:
        return {"address": self.address}

    def path(self, about: About) -> str:
        return f"/notifications/{about.tenant}/webhooks"


class ExchangeNews(Content, frozen=True):
    """Tells staff of news in the exchange with other municipalities. What those wrote is read there, not in the mail."""

    purpose = "internal"
    subject: str = ""

    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/questions/{self.subject}"


class QuestionAsked(ExchangeNews, tag="question-asked", frozen=True):
    """Tells of a question about a practice of the municipality, in its ring, or in a topic that it follows."""


class QuestionAnswered(ExchangeNews, tag="question-answered", frozen=True):
    pass


class AnswerHelped(ExchangeNews, tag="answer-helped", frozen=True):
    pass


class RingInvited(ExchangeNews, tag="ring-invited", frozen=True):
    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/rings/{self.subject}"


class VisitAsked(ExchangeNews, tag="visit-asked", frozen=True):
    """Tells that another municipality offers a visit, or asks for one."""

    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/visits/{self.subject}"


class VisitAccepted(VisitAsked, tag="visit-accepted", frozen=True):
    pass


class VisitReportDue(VisitAsked, tag="visit-report-due", frozen=True):
    """Reminds of the report on a visit that took place weeks ago."""


class ReportDue(Content, tag="report-due", frozen=True):
    """Sends the link to a report, which shows what its reader may see at the time they open it."""

    purpose = "internal"

    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/"
