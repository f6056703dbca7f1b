"""Facts about the people, gatherings and groups that messages are about, as events told them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.contacts import ReachFirst

Texts = dict[str, str]
"""A text that people read, by language."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, rename={"id": "_id"}):
    """Base of rows that events feed. Stored fields that are not declared are ignored."""

    id: str = ""


class Contact(Fact, frozen=True, kw_only=True):
    """How one person is reached. `erased`: nothing is known any more and nothing may be sent."""

    name: str = ""
    language: str = "de"
    email: str | None = None
    phone: str | None = None
    phone_e164: str | None = None
    post: str | None = None
    helper: str | None = None
    via_helper: bool = False
    new_email: str | None = None
    reach_first: ReachFirst = "any"
    answered: dict[str, bool] = {}
    """As in `contracts.contacts.ContactRecorded`: by way, of what came later than the registration."""
    codes: dict[str, str] = {}
    kind: str = ""
    """`registration`, `respondent`, `staff` or `applicant`; empty in rows from before it was kept."""
    erased: bool = False


class Offer(msgspec.Struct, frozen=True):
    """Support that a gathering offers."""

    id: str
    label: Texts


class Meeting(msgspec.Struct, frozen=True):
    """One of several meetings of a gathering. `place` None: the gathering's."""

    id: str
    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    cancelled: bool = False


class Gathering(Fact, frozen=True, kw_only=True):
    """A published gathering. `meetings`: all of them where there are several, for which people signed up once."""

    title: Texts = {}
    starts_at: datetime
    ends_at: datetime
    description: Texts = {}
    place: str | None = None
    mode: str | None = None
    revision: int = 0
    changed_at: datetime | None = None
    cancelled: bool = False
    allocation: str = "first_come"
    drawn: bool = False
    support: tuple[Offer, ...] = ()
    withdrawn: tuple[Offer, ...] = ()
    reminders: tuple[int, ...] | None = None
    """Days before the start on which it reminds; None: as its municipality does."""
    thanks: Texts = {}
    meetings: tuple[Meeting, ...] = ()

    def only_meeting(self, meeting: str) -> Gathering:
        """One of its meetings as if it were a gathering of its own, so that a message about it alone says its time and place. A meeting
        that is not known counts as called off."""
        chosen = next((one for one in self.meetings if one.id == meeting), None)
        if chosen is None:
            return msgspec.structs.replace(self, cancelled=True)
        return msgspec.structs.replace(
            self,
            starts_at=chosen.starts_at,
            ends_at=chosen.ends_at,
            place=chosen.place or self.place,
            cancelled=self.cancelled or chosen.cancelled,
            meetings=(),
        )

    @property
    def active_meetings(self) -> tuple[Meeting, ...]:
        """The meetings that are not called off; the gathering itself where it has no list of meetings."""
        active = tuple(one for one in self.meetings if not one.cancelled)
        return active or (Meeting("", self.starts_at, self.ends_at, self.place),)

    @property
    def matters_until(self) -> datetime:
        """Until when news about it matters: also that its last meeting is called off has to be told."""
        return max([self.ends_at, *(one.ends_at for one in self.meetings)])

    @property
    def undrawn(self) -> bool:
        """Whether the lottery is still to be drawn."""
        return self.allocation == "lottery" and not self.drawn


class Group(Fact, frozen=True, kw_only=True):
    """A group's registration for a gathering. `until`: by when it has to answer. `support`: (id, status) of each wish.

    `entry`: it was sent an entry for its calendar. `asked`: it was asked once more whether it comes, and has not answered. `to_reach`: it signed
    up without an e-mail address, so it is called; `sure`: it confirmed that it comes, or staff did so for it; `answered`: by which address or number it did so itself (None in rows from before it was kept).
    `vouched`: staff entered it, so no stranger typed its name; `by_telephone`: they did so in a call, in which the group was told its status.
    """

    gathering: str = ""
    status: str = "confirmed"
    size: int = 1
    until: datetime | None = None
    support: tuple[tuple[str, str], ...] = ()
    entry: bool = True
    asked: bool = False
    to_reach: bool = False
    sure: bool = False
    answered: str | None = None
    vouched: bool = False
    by_telephone: bool = False
    registered_at: datetime | None = None
