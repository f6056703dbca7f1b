"""What registration tells: municipalities, staff roles, gatherings and who takes part. Pseudonymous throughout.

Aggregates (record keys): a municipality (its slug), a grant of roles, a gathering (its participants' events too, so that
they keep one order), an erased person.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from contracts.envelope import Event, Model

Texts = dict[str, str]
"""A text that people read, by BCP 47 language."""

TOPIC = "registration.v1"

MunicipalityKind = Literal["city", "district", "municipality"]
GatheringKind = Literal["kickoff", "workshop", "dialogue", "training", "exchange"]
Mode = Literal["onsite", "online", "hybrid"]
Allocation = Literal["first_come", "lottery"]
Channel = Literal["web", "phone", "email", "helper"]
AnsweredFrom = Literal["email", "phone"]
SeatStatus = Literal["unconfirmed", "confirmed", "waiting", "offered", "cancelled", "lapsed", "arrived"]
Role = Literal["coordinator", "intake", "moderator", "decision_maker"]
SupportStatus = Literal["granted", "waiting", "with_seat", "refused"]
"""Of one wish: booked; in line for it; remembered until the group has seats; asked too late or not offered any more."""


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


class Support(Model):
    """Support one can book: an interpreter, childcare, step-free access. `capacity` None: as many as ask.

    `counts`: what the capacity is a number of: groups, or the people in them.
    """

    id: str
    label: Texts
    capacity: int | None = None
    request_until: datetime | None = None
    counts: Literal["groups", "people"] = "groups"


class Reconfirm(Model):
    """Confirmed groups are asked once more, so many hours before the start, and have so many hours to answer."""

    hours_before: float
    hours_to_answer: float


class GatheringReminder(Model):
    """Groups with seats are reminded so many days before the start."""

    days_before: int


class KeptSeats(Model):
    """Seats kept for a group that a municipality wants to reach, until then or the start. Whom they are kept for is not told, so that no event
    says of anybody whether they belong to it."""

    seats: int
    until: datetime | None = None


class Meeting(Model):
    """One of several meetings of a gathering, for which people sign up once. `place` None: the gathering's. `cancelled`: it was called
    off, and the others take place."""

    id: str
    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    cancelled: bool = False


class Gathering(Model):
    """A gathering as the public may know it; the join address never leaves registration."""

    gathering_id: str
    title: Texts
    description: Texts
    kind: GatheringKind
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    place: str | None = None
    has_join_url: bool = False
    capacity: int
    party_max: int
    allocation: Allocation
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    offer_hours: float
    confirm_minutes: int
    support: tuple[Support, ...] = ()
    open_to: Literal["residents", "staff", "municipalities"] = "residents"
    series: str | None = None
    reconfirm: Reconfirm | None = None
    withdrawn: tuple[Support, ...] = ()
    """Support that was offered before and is not any more, so that who asked for it is told by its name."""
    reminders: tuple[GatheringReminder, ...] | None = None
    """When its groups are reminded; None: as its municipality does."""
    thanks: Texts | None = None
    """What those who were there are told afterwards."""
    kept: tuple[KeptSeats, ...] | None = None
    """None: no seats are kept."""
    meetings: tuple[Meeting, ...] | None = None
    """All meetings in order where there are several; then `starts_at` and `ends_at` are those of the first and the last that take place."""


WORTH_TELLING = frozenset({"starts_at", "ends_at", "place", "mode", "join_url", "meetings"})
"""Fields of a gathering whose change everybody who takes part is told of."""


class GatheringPublished(Event):
    """A gathering is open for those it is meant for (`open_to`). `seed_commitment` is the SHA-256 of the lottery's secret
    seed; `revision` counts its changes and only rises (SEQUENCE of RFC 5545 in people's calendars)."""

    event_type = "registration.gathering.published.v1"
    topic = TOPIC
    gathering: Gathering
    seed_commitment: str | None = None
    revision: int = 0


class GatheringChanged(Event):
    """A published gathering is different now; `changed` names the fields, `gathering` is the new whole, `before` the old
    one (events from before that field have none)."""

    event_type = "registration.gathering.changed.v1"
    topic = TOPIC
    gathering: Gathering
    changed: tuple[str, ...]
    before: Gathering | None = None
    revision: int = 0


class GatheringDrawn(Event):
    """The lottery was drawn. With the seed anyone can compute the order of `registration_ids` again (`kommune lottery`)."""

    event_type = "registration.gathering.drawn.v1"
    topic = TOPIC
    gathering_id: str
    seed: str
    registration_ids: tuple[str, ...]


class GatheringCancelled(Event):
    """A gathering will not take place, with a reason for everybody who takes part."""

    event_type = "registration.gathering.cancelled.v1"
    topic = TOPIC
    gathering_id: str
    reason: Texts
    revision: int = 0


class _Participant(Event):
    topic = TOPIC
    gathering_id: str
    registration_id: str


class ParticipantRegistered(_Participant):
    """A group of `size` people stands in the ledger. `registration_id` is also the id of its contact.

    `walk_in`: it came to the door unannounced, so nobody need write to it. `to_reach`: it is unconfirmed and gave no e-mail
    address; whoever reaches it, by telephone as a rule, asks whether it comes.
    """

    event_type = "registration.participant.registered.v1"
    status: SeatStatus
    position: int | None = None
    size: int
    language: str
    channel: Channel
    support: tuple[str, ...] = ()
    confirm_by: datetime | None = None
    walk_in: bool = False
    to_reach: bool = False
    support_status: dict[str, SupportStatus] = Field(default_factory=dict)


class ParticipantExtended(_Participant):
    """The message that asks the group to confirm its address goes out late: it may do so until `confirm_by`."""

    event_type = "registration.participant.extended.v1"
    confirm_by: datetime


class ParticipantConfirmed(_Participant):
    """The group has its seats for sure. `by`: how that came about. `answered`: from where the group itself said so, if it was asked
    there; staff may also confirm for somebody."""

    event_type = "registration.participant.confirmed.v1"
    by: Literal["registration", "address", "acceptance", "draw"]
    answered: AnsweredFrom | None = None


class ParticipantWaiting(_Participant):
    """The group waits in line: it confirmed its address, or the lottery gave it no seats. `answered` as in `ParticipantConfirmed`."""

    event_type = "registration.participant.waiting.v1"
    position: int
    because: Literal["address", "draw"] = "address"
    answered: AnsweredFrom | None = None


class ParticipantOffered(_Participant):
    """Seats became free for the group; they are held until the offer expires."""

    event_type = "registration.participant.offered.v1"
    offer_expires_at: datetime


class ParticipantPassedOver(_Participant):
    """A group in line was passed over because it did not fit into the free seats; part of the audit trail."""

    event_type = "registration.participant.passed-over.v1"
    size: int
    free: int
    in_favour_of: str


class ParticipantLapsed(_Participant):
    """A deadline went by: the address was not confirmed, or the offer not accepted."""

    event_type = "registration.participant.lapsed.v1"
    was: Literal["unconfirmed", "offered"]


class ParticipantCancelled(_Participant):
    """The group gave up its seats or its place in line."""

    event_type = "registration.participant.cancelled.v1"
    by: Literal["holder", "staff", "erasure"]


class ParticipantChanged(_Participant):
    """The group's size, language or support is different now."""

    event_type = "registration.participant.changed.v1"
    size: int
    language: str
    support: tuple[str, ...] = ()


class ParticipantSupported(_Participant):
    """Where the group's wishes for support stand now, all of them; `granted` names what it was given just now.

    `because`: its seats came, it asked for something else, something became free, or the coordinator changed what is offered.
    """

    event_type = "registration.participant.supported.v1"
    support_status: dict[str, SupportStatus]
    granted: tuple[str, ...] = ()
    because: Literal["seats", "request", "freed", "offer"]


class ParticipantAsked(_Participant):
    """A group with seats is asked to say once more that it comes, until `reconfirm_by`."""

    event_type = "registration.participant.asked.v1"
    reconfirm_by: datetime


class ParticipantReconfirmed(_Participant):
    """A group that was asked said that it comes."""

    event_type = "registration.participant.reconfirmed.v1"


class ParticipantReleased(_Participant):
    """A group that was asked did not answer in time: its seats go to the next in line."""

    event_type = "registration.participant.released.v1"


class SupportClosed(Event):
    """The deadline for asking for a kind of support has passed: what was granted (groups, people) is to be ordered now."""

    event_type = "registration.support.closed.v1"
    topic = TOPIC
    gathering_id: str
    support: str
    groups: int
    people: int
    waiting: int


class ParticipantArrived(_Participant):
    """The group was checked in, or another number of it than was told before. `people`: how many of it are here (None: all).

    `meeting`: at which of several. Then `here` of it are there, and `people` is how many of it were at one meeting at the most.
    """

    event_type = "registration.participant.arrived.v1"
    people: int | None = None
    meeting: str | None = None
    here: int | None = None


class ParticipantArrivalUndone(_Participant):
    """The group was checked in by mistake: it holds its seats as before and is not here. `meeting`: the only one of several at which it was."""

    event_type = "registration.participant.arrival-undone.v1"
    meeting: str | None = None


class MeetingAttended(Model):
    """Groups and people who were at one of several meetings."""

    id: str
    groups: int
    people: int


class GatheringAttended(Event):
    """A gathering is over: who was there and who was not. Told again where the door's list was corrected; the last one counts.

    `groups` and `people` were there; `missed` are the registrations that held seats and did not come, `missed_people` of them
    and of groups of which only some came. Of several meetings everybody counts once, and `meetings` tells each of them.
    """

    event_type = "registration.gathering.attended.v1"
    topic = TOPIC
    gathering_id: str
    groups: int
    people: int
    missed: tuple[str, ...] = ()
    missed_people: int = 0
    meetings: tuple[MeetingAttended, ...] | None = None


class PersonErased(Event):
    """Everything personal about this person has to go, everywhere, for good. `person_id` is a contact id."""

    event_type = "registration.person.erased.v1"
    topic = TOPIC
    person_id: str


class PeopleErased(Event):
    """As `PersonErased`, for many people at once whose time was up: after a gathering, or when a municipality leaves.

    Receipts name `erasure_id` where they would name a person. At most 500 people (contact ids).
    """

    event_type = "registration.people.erased.v1"
    topic = TOPIC
    erasure_id: str
    person_ids: tuple[str, ...]
    reason: Literal["retention", "departure"] = "retention"


class ErasureReceipted(Event):
    """Registration's own receipt for an erasure: what it removed (documents by kind) and what legally remains.

    `person_id`: the person's, or the `erasure_id` of `PeopleErased`.
    """

    event_type = "registration.erasure.receipted.v1"
    topic = TOPIC
    person_id: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class DepartureReceipted(Event):
    """Registration's own receipt for a municipality that left: what was removed (documents by collection), what remains."""

    event_type = "registration.departure.receipted.v1"
    topic = TOPIC
    slug: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()
