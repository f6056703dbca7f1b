"""Messages to groups about their place in a gathering."""

from __future__ import annotations

import hashlib

import msgspec

from services.notifications.domain.changes import Changes
from services.notifications.domain.facts import Contact, Gathering, Group, Texts
from services.notifications.domain.messages.base import About, Content, GatheringMessage
from services.notifications.domain.values import Difference, Localized, Moment, PlaceInGathering, Value

CONFIRM_BY_CALL = "confirm-by-call"
NEW_ADDRESS = "confirm-new-address"
HAVE_SEATS = ("confirmed", "arrived")


class ConfirmAddress(GatheringMessage, tag="confirm-address", frozen=True):
    """Asks for a confirmation by the link; the seat is held for a while."""

    action = "confirm"
    matters_while = ("unconfirmed",)
    soon = now = about_the_group = proves_address = True


class ConfirmByCall(GatheringMessage, tag=CONFIRM_BY_CALL, frozen=True):
    """Asks somebody who signed up without an e-mail address whether they come; their seat is held until they were reached."""

    action = "confirm"
    matters_while = ("unconfirmed",)
    soon = now = answered = about_the_group = True

    def path(self, about: About) -> str:
        proof = about.contact.codes.get("reached")
        return about.own_page(f"/reached/{proof}" if proof else "")


class Registered(GatheringMessage, tag="registered", frozen=True):
    matters_while = HAVE_SEATS
    now = about_the_group = tells_place = tells_door = True
    calendar = "enter"


class Confirmed(GatheringMessage, tag="confirmed", frozen=True):
    matters_while = HAVE_SEATS
    now = about_the_group = tells_place = tells_door = True
    calendar = "enter"


class Waiting(GatheringMessage, tag="waiting", frozen=True):
    placeholders = ("title", "when", "position")
    matters_while = ("waiting",)
    now = about_the_group = True
    position: int | None = None

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "position": "" if self.position is None else self.position}


class InDraw(GatheringMessage, tag="in-draw", frozen=True):
    """Stands in for `Waiting` before a lottery is drawn: nobody has a place in line yet, everybody takes part in the draw."""

    matters_while = ("waiting",)
    about_the_group = True


class NotDrawn(Waiting, tag="not-drawn", frozen=True):
    now = False


class Drawn(GatheringMessage, tag="drawn", frozen=True):
    matters_while = HAVE_SEATS
    about_the_group = tells_place = tells_door = True
    calendar = "enter"


class Offered(GatheringMessage, tag="offered", frozen=True):
    action = "answer"
    matters_while = ("offered",)
    soon = now = answered = about_the_group = tells_place = True


class OfferHalfOver(GatheringMessage, tag="offer-half-over", frozen=True):
    """Reminds of an offer when half of the time to answer it is over and no answer came."""

    action = "answer"
    placeholders = ("title", "when", "until")
    matters_while = ("offered",)
    soon = now = answered = True

    def values(self, about: About) -> dict[str, Value]:
        until = about.group.until if about.group else None
        return {**super().values(about), "until": Moment(until) if until else ""}


class Lapsed(GatheringMessage, tag="lapsed", frozen=True):
    matters_while = ("lapsed",)
    calendar = "remove"


class Released(GatheringMessage, tag="released", frozen=True):
    matters_while = ("lapsed",)
    calendar = "remove"


class Cancelled(GatheringMessage, tag="cancelled", frozen=True):
    matters_while = ("cancelled",)
    calendar = "remove"


class Reconfirm(GatheringMessage, tag="reconfirm", frozen=True):
    """Asks once more whether the group comes."""

    action = "answer"
    matters_while = ("confirmed",)
    soon = answered = about_the_group = tells_place = tells_door = True


class SupportGranted(GatheringMessage, tag="support-granted", frozen=True):
    matters_while = ("unconfirmed", "confirmed", "offered")
    soon = about_the_group = True


class SupportChanged(GatheringMessage, tag="support-changed", frozen=True):
    matters_while = ("unconfirmed", "confirmed", "offered", "waiting")
    about_the_group = True


class RegistrationChanged(GatheringMessage, tag="registration-changed", frozen=True):
    placeholders = ("title", "when", "people")
    matters_while = ("unconfirmed", "confirmed", "offered", "waiting")
    about_the_group = True

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "people": about.group.size if about.group else 1}


class GatheringReminder(GatheringMessage, tag="gathering-reminder", frozen=True):
    """Reminds a group of the gathering some days before it; of several meetings, of the one with the id `meeting`."""

    matters_while = HAVE_SEATS
    soon = may_wait = about_the_group = tells_place = tells_door = True
    days_before: int = 1
    meeting: str = ""

    def relevant_part(self, gathering: Gathering | None) -> Gathering | None:
        return gathering.only_meeting(self.meeting) if gathering and self.meeting else gathering


class GatheringThanks(GatheringMessage, tag="gathering-thanks", frozen=True):
    """Thanks those who were there, in the words of the coordinator, and asks for feedback. `feedback`: a ticket for the questions, made
    when the message is sent and stored nowhere."""

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


class GatheringChanged(GatheringMessage, tag="gathering-changed", frozen=True):
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


class GatheringCancelled(GatheringMessage, tag="gathering-cancelled", frozen=True):
    placeholders = ("title", "when", "reason")
    soon = now = when_called_off = True
    calendar = "remove"
    reason: Texts = msgspec.field(default_factory=dict)

    def values(self, about: About) -> dict[str, Value]:
        return {**super().values(about), "reason": Localized(self.reason, line=False)}


class ConfirmNewAddress(Content, tag=NEW_ADDRESS, frozen=True):
    """Asks the owner of a new e-mail address to confirm it. `which`: a fingerprint of the code for that address. The message is void once the
    address was replaced: after ten changes only the owner of the last address is asked."""

    action = "confirm"
    now = email_only = after_the_end = when_called_off = True
    which: str = ""

    def is_current(self, contact: Contact) -> bool:
        return not self.which or self.which == mark_of(contact.codes.get("address", ""))

    def path(self, about: About) -> str:
        code = about.contact.codes.get("address")
        return f"/registration/{about.tenant}/address/{about.contact.id}/{code}" if code else ""


def mark_of(code: str) -> str:
    """A fingerprint that tells codes apart and gives none away."""
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def place_in_gathering(about: About) -> PlaceInGathering:
    """The group's place as the text names it: before the draw, a group that waits takes part in the draw."""
    group = about.group or Group()
    in_draw = group.status == "waiting" and about.gathering is not None and about.gathering.undrawn
    return PlaceInGathering("in-draw" if in_draw else group.status, group.until)
