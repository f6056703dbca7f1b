"""Refusals: a command that the rules do not allow. Each rule has a class of its own, named after what is the matter."""

from __future__ import annotations


class Refused(Exception):
    """A command the rules do not allow; `code` is stable, `detail` a sentence of the catalogue with places for `values`."""

    code = ""
    detail = ""

    def __init__(self, code: str | None = None, detail: str | None = None, **values: object) -> None:
        self.code = code or self.code
        self.detail = detail or self.detail
        self.values = values
        super().__init__(self.detail)


class NotRegistered(Refused):
    code = "not-registered"
    detail = "This registration was cancelled or has lapsed."


class NoRoom(Refused):
    code = "no-room"
    detail = "There are not enough free seats for a group of this size."


class SupportFull(Refused):
    code = "support-full"
    detail = "There is not enough of the support you booked for a group of this size. Come with fewer people or do without it."


class ListFull(Refused):
    code = "list-full"
    detail = "The waiting list is full as well. Please call us, perhaps there is another way."


class TooManyUnconfirmed(Refused):
    code = "too-many-unconfirmed"
    detail = "Too many seats are held for this address or number that nobody has confirmed yet. Please confirm them first, or call us."


class NoOffer(Refused):
    code = "no-offer"
    detail = "No seat is being offered to this registration."


class NotConfirmed(Refused):
    code = "no-seat"
    detail = "This group has no confirmed seats."


class StillWaiting(Refused):
    code = "no-seat"
    detail = "This group is still waiting for seats."


class TooManyPeople(Refused):
    code = "too-many"
    detail = "More people than are registered: first change how many come."


class CallFirst(Refused):
    code = "call-first"
    detail = "We call you first and ask whether you come. You need not do anything."


class NotOpen(Refused):
    code = "not-open"
    detail = "This gathering is not open for registration. Perhaps another one suits you."


class NotOpenYet(Refused):
    code = "not-open-yet"
    detail = "Registration has not opened yet. The page of the gathering says when it does."


class Closed(Refused):
    code = "closed"
    detail = "Registration has closed. Please call us, perhaps there is another way."


class CalledOff(Refused):
    code = "gathering-cancelled"
    detail = "This gathering does not take place."


class GatheringOver(Refused):
    code = "over"
    detail = "This gathering is over."


class MeetingOver(Refused):
    code = "over"
    detail = "This meeting is over."


class NotOver(Refused):
    code = "not-over"
    detail = "This meeting is not over yet."


class NotDrawnYet(Refused):
    code = "not-drawn"
    detail = "The seats of this meeting have not been drawn yet. Draw them first; then you can let in people who come unannounced."


class NoLottery(Refused):
    code = "no-lottery"
    detail = "Seats of this gathering are not drawn."


class DrawnOnlyWhenPublished(Refused):
    code = "not-open"
    detail = "Only a published gathering has a lottery to draw."


class AlreadyCancelled(Refused):
    code = "cancelled"
    detail = "A cancelled gathering can't be changed."


ADD_DEFAULT = "Add the text in the municipality's default language (%(language)s)."
Mistake = tuple[str, str, dict[str, object]]
"""JSON pointer, remedy as a sentence of the catalogue, what is filled into it."""


class Invalid(Exception):
    """What was entered is wrong in places that can be named."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__(", ".join(pointer for pointer, _, _ in mistakes))
        self.mistakes = mistakes
