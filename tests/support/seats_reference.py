"""A naive list that follows the published rules for seats word by word: what the seat ledger is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contracts.registration import Allocation
from services.registration.domain.support import Offer

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFER = timedelta(hours=24)
CONFIRM = timedelta(minutes=60)
STARTS_AT = NOW + timedelta(days=5)
ASK_AT, ANSWER = STARTS_AT - timedelta(days=2), timedelta(days=1)
CLOSES = NOW + timedelta(days=3)
RELEASED = NOW + timedelta(days=2)
LIMITED, UNLIMITED, USES = "course", "mosque", 5
OFFERS = {
    "interpreter.uk": Offer("interpreter.uk", 2, "groups", CLOSES),
    "childcare": Offer("childcare", 4, "people"),
    "step-free": Offer("step-free"),
}


@dataclass
class Wish:
    status: str
    turn: int = 0


@dataclass
class Group:
    id: str
    size: int
    confirmed: bool
    until: datetime | None
    seated: bool = False
    came_to: dict[str, int] = field(default_factory=dict)
    asked: bool = False
    quota: str = ""
    invitation: str = ""
    wishes: dict[str, Wish] = field(default_factory=dict)

    @property
    def came(self) -> int:
        """How many of it were at one meeting at the most."""
        return max(self.came_to.values(), default=0)


class Reference:
    """Slow and obvious: one list in the order of the line; everything is counted afresh."""

    def __init__(self, capacity: int, allocation: Allocation, asks: bool, kept: dict[str, int]) -> None:
        self.capacity = capacity
        self.kept = dict(kept)
        self.limits = {id: offer.capacity for id, offer in OFFERS.items()}
        self.before_draw = allocation == "lottery"
        self.asks = asks
        self.turns = 0
        self.groups: list[Group] = []
        self.gone: list[Group] = []
        self.passed_over: list[tuple[str, str]] = []
        self.released: list[str] = []

    def free(self) -> int:
        return max(0, self.capacity - sum(g.size for g in self.groups if g.seated))

    def left(self, quota: str) -> int:
        """Kept seats that nobody who declared this has yet."""
        having = sum(g.size for g in self.groups if g.seated and g.quota == quota)
        return max(0, self.kept.get(quota, 0) - having) if quota else 0

    def for_everybody(self) -> int:
        return max(0, self.free() - sum(self.left(quota) for quota in self.kept))

    def room(self, quota: str) -> int:
        return min(self.free(), self.for_everybody() + self.left(quota))

    def used(self, invitation: str) -> int:
        """People who are signed up with it, with seats or in line."""
        return sum(g.size for g in self.groups if g.invitation == invitation)

    def invited(self, invitation: str, people: int) -> bool:
        """Whether so many more can sign up with an invitation; without one, and with one for everybody, as many as like."""
        return invitation != LIMITED or self.used(invitation) + people <= USES

    def release(self, quota: str) -> None:
        self.kept.pop(quota, None)
        for group in self.groups:
            group.quota = "" if group.quota == quota else group.quota

    def of_everybodys(self, group: Group, quota: str) -> tuple[int, bool]:
        """How many more seats for everybody a group would have if it had declared this, and whether it would fit, were it to come now."""
        everybody = self.groups
        self.groups = [one for one in everybody if one is not group]
        had, wants = (max(0, group.size - self.left(one)) for one in (group.quota, quota))
        fits = group.size <= self.room(quota)
        self.groups = everybody
        return wants - had, fits

    def record_passing_over(self, passed: list[Group], by: Group, seats: int, quota: str | None = None) -> None:
        """Who uses nothing but kept seats takes them from nobody."""
        if seats > self.left(by.quota if quota is None else quota):
            self.passed_over += [(g.id, by.id) for g in passed]

    def booked(self, id: str) -> int:
        return sum(units(id, g.size) for g in self.groups if id in g.wishes and g.wishes[id].status == "granted")

    def fits(self, id: str, amount: int) -> bool:
        limit = self.limits[id]
        return limit is None or amount <= limit - self.booked(id)

    def line(self) -> list[Group]:
        return [g for g in self.groups if not g.seated]

    def line_for(self, id: str) -> list[Group]:
        return sorted(
            (g for g in self.groups if id in g.wishes and g.wishes[id].status == "waiting"),
            key=lambda g: g.wishes[id].turn,
        )

    def wish(self, group: Group, ids: list[str], now: datetime) -> None:
        def new(id: str) -> Wish:
            closes = OFFERS[id].request_until
            return Wish("with_seat" if closes is None or now < closes else "refused")

        group.wishes = {id: group.wishes.get(id) or new(id) for id in ids}

    def ask_for_support(self, group: Group) -> None:
        """A group with seats asks for what it wishes and stands at the end of the line where it does not fit."""
        self.turns += 1
        for id, wish in group.wishes.items():
            if group.seated and wish.status == "with_seat":
                wish.status, wish.turn = ("granted" if self.fits(id, units(id, group.size)) else "waiting"), self.turns

    def move_on(self, now: datetime, in_draw: bool = False) -> None:
        if now >= STARTS_AT:
            return
        for id in OFFERS:
            while (next_ := next((g for g in self.line_for(id) if self.fits(id, units(id, g.size))), None)) is not None:
                next_.wishes[id].status = "granted"
        self.give_seats(now, in_draw=in_draw)

    def give_seats(self, now: datetime, newcomer: Group | None = None, in_draw: bool = False) -> None:
        if self.before_draw:
            return
        while now < STARTS_AT or newcomer is not None:
            eligible = self.line() if now < STARTS_AT else [newcomer] if newcomer and not newcomer.seated else []
            first = next((g for g in eligible if g.size <= self.room(g.quota)), None)
            if first is None:
                return
            line = self.line()
            self.record_passing_over(line[: line.index(first)], first, first.size)
            first.seated = True
            if first.confirmed and not in_draw and first is not newcomer:
                first.until = min(now + OFFER, STARTS_AT)
            self.ask_for_support(first)

    def lapse(self, now: datetime) -> None:
        ended = [id for id in self.kept if now >= (RELEASED if id == "women" else STARTS_AT)]
        for quota in ended:
            self.release(quota)
        gone = [g for g in self.groups if g.until is not None and g.until <= now]
        if gone or ended:
            self.groups = [g for g in self.groups if g not in gone]
            self.released += [g.id for g in gone if g.asked]
            self.move_on(now)
        if self.asks and now >= ASK_AT:
            self.asks = False
            if now < STARTS_AT:
                for group in self.groups:
                    if self.status(group) == "confirmed":
                        group.asked, group.until = True, min(now + ANSWER, STARTS_AT)

    def find(self, id: str) -> Group | None:
        return next((g for g in self.groups if g.id == id), None)

    @staticmethod
    def status(group: Group) -> str:
        if group.came:
            return "arrived"
        if not group.confirmed:
            return "unconfirmed"
        if not group.seated:
            return "waiting"
        return "offered" if group.until and not group.asked else "confirmed"


def units(id: str, size: int) -> int:
    return size if OFFERS[id].counts == "people" else 1
