"""Events of municipalities and of their staff. Aggregates (record keys): a municipality (its slug), a grant of roles."""

from datetime import date, datetime

from contracts.envelope import Event, Model
from contracts.registration.vocabulary import TOPIC, MunicipalityKind, Role, Texts


class _Municipality(Event):
    topic = TOPIC
    slug: str
    name: Texts
    kind: MunicipalityKind
    state: str
    inhabitants: int
    languages: tuple[str, ...]
    phone: str | None = None
    """Its telephone line for residents."""
    phone_hours: Texts | None = None
    colour: str | None = None
    """`#rrggbb`"""
    crest: str | None = None
    """Name of its picture, which registration serves at `/registration/{slug}/crest/{crest}`."""
    ags: str | None = None
    """Its key in the official list of municipalities, where it was picked from it."""


class MunicipalityApplied(_Municipality):
    """A municipality asks to take part."""

    event_type = "registration.municipality.applied.v1"
    contact_id: str


class MunicipalityAdmitted(_Municipality):
    """The programme office admits it: from now on it is a tenant. `languages[0]` is its default language."""

    event_type = "registration.municipality.admitted.v1"
    contact_id: str


class MunicipalityDeclined(Event):
    """The programme office refuses an application, with a reason for the applicant."""

    event_type = "registration.municipality.declined.v1"
    topic = TOPIC
    slug: str
    contact_id: str
    reason: str


class MunicipalityAsked(Event):
    """The programme office asks the applicant something before it decides. What it asks stands behind the applicant's link."""

    event_type = "registration.municipality.asked.v1"
    topic = TOPIC
    slug: str
    contact_id: str


class MunicipalityAnswered(Event):
    """The applicant answered the programme office."""

    event_type = "registration.municipality.answered.v1"
    topic = TOPIC
    slug: str


class Retention(Model):
    """For how long a municipality keeps what is personal: unconfirmed registrations (hours), registrations and wishes after
    the gathering (days), the proof of a consent after it was withdrawn or served its purpose (days)."""

    unconfirmed_hours: int = 48
    after_event_days: int = 28
    consent_proof_days: int = 1095


class MunicipalityChanged(_Municipality):
    """A municipality shows itself differently now; this is all that the public may know of it."""

    event_type = "registration.municipality.changed.v1"
    retention: Retention = Retention()


class MunicipalitySuspended(Event):
    """The programme office closed a municipality's pages for a while. `contact_ids`: its coordinators, who are told."""

    event_type = "registration.municipality.suspended.v1"
    topic = TOPIC
    slug: str
    contact_ids: tuple[str, ...] = ()


class MunicipalityResumed(Event):
    """A suspended municipality is open again. `contact_ids`: its coordinators."""

    event_type = "registration.municipality.resumed.v1"
    topic = TOPIC
    slug: str
    contact_ids: tuple[str, ...] = ()


class MunicipalityLeaving(Event):
    """A municipality will leave: everything of it is deleted on that day, unless it is called off. `contact_ids`: its coordinators."""

    event_type = "registration.municipality.leaving.v1"
    topic = TOPIC
    slug: str
    deletion_at: datetime
    contact_ids: tuple[str, ...] = ()


class MunicipalityStaying(Event):
    """The deletion of a municipality was called off. `contact_ids`: its coordinators."""

    event_type = "registration.municipality.staying.v1"
    topic = TOPIC
    slug: str
    contact_ids: tuple[str, ...] = ()


class MunicipalityDeleted(Event):
    """A municipality is no tenant any more: every service deletes all it holds of it and answers with a receipt."""

    event_type = "registration.municipality.deleted.v1"
    topic = TOPIC
    slug: str


class Period(Model):
    """From one day until another, which does not belong to it any more (open end: None)."""

    valid_from: date
    valid_until: date | None = None


class MembershipChanged(Event):
    """A member municipality belongs to a district from one day until another (open end: None).

    `periods`: all times in which it belongs to this district, as known now; they replace what was told before.
    """

    event_type = "registration.membership.changed.v1"
    topic = TOPIC
    district: str
    member: str
    valid_from: date
    valid_until: date | None = None
    periods: tuple[Period, ...] | None = None


class MunicipalityListed(Event):
    """An entry of the official list of municipalities (GV-ISys), as the list of the day `as_of` has it; of the platform, no tenant.

    `ags`: the official municipality key. `area` in km²; `urbanisation`: 1 densely, 2 in between, 3 thinly populated. `ended`: the
    list has it no more.
    """

    event_type = "registration.municipality.listed.v1"
    topic = TOPIC
    ags: str
    name: str
    state: str
    as_of: date
    kind: str | None = None
    district: str | None = None
    inhabitants: int | None = None
    area: float | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    urbanisation: int | None = None
    ended: bool = False


class StaffGranted(Event):
    """Someone holds exactly these roles in a tenant. `email_key` is an HMAC of the verified address, never the address.
    `contact_id`: the contact that is invited with this, if this is how they come in.
    """

    event_type = "registration.staff.granted.v1"
    topic = TOPIC
    email_key: str
    roles: tuple[Role, ...]
    contact_id: str | None = None


class StaffRevoked(Event):
    """Someone holds no role in a tenant any more."""

    event_type = "registration.staff.revoked.v1"
    topic = TOPIC
    email_key: str
