"""Events of groups that take part in a gathering. Aggregate (record key): the gathering, so that its events and theirs keep one order."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from contracts.envelope import Event
from contracts.registration.vocabulary import TOPIC, AnsweredFrom, Channel, SeatStatus, SupportStatus


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


class ParticipantReassigned(_Participant):
    """Staff entered for which kept seats the group counts, or by which invitation it came. Which, and whether that is another one than
    before, is nobody else's business."""

    event_type = "registration.participant.reassigned.v1"


class ParticipantReleased(_Participant):
    """A group that was asked did not answer in time: its seats go to the next in line."""

    event_type = "registration.participant.released.v1"


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
