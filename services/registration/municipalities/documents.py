"""Municipalities as they are stored: collection `municipalities`, whose ids are the tenants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chassis.storage.documents import Part, StoredDocument
from chassis.storage.idempotency import FirstRequest
from contracts.registration import Role
from programme.tenant_registry import TENANTS
from services.registration.applications.documents import (
    NOBODY,
    Application,
    ApplicationStatus,
    AskedQuestion,
    ContactOfApplicant,
    Decided,
    Facts,
)
from services.registration.domain.membership import Entry
from services.registration.domain.profile import public_facts
from services.registration.interface_languages.documents import InterfaceLanguage
from services.registration.json_values import as_json
from services.registration.legal_texts.documents import TextInForce
from services.registration.settings.documents import NO_PROFILE, Profile
from services.registration.staff.documents import StaffMember
from services.registration.tenant_offboarding.documents import Offboarding


class Suspended(Part, frozen=True, kw_only=True):
    """Why and since when the programme office keeps a municipality closed."""

    reason: str
    at: datetime


class Municipality(StoredDocument, frozen=True, kw_only=True):
    """A short name with all that ever applied for it; from admission on a tenant.

    `status` … `number`: the application that stands here itself, `former`: the others
    (`services.registration.applications.application_history`). `words`: what it is found by. `texts`: the versions in force, by
    subject. `interface_languages`: those it added to its pages, by tag. `staff`: roles by the key that stands for an address, `people`: who that is; `erased_staff`: their contacts that were
    erased. `belonging`: its memberships in districts (`domain.membership`). `due_at`: when its deletion goes on, or an applicant is
    to be erased.
    """

    status: ApplicationStatus
    facts: Facts
    contact_id: str = ""
    contact: ContactOfApplicant = NOBODY
    applied_at: datetime | None = None
    questions: tuple[AskedQuestion, ...] = ()
    decided: Decided | None = None
    request: FirstRequest | None = None
    number: int = 0
    former: tuple[Application, ...] = ()
    words: tuple[str, ...] | None = None
    profile: Profile = NO_PROFILE
    texts: dict[str, tuple[TextInForce, ...]] = msgspec.field(default_factory=dict)
    interface_languages: dict[str, InterfaceLanguage] = msgspec.field(default_factory=dict)
    staff: dict[str, tuple[Role, ...]] = msgspec.field(default_factory=dict)
    people: dict[str, StaffMember] = msgspec.field(default_factory=dict)
    erased_staff: tuple[str, ...] = msgspec.field(name="forgotten", default=())
    suspended: Suspended | None = None
    offboarding: Offboarding | None = msgspec.field(name="leaving", default=None)
    belonging: tuple[Entry, ...] = ()

    @property
    def slug(self) -> str:
        return self.id

    @property
    def takes_part(self) -> bool:
        """Whether it is a tenant."""
        return self.status in TENANTS

    @property
    def is_being_deleted(self) -> bool:
        """Whether its deletion has begun and can't be stopped any more."""
        return self.offboarding is not None and self.offboarding.begun_at is not None

    @property
    def coordinators(self) -> tuple[str, ...]:
        """The contacts of those who coordinate it."""
        people = self.people
        return tuple(
            people[key].contact_id for key, roles in self.staff.items() if "coordinator" in roles and key in people
        )

    @property
    def public(self) -> dict[str, Any]:
        """What everybody may know of it (`domain.profile`)."""
        texts = {subject: versions[-1].version for subject, versions in self.texts.items()}
        return public_facts(as_json(self.facts), as_json(self.profile), self.status, texts)

    @property
    def added_languages(self) -> list[dict[str, Any]]:
        """The languages that residents can read its pages in beside ours, as `programme.frames` takes them. Other services are not told:
        their pages are not written in them."""
        published = ((code, one.version(one.in_force)) for code, one in self.interface_languages.items())
        return [
            {
                "code": code,
                "name": version.name,
                "direction": version.direction,
                "falls_back_to": version.falls_back_to,
                "version": version.number,
                "digest": version.digest,
            }
            for code, version in published
            if version is not None
        ]


@dataclass(frozen=True, slots=True)
class Member:
    """What a district sees of a municipality that belongs or belonged to it."""

    slug: str
    name: dict[str, str]
    belonging: tuple[Entry, ...]
