"""What happens to claims without anybody's doing: deadlines pass, seats and support move on, groups are asked once more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from contracts.registration import (
    Allocation,
    ParticipantAsked,
    ParticipantLapsed,
    ParticipantOffered,
    ParticipantReleased,
    SupportClosed,
)
from services.registration.domain.book import Book
from services.registration.domain.claim import Claim
from services.registration.domain.support import Support


@dataclass
class Moves(Book):
    """A book whose claims move on, by the rules that `seats` gives."""

    allocation: Allocation = "first_come"
    drawn: bool = False

    def lapse(self, now: datetime) -> None:
        """Let go whatever's deadline has passed, move on what that frees, and do what else the time has come for."""
        before = len(self.claims)
        while (deadline := self._next_claim_deadline()) is not None and deadline <= now:
            registration_id = self._deadlines[0][1]
            claim = self.claims[registration_id]
            self._remove(registration_id)
            if claim.asked:
                self.events.append(ParticipantReleased(gathering_id=self.id, registration_id=registration_id))
            else:
                was: Literal["unconfirmed", "offered"] = "offered" if claim.confirmed else "unconfirmed"
                self.events.append(ParticipantLapsed(gathering_id=self.id, registration_id=registration_id, was=was))
        if len(self.claims) < before:
            self._move_on(now)
        if self.published:
            self._ask_once_more(now)
            self._close_support(now)

    @property
    def _before_draw(self) -> bool:
        return self.allocation == "lottery" and not self.drawn

    def _move_on(self, now: datetime, in_draw: bool = False) -> None:
        """Give what is free: support first to those who have seats and wait for it, then seats."""
        if self.terms.begun(now):
            return
        while (served := self.support.next_served()) is not None:
            offer_id, registration_id = served
            claim = self.claims[registration_id]
            wishes = tuple(replace(w, status="granted") if w.support == offer_id else w for w in claim.wishes)
            self._put(registration_id, replace(claim, wishes=wishes))
            self._tell_supported(registration_id, claim, "freed")
        if not self._before_draw:
            self._move_up(now, in_draw)

    def _move_up(self, now: datetime, in_draw: bool) -> None:
        """Give free seats to the first groups in line that fit.

        One pass is enough: free seats only get fewer, so a group that did not fit does not fit later either.
        """
        if not self._someone_fits():
            return
        passed: list[tuple[str, Claim]] = []
        for registration_id, claim in list(self.line()):
            if claim.size > self.free:
                passed.append((registration_id, claim))
                continue
            self._tell_passed_over(passed, registration_id)
            self._seat(registration_id, claim, now, in_draw)
            if not self._someone_fits():
                return

    def _seat(self, registration_id: str, claim: Claim, now: datetime, in_draw: bool) -> None:
        """Seats for a group in line: offered, or for sure when drawn; who has not confirmed yet keeps that deadline."""
        offered = claim.confirmed and not in_draw
        until = self.terms.until(now, self.terms.offer) if offered else claim.until
        self._put(registration_id, self._served(replace(claim, seated=True, until=until)))
        if self.claims[registration_id].wishes != claim.wishes:
            self._tell_supported(registration_id, claim, "seats")
        if offered and until is not None:
            self.events.append(
                ParticipantOffered(gathering_id=self.id, registration_id=registration_id, offer_expires_at=until)
            )
        elif claim.confirmed:
            self._tell_confirmed(registration_id, "draw")

    def _ask_once_more(self, now: datetime) -> None:
        ask_at, reconfirm = self.terms.ask_at, self.terms.reconfirm
        if self.asked or ask_at is None or reconfirm is None or now < ask_at:
            return
        self.asked = True
        if self.terms.begun(now):
            return
        until = self.terms.until(now, reconfirm.answer)
        for registration_id, claim in list(self.claims.items()):
            if claim.status == "confirmed":
                self._put(registration_id, replace(claim, asked=True, until=until))
                self.events.append(
                    ParticipantAsked(gathering_id=self.id, registration_id=registration_id, reconfirm_by=until)
                )

    def _withdraw_question(self) -> None:
        """The question is off, or will be asked again later."""
        self.asked = False
        for registration_id, claim in list(self.claims.items()):
            if claim.asked:
                self._put(registration_id, replace(claim, asked=False, until=None))

    def _served(self, claim: Claim) -> Claim:
        """The claim of a group with seats after it asked for what it wishes; any other as it is."""
        if not claim.seated or all(wish.status != "with_seat" for wish in claim.wishes):
            return claim
        return replace(claim, wishes=self.support.with_seats(claim, self._take_turn()))

    def _close_support(self, now: datetime) -> None:
        for offer in self.terms.support:
            if offer.id in self.closed or offer.open(now):
                continue
            self.closed |= {offer.id}
            granted = [c.size for c in self.claims.values() if c.support_status.get(offer.id) == "granted"]
            self.events.append(
                SupportClosed(
                    gathering_id=self.id,
                    support=offer.id,
                    groups=len(granted),
                    people=sum(granted),
                    waiting=len(self.support.in_line(offer.id)),
                )
            )

    def _review_wishes(self, now: datetime) -> None:
        """The offers changed: count afresh, and see what that means for each wish."""
        self.support = Support.of(self.terms.support)
        for id, claim in self.claims.items():
            self.support.account(id, claim, +1)
        for id, claim in list(self.claims.items()):
            reviewed = replace(claim, wishes=self.support.reviewed(claim, now))
            if reviewed == claim:
                continue
            self._put(id, reviewed)
            self._put(id, self._served(reviewed))
            self._tell_supported(id, claim, "offer")
