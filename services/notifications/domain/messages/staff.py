"""Messages to applicants and the staff of a municipality."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

import msgspec

from services.notifications.domain.facts import Texts
from services.notifications.domain.messages.base import About, Content
from services.notifications.domain.values import Day, Localized, Period, Value


class NamesMunicipality(Content, frozen=True):
    """Names the municipality it is about and leads to signing in."""

    placeholders: ClassVar[tuple[str, ...]] = ("municipality",)
    names_municipality = True
    action = "sign-in"
    municipality: Texts = msgspec.field(default_factory=dict)

    def values(self, about: About) -> dict[str, Value]:
        return {"municipality": Localized(self.municipality)}

    def path(self, about: About) -> str:
        begin = quote(f"/registration/{about.tenant}/staff-start", safe="")
        return f"/registration/sign-in?next={begin}"


class ToApplicant(NamesMunicipality, frozen=True):
    """A step of an application. Anybody can apply in anybody's name, so its recipient may be a stranger to it."""

    from_a_stranger = True
    action = "application"

    def path(self, about: About) -> str:
        code = about.contact.codes.get("application")
        return f"/registration/applications/{about.tenant}/{code}" if code else ""


class ApplicationReceived(ToApplicant, tag="application-received", frozen=True):
    now = True


class ApplicationQuestions(ToApplicant, tag="application-questions", frozen=True):
    pass


class ApplicationDeclined(ToApplicant, tag="application-declined", frozen=True):
    placeholders = ("municipality", "reason")
    reason: Texts = msgspec.field(default_factory=dict)

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "reason": Localized(self.reason, line=False)}


class StaffWelcome(NamesMunicipality, tag="staff-welcome", frozen=True):
    now = True


class StaffInvited(NamesMunicipality, tag="staff-invited", frozen=True):
    now = True


class TenantSuspended(NamesMunicipality, tag="tenant-suspended", frozen=True):
    pass


class TenantResumed(NamesMunicipality, tag="tenant-resumed", frozen=True):
    pass


class TenantLeaving(NamesMunicipality, tag="tenant-leaving", frozen=True):
    placeholders = ("municipality", "day")
    day: datetime | None = None

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "day": Day(self.day) if self.day else ""}


class TenantStaying(NamesMunicipality, tag="tenant-staying", frozen=True):
    pass


class MeasureSoon(Content, tag="measure-soon", frozen=True):
    """A measure is due soon."""

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
    """The district asks its member to take part in a joint self-check."""

    purpose = "internal"
    placeholders = ("joint",)
    joint: Texts = msgspec.field(default_factory=dict)
    joint_id: str = ""

    def values(self, about: About) -> dict[str, Value]:
        return {"joint": Localized(self.joint)}

    def path(self, about: About) -> str:
        return f"/selfcheck/{about.tenant}/joint-assessments/{self.joint_id}"


class SupportClosed(Content, tag="support-closed", frozen=True):
    """Nobody can ask for a kind of support any more: what was granted is to be ordered."""

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
    """Calls or letters have been lying for a while."""

    purpose = "internal"
    placeholders = ("calls", "letters")
    calls: int = 0
    letters: int = 0

    def values(self, about: About) -> dict[str, Value]:
        return {"calls": self.calls, "letters": self.letters}

    def path(self, about: About) -> str:
        return f"/notifications/{about.tenant}/"


class NewsOfTheDesk(Content, tag="desk-news", frozen=True):
    """What happened at the desk since its reader was told last; only for those who get their messages together."""

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
    """An endpoint of the municipality is gone, or took nothing for three days: nothing is sent to it any more."""

    purpose = "internal"
    urgent = True
    placeholders = ("address",)
    address: str = ""

    def values(self, about: About) -> dict[str, Value]:
        return {"address": self.address}

    def path(self, about: About) -> str:
        return f"/notifications/{about.tenant}/webhooks"


class AboutExchange(Content, frozen=True):
    """Something new in the exchange with other municipalities. What they wrote is read there, not in the mail."""

    purpose = "internal"
    subject: str = ""

    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/questions/{self.subject}"


class QuestionAsked(AboutExchange, tag="question-asked", frozen=True):
    """A question was asked: to a practice of the municipality, to its ring, or where it follows."""


class QuestionAnswered(AboutExchange, tag="question-answered", frozen=True):
    pass


class AnswerHelped(AboutExchange, tag="answer-helped", frozen=True):
    pass


class RingInvited(AboutExchange, tag="ring-invited", frozen=True):
    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/rings/{self.subject}"


class VisitAsked(AboutExchange, tag="visit-asked", frozen=True):
    """Another municipality offers to visit, or asks for a visit."""

    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/visits/{self.subject}"


class VisitAccepted(VisitAsked, tag="visit-accepted", frozen=True):
    pass


class VisitReportDue(VisitAsked, tag="visit-report-due", frozen=True):
    """The visit was weeks ago, and nobody has written yet what came of it."""


class ReportDue(Content, tag="report-due", frozen=True):
    """The link to the report, which shows what its reader may see when they open it."""

    purpose = "internal"

    def path(self, about: About) -> str:
        return f"/reporting/{about.tenant}/"
