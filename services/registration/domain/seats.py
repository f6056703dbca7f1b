"""The seat ledger of one gathering: who holds seats, who waits in line, and how seats move on.

Rules, in the words the municipality publishes them:
* A group is never split. Free seats go to the first group in line that fits into them.
* Whoever arrives stands at the end of the same line, so a newcomer gets seats at once only when nobody before them fits.
* A group that is passed over because it is too large for the free seats keeps its place; each passing-over is recorded.
* Seats that reach a group in line are offered until a deadline; a newcomer's seats are theirs at once.
* In a lottery everyone stands in line until the draw; the draw puts the line into a new order and gives seats by the same rule.
* An address that has to be confirmed keeps its seat or its place in line until a deadline, then both lapse. So does a telephone
  number that somebody typed in on the web: the municipality calls and asks (`domain/terms.py`).
* Where the coordinator wants it, confirmed groups are asked once more before the start; who does not answer in time gives up
  their seats. Who came to their seats later than that is not asked.

What is said of support stands in `services.registration.domain.support`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from contracts.registration import (
    GatheringAttended,
    ParticipantArrivalUndone,
    ParticipantArrived,
    ParticipantCancelled,
    ParticipantChanged,
    ParticipantReconfirmed,
    ParticipantRegistered,
)
from services.registration.domain.claim import Claim, Newcomer, Refused, Wish
from services.registration.domain.lottery import drawn_order
from services.registration.domain.moves import Moves
from services.registration.domain.support import Offer
from services.registration.domain.terms import Reconfirm, Terms

__all__ = ["Claim", "Ledger", "Newcomer", "Offer", "Reconfirm", "Refused", "Terms", "Wish"]


@dataclass
class Ledger(Moves):
    """The commands on a gathering's claims. Each lets lapse first what is due."""

    def register(self, newcomer: Newcomer, now: datetime, confirm_by: datetime | None) -> Claim:
        """Claim seats or a place in line; repeating it changes nothing. `confirm_by` None: the address needs no confirmation."""
        self.lapse(now)
        id = newcomer.registration_id
        existing = self.claims.get(id)
        if existing is not None:
            return existing
        seated = newcomer.size <= self.free and not self._before_draw
        wishes = self.support.asked((), newcomer.support, now)
        claim = Claim(
            newcomer.size,
            self._take_turn(),
            seated,
            confirm_by is None,
            confirm_by,
            wishes=wishes,
            language=newcomer.language,
            channel=newcomer.channel,
        )
        if seated:
            claim = self._served(claim)
            if self.waiting:
                self._tell_passed_over(self.line(), id)
        self._put(id, claim)
        self.events.append(
            ParticipantRegistered(
                gathering_id=self.id,
                registration_id=id,
                status=claim.status,
                position=None if seated else self._line_sizes.total(),
                size=newcomer.size,
                language=newcomer.language,
                channel=newcomer.channel,
                support=newcomer.support,
                confirm_by=confirm_by,
                support_status=claim.support_status,
                walk_in=newcomer.walk_in,
                to_reach=newcomer.to_reach,
            )
        )
        if claim.status == "confirmed":
            self._tell_confirmed(id, "registration")
        return claim

    def confirm(self, registration_id: str, now: datetime) -> Claim:
        """The address was confirmed."""
        claim = self._current(registration_id, now)
        if claim.confirmed:
            return claim
        claim = replace(claim, confirmed=True, until=None)
        self._put(registration_id, claim)
        if claim.seated:
            self._tell_confirmed(registration_id, "address")
        else:
            self._tell_waiting(registration_id, self.position(registration_id) or 0, "address")
        return claim

    def accept(self, registration_id: str, now: datetime) -> Claim:
        """An offer was accepted."""
        claim = self._current(registration_id, now)
        if claim.status in ("confirmed", "arrived"):
            return claim
        if claim.status != "offered":
            raise Refused("no-offer", "No seat is being offered to this registration.")
        claim = replace(claim, until=None)
        self._put(registration_id, claim)
        self._tell_confirmed(registration_id, "acceptance")
        return claim

    def reconfirm(self, registration_id: str, now: datetime) -> Claim:
        """A group that was asked once more comes; repeating it changes nothing."""
        claim = self._current(registration_id, now)
        if not claim.asked:
            if claim.status in ("confirmed", "arrived"):
                return claim
            raise Refused("no-seat", "This group has no confirmed seats.")
        claim = replace(claim, asked=False, until=None)
        self._put(registration_id, claim)
        self.events.append(ParticipantReconfirmed(gathering_id=self.id, registration_id=registration_id))
        return claim

    def cancel(self, registration_id: str, now: datetime, by: Literal["holder", "staff", "erasure"]) -> bool:
        """Give up seats or place; False where there was nothing (any more)."""
        self.lapse(now)
        if registration_id not in self.claims:
            return False
        self._remove(registration_id)
        self.events.append(ParticipantCancelled(gathering_id=self.id, registration_id=registration_id, by=by))
        self._move_on(now)
        return True

    def arrive(self, registration_id: str, now: datetime, people: int | None = None) -> Claim:
        """Check a group in; repeating it changes nothing. `people`: how many of it are here; 0 takes the check-in back.

        Raises: Refused `not-registered`, `no-seat`, `too-many`.
        """
        claim = self._current(registration_id, now)
        came = (claim.came or claim.size) if people is None else people
        if came == claim.came:
            return claim
        if not claim.seated:
            raise Refused("no-seat", "This group is still waiting for seats.")
        if not 0 <= came <= claim.size:
            raise Refused("too-many", "More people than are registered: first change how many come.")
        since = (claim.came_at or now) if came else None
        claim = replace(claim, came=came, came_at=since, confirmed=True, asked=False, until=None)
        self._put(registration_id, claim)
        ids = {"gathering_id": self.id, "registration_id": registration_id}
        self.events.append(ParticipantArrived(**ids, people=came) if came else ParticipantArrivalUndone(**ids))
        return claim

    def attendance(self) -> GatheringAttended:
        """Who was there and who was not, as it stands."""
        here = [claim for claim in self.claims.values() if claim.arrived]
        missed = {id: c.size for id, c in self.claims.items() if c.seated and c.confirmed and not c.arrived}
        return GatheringAttended(
            gathering_id=self.id,
            groups=len(here),
            people=self.here,
            missed=tuple(missed),
            missed_people=sum(missed.values()) + sum(claim.size - claim.came for claim in here),
        )

    def adopt(self, terms: Terms, now: datetime) -> None:
        """Other terms. Lowered below what is taken nobody loses a seat or support, but nobody gets any either."""
        self.lapse(now)
        offers_changed = terms.support != self.terms.support
        self.terms = terms
        if terms.ask_at is None or terms.ask_at > now:
            self._withdraw_question()
        if offers_changed:
            self.closed = frozenset(
                offer.id for offer in terms.support if offer.id in self.closed and not offer.open(now)
            )
            self._review_wishes(now)
        self._move_on(now)

    def change(self, group: Newcomer, now: datetime, *, told: bool = False) -> Claim:
        """Another size or other wishes of a group, which keeps its turn. Smaller: what it gives up moves on. Larger: only if
        that fits. `told`: something else about it changed that the others are told of (its language).

        Raises: Refused `not-registered`, `no-room`, `support-full`.
        """
        id = group.registration_id
        claim = self._current(id, now)
        wishes = self.support.asked(claim.wishes, group.support, now)
        came = min(claim.came, group.size)
        changed = replace(claim, size=group.size, came=came, wishes=wishes, language=group.language)
        if changed == claim and not told:
            return claim
        more = group.size - claim.size
        if group.size < 1 or (more > 0 and (more > self.free if claim.seated else group.size > self.terms.capacity)):
            raise Refused("no-room", "There are not enough free seats for a group of this size.")
        if more > 0:
            self._check_support_grows(changed, more)
            if claim.seated and self.waiting:
                self._tell_passed_over(self.line(), id)
        self._put(id, changed)
        self._put(id, self._served(changed))
        self.events.append(
            ParticipantChanged(
                gathering_id=self.id,
                registration_id=id,
                size=group.size,
                language=group.language,
                support=group.support,
            )
        )
        if self.claims[id].wishes != claim.wishes:
            self._tell_supported(id, claim, "request")
        self._move_on(now)
        return self.claims[id]

    def draw(self, seed: bytes, now: datetime) -> None:
        """Put the line into the order that the seed gives, then give seats by it. Drawing again changes nothing.

        Raises: Refused `no-lottery`.
        """
        if self.allocation != "lottery":
            raise Refused("no-lottery", "Seats of this gathering are not drawn.")
        self.lapse(now)
        if self.drawn:
            return
        self.drawn = True
        for registration_id in drawn_order(seed, [i for i, _ in self.line()]):
            self._put(registration_id, replace(self.claims[registration_id], turn=self._take_turn()))
            self.claims[registration_id] = self.claims.pop(registration_id)
        self._move_on(now, in_draw=True)
        for position, (registration_id, claim) in enumerate(self.line(), start=1):
            if claim.confirmed:
                self._tell_waiting(registration_id, position, "draw")

    def _check_support_grows(self, claim: Claim, more: int) -> None:
        for wish in claim.wishes:
            offer = self.support.offers.get(wish.support)
            if (
                wish.status == "granted"
                and offer is not None
                and not self.support.fits(offer.id, offer.units(more) if offer.counts == "people" else 0)
            ):
                raise Refused(
                    "support-full",
                    "There is not enough of the support you booked for a group of this size. Come with fewer people or do without it.",
                )

    def _current(self, registration_id: str, now: datetime) -> Claim:
        self.lapse(now)
        claim = self.claims.get(registration_id)
        if claim is None:
            raise Refused("not-registered", "This registration was cancelled or has lapsed.")
        return claim
