"""Profiles and crests as they are stored."""

from __future__ import annotations

from chassis.storage.documents import Part, StoredDocument


class Office(Part, frozen=True, kw_only=True):
    """An office and how it is reached."""

    office: str
    email: str | None = None
    phone: str | None = None
    post: str | None = None
    web: str | None = None


class Accessibility(Part, frozen=True, kw_only=True):
    """What does not work yet, by language, and the office that watches over it (None: that of the federal state)."""

    barriers: dict[str, str] | None = None
    enforcement: Office | None = None


class RetentionRule(Part, frozen=True, kw_only=True):
    """For how long what is personal is kept, see `contracts.registration.Retention`."""

    unconfirmed_hours: int = 48
    after_event_days: int = 28
    consent_proof_days: int = 1095


class Profile(Part, frozen=True, kw_only=True):
    """What a municipality shows of itself beyond what it applied with. `crest`: the name of its picture."""

    phone: str | None = None
    phone_hours: dict[str, str] | None = None
    colour: str | None = None
    crest: str | None = None
    contact: Office | None = None
    accessibility: Accessibility | None = None
    data_protection: Office | None = None
    retention: RetentionRule | None = None


NO_PROFILE = Profile()


class Crest(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A picture under the name of its content."""

    name: str
    content: bytes
