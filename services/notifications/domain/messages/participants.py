"""Messages to groups about their place in a gathering."""

from __future__ import annotations

import hashlib

import msgspec

from services.notifications.domain.changes import Changes
from services.notifications.domain.facts import Contact, Gathering, Group, Texts
from services.notifications.domain.messages.base import About, AboutGathering, Content
from services.notifications.domain.values import Difference, Localized, Moment, PlaceInGathering, Value

CONFIRM_BY_CALL = "confirm-by-call"
NEW_ADDRESS = "confirm-new-address"
HAVE_SEATS = ("confirmed", "arrived")


class ConfirmAddress(AboutGathering, tag="confirm-address", frozen=True):
    """Asks for a confirmation by the link; the seat is held for a while."""

    action = "confirm"
    matters_while = ("unconfirmed",)
    soon = now = about_the_group = proves_address = True


class ConfirmByCall(AboutGathering, tag=CONFIRM_BY_CALL, frozen=True):
    """Asks somebody who signed up without an e-mail address whether they come; their seat is held until they were reached."""

    action = "confirm"
    matters_while = ("unconfirmed",)
    soon = now = answered = about_the_group = True

    def path(self, about: About) -> str:
        proof = about.contact.codes.get("reached")
        return about.own_page(f"/reached/{proof}" if proof else "")


class Registered(AboutGathering, tag="registered", frozen=True):
    matters_while = HAVE_SEATS
    now = about_the_group = tells_place = tells_door = True
    calendar = "enter"


class Confirmed(AboutGathering, tag="confirmed", frozen=True):
    matters_while = HAVE_SEATS
    now = about_the_group = tells_place = tells_door = True
    calendar = "enter"


class Waiting(AboutGathering, tag="waiting", frozen=True):
    placeholders = ("title", "when", "position")
    matters_while = ("waiting",)
    now = about_the_group = True
    position: int | None = None

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "position": "" if self.position is None else self.position}


class InDraw(AboutGathering, tag="in-draw", frozen=True):
    """Before a lottery is drawn nobody waits in line: everybody takes part in the draw."""

    matters_while = ("waiting",)
    about_the_group = True


class NotDrawn(Waiting, tag="not-drawn", frozen=True):
    now = False


class Drawn(AboutGathering, tag="drawn", frozen=True):
    matters_while = HAVE_SEATS
    about_the_group = tells_place = tells_door = True
    calendar = "enter"


class Offered(AboutGathering, tag="offered", frozen=True):
    action = "answer"
    matters_while = ("offered",)
    soon = now = answered = about_the_group = tells_place = True


class OfferHalfOver(AboutGathering, tag="offer-half-over", frozen=True):
    """Half of the time to answer an offer is over, and there is no answer yet."""

    action = "answer"
    placeholders = ("title", "when", "until")
    matters_while = ("offered",)
    soon = now = answered = True

    def values(self, about: About) -> dict[str, Value]:
        until = about.group.until if about.group else None
        return {**super().values(about), "until": Moment(until) if until else ""}


class Lapsed(AboutGathering, tag="lapsed", frozen=True):
    matters_while = ("lapsed",)
    calendar = "remove"


class Released(AboutGathering, tag="released", frozen=True):
    matters_while = ("lapsed",)
    calendar = "remove"


class Cancelled(AboutGathering, tag="cancelled", frozen=True):
    matters_while = ("cancelled",)
    calendar = "remove"


class Reconfirm(AboutGathering, tag="reconfirm", frozen=True):
    """Asks once more whether the group comes."""

    action = "answer"
    matters_while = ("confirmed",)
    soon = answered = about_the_group = tells_place = tells_door = True


class SupportGranted(AboutGathering, tag="support-granted", frozen=True):
    matters_while = ("unconfirmed", "confirmed", "offered")
    soon = about_the_group = True


class SupportChanged(AboutGathering, tag="support-changed", frozen=True):
    matters_while = ("unconfirmed", "confirmed", "offered", "waiting")
    about_the_group = True


class RegistrationChanged(AboutGathering, tag="registration-changed", frozen=True):
    placeholders = ("title", "when", "people")
    matters_while = ("unconfirmed", "confirmed", "offered", "waiting")
    about_the_group = True

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "people": about.group.size if about.group else 1}


class GatheringReminder(AboutGathering, tag="gathering-reminder", frozen=True):
    """Reminds a group of the gathering some days before it; of several meetings, of the one with the id `meeting`."""

    matters_while = HAVE_SEATS
    soon = about_the_group = tells_place = tells_door = True
    days_before: int = 1
    meeting: str = ""

    def narrowed(self, gathering: Gathering | None) -> Gathering | None:
        return gathering.at(self.meeting) if gathering and self.meeting else gathering


class GatheringThanks(AboutGathering, tag="gathering-thanks", frozen=True):
    """Thanks who was there, with what the coordinator wrote, and asks how it was. `feedback`: a ticket for the questions, made when
    the message goes out and kept nowhere."""

    purpose = "optional"
    action = "feedback"
    placeholders = ("title", "thanks")
    matters_while = ("arrived", "confirmed")
    after_the_end = True
    feedback: str = ""

    @property
    def secret(self) -> str:
        return self.feedback

    def path(self, about: About) -> str:
        if not self.feedback or about.gathering is None:
            return about.own_page()
        return f"/notifications/{about.tenant}/feedback/{about.gathering.id}/{self.feedback}"

    def values(self, about: About) -> dict[str, Value]:
        thanks = about.gathering.thanks if about.gathering else {}
        return {**super().values(about), "thanks": Localized(thanks, line=False)}


class GatheringChanged(AboutGathering, tag="gathering-changed", frozen=True):
    placeholders = ("title", "when", "changes", "standing")
    matters_while = ("unconfirmed", "confirmed", "waiting", "offered", "arrived")
    soon = True
    calendar = "enter"
    changes: Changes = Changes()

    def values(self, about: About) -> dict[str, Value]:
        seated = about.group is not None and about.group.status in HAVE_SEATS
        return {
            **super().values(about),
            "changes": Difference(self.changes, seated),
            "standing": place_in_gathering(about),
        }


class GatheringCancelled(AboutGathering, tag="gathering-cancelled", frozen=True):
    placeholders = ("title", "when", "reason")
    soon = now = when_called_off = True
    calendar = "remove"
    reason: Texts = msgspec.field(default_factory=dict)

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "reason": Localized(self.reason, line=False)}


class ConfirmNewAddress(Content, tag=NEW_ADDRESS, frozen=True):
    """Asks the owner of a new address to confirm it. People may correct how they are reached as long as it is stored. `which`: a mark
    of the code for the address, which ends with it: one who changes it ten times asks the owner of the last one, once."""

    action = "confirm"
    now = email_only = after_the_end = when_called_off = True
    which: str = ""

    def is_current(self, contact: Contact) -> bool:
        return not self.which or self.which == mark_of(contact.codes.get("address", ""))

    def path(self, about: About) -> str:
        code = about.contact.codes.get("address")
        return f"/registration/{about.tenant}/address/{about.contact.id}/{code}" if code else ""


def mark_of(code: str) -> str:
    """Tells codes apart and gives none away."""
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def place_in_gathering(about: About) -> PlaceInGathering:
    """Place of a group, for words of the reader: before the draw, who waits takes part in it."""
    group = about.group or Group()
    in_draw = group.status == "waiting" and about.gathering is not None and about.gathering.undrawn
    return PlaceInGathering("in-draw" if in_draw else group.status, group.until)
