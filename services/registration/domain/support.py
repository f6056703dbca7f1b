"""Support that is limited: who has it, who is in line for it.

Rules, in the words the municipality publishes them:
* Support belongs to seats: a group that waits for seats holds none. Its wish is kept and counts as made in time.
* What is free goes to the first group in line that fits; the line is in the order in which groups with seats asked.
* Who asks after the deadline is told so; it costs nobody their seat. Neither does support that is booked up.
* Whoever gives up seats or a wish frees it for the next in line, also after the deadline: it has been ordered anyway.
* A limit lowered below what is booked takes nothing from anybody, but nobody gets more either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.registration.domain.claim import Claim, Wish
from services.registration.domain.waiting_queue import WaitingQueue


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of support of a gathering. `capacity` None: as many as ask."""

    id: str
    capacity: int | None = None
    counts: Literal["groups", "people"] = "groups"
    request_until: datetime | None = None

    def units(self, size: int) -> int:
        """What a group of this size takes of it."""
        return size if self.counts == "people" else 1

    def open(self, now: datetime) -> bool:
        """Whether one may still ask for it."""
        return self.request_until is None or now < self.request_until


@dataclass
class Line:
    """Who waits for one kind of support, in order; `wanted`: (turn, units) by registration. `groups`: how many want so many units."""

    queue: WaitingQueue = field(default_factory=WaitingQueue)
    wanted: dict[str, tuple[int, int]] = field(default_factory=dict)
    groups: Counter[int] = field(default_factory=Counter)

    def add(self, registration_id: str, turn: int, units: int) -> None:
        self.queue.add(turn, registration_id)
        self.wanted[registration_id] = turn, units
        self.groups[units] += 1

    def remove(self, registration_id: str) -> None:
        turn, units = self.wanted.pop(registration_id)
        self.queue.remove(turn, registration_id)
        self.groups[units] -= 1
        if not self.groups[units]:
            del self.groups[units]


@dataclass
class Support:
    """What of each offer is booked, and the lines for it. Follows the claims by `account`."""

    offers: dict[str, Offer] = field(default_factory=dict)
    booked: Counter[str] = field(default_factory=Counter)
    lines: dict[str, Line] = field(default_factory=dict)

    @classmethod
    def of(cls, offers: Iterable[Offer]) -> Support:
        offers_by_id = {offer.id: offer for offer in offers}
        return cls(offers_by_id, lines={id: Line() for id in offers_by_id})

    def account(self, registration_id: str, claim: Claim, sign: int) -> None:
        """Count a claim's wishes in (+1) or out (-1)."""
        for wish in claim.wishes:
            offer = self.offers.get(wish.support)
            if offer is None:
                continue
            if wish.status == "granted":
                self.booked[offer.id] += sign * offer.units(claim.size)
            elif wish.status == "waiting" and sign > 0:
                self.lines[offer.id].add(registration_id, wish.turn, offer.units(claim.size))
            elif wish.status == "waiting":
                self.lines[offer.id].remove(registration_id)

    def free(self, offer_id: str) -> int | None:
        """None: without limit."""
        capacity = self.offers[offer_id].capacity
        return None if capacity is None else max(0, capacity - self.booked[offer_id])

    def fits(self, offer_id: str, units: int) -> bool:
        free = self.free(offer_id)
        return free is None or units <= free

    def waiting_registrations(self, offer_id: str) -> list[str]:
        """Registrations waiting for it, the first one first."""
        line = self.lines.get(offer_id)
        return [] if line is None else list(line.queue)

    def waiting(self, offer_id: str) -> int:
        """How many groups wait for it."""
        line = self.lines.get(offer_id)
        return 0 if line is None else len(line.queue)

    def position(self, registration_id: str, offer_id: str) -> int | None:
        """1 for the first group in line for it; None for a group that does not wait for it."""
        line = self.lines.get(offer_id)
        place = None if line is None else line.wanted.get(registration_id)
        return None if line is None or place is None else line.queue.position(place[0])

    def next_served(self) -> tuple[str, str] | None:
        """(offer, registration) of somebody in line who can be given what they wait for."""
        for offer_id, line in self.lines.items():
            if not line.wanted or not self.fits(offer_id, min(line.groups)):
                continue
            for registration_id in line.queue:
                if self.fits(offer_id, line.wanted[registration_id][1]):
                    return offer_id, registration_id
        return None

    def wishes_after(self, before: Sequence[Wish], requested: Iterable[str], now: datetime) -> tuple[Wish, ...]:
        """The wishes after asking for exactly these; what was asked for before stays as it is."""
        wishes_before = {wish.support: wish for wish in before}
        return tuple(wishes_before.get(id) or self._new(id, now) for id in dict.fromkeys(requested))

    def with_seats(self, claim: Claim, turn: int) -> tuple[Wish, ...]:
        """The wishes of a group that has seats: each one granted where it fits, else at the end of its line."""
        return tuple(
            Wish(
                w.support,
                "granted" if self.fits(w.support, self.offers[w.support].units(claim.size)) else "waiting",
                turn,
            )
            if w.status == "with_seat"
            else w
            for w in claim.wishes
        )

    def reviewed(self, claim: Claim, now: datetime) -> tuple[Wish, ...]:
        """The wishes after the offers changed: refused where there is no such offer any more, asked anew where there is one again."""
        wishes = []
        for wish in claim.wishes:
            offer = self.offers.get(wish.support)
            if offer is None:
                wishes.append(Wish(wish.support, "refused"))
            elif wish.status == "refused" and offer.open(now):
                wishes.append(Wish(wish.support, "with_seat"))
            else:
                wishes.append(wish)
        return tuple(wishes)

    def grows(self, claim: Claim, additional: int) -> bool:
        """Whether what the group was granted is there for so many people more."""
        return all(
            wish.status != "granted"
            or (offer := self.offers.get(wish.support)) is None
            or self.fits(offer.id, offer.units(additional) if offer.counts == "people" else 0)
            for wish in claim.wishes
        )

    def _new(self, id: str, now: datetime) -> Wish:
        offer = self.offers.get(id)
        return Wish(id, "with_seat" if offer is not None and offer.open(now) else "refused")
