"""The seat ledger against a naive list (`tests.support.seats_reference`), for both kinds of allocation, with support that is
limited, groups that are asked once more, seats that are kept for whoever declares to belong somewhere, and several meetings that share
the seats."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.registration import Allocation, ParticipantPassedOver, ParticipantReleased
from services.registration.domain.attendance import attendance
from services.registration.domain.claim import Group as Registering
from services.registration.domain.counts import Counts
from services.registration.domain.invitations import Invitation
from services.registration.domain.meetings import Meeting
from services.registration.domain.quotas import Quota
from services.registration.domain.refused import Invalid, Refused
from services.registration.domain.terms import Reconfirm, Terms
from tests.support.examples import examples
from tests.support.seats import Seats
from tests.support.seats_reference import (
    ANSWER,
    ASK_AT,
    CONFIRM,
    LIMITED,
    NOW,
    OFFER,
    OFFERS,
    RELEASED,
    STARTS_AT,
    UNLIMITED,
    USES,
    Group,
    Reference,
    units,
)

DECLARED = ["", "women", "district"]
EVENINGS = ["first", "second"]
wishes = st.lists(st.sampled_from(sorted(OFFERS)), unique=True, max_size=3)


class AgainstReference(RuleBasedStateMachine):
    @initialize(
        capacity=st.integers(1, 6),
        allocation=st.sampled_from(["first_come", "lottery"]),
        asks=st.booleans(),
        women=st.integers(0, 3),
        district=st.integers(0, 3),
        course=st.booleans(),
    )
    def begin(self, capacity: int, allocation: Allocation, asks: bool, women: int, district: int, course: bool) -> None:
        self.now = NOW
        self.count = 0
        reconfirm = Reconfirm(STARTS_AT - ASK_AT, ANSWER) if asks else None
        kept = {id: seats for id, seats in (("women", women), ("district", district)) if seats}
        quotas = tuple(Quota(id, seats, RELEASED if id == "women" else None) for id, seats in kept.items())
        terms = Terms(capacity, OFFER, STARTS_AT, tuple(OFFERS.values()), reconfirm, allocation, quotas=quotas)
        terms = replace(terms, invitations=(Invitation(LIMITED, uses=USES), Invitation(UNLIMITED)))
        self.meetings = EVENINGS if course else [""]
        if course:
            terms = replace(terms, meetings=tuple(Meeting(id, STARTS_AT, STARTS_AT + OFFER) for id in EVENINGS))
        self.ledger = Seats(terms)
        self.reference = Reference(capacity, allocation, asks, kept)

    def pick(self, data: st.DataObject) -> str:
        return f"r{data.draw(st.integers(0, max(0, self.count - 1)))}"

    def attempt(self, command: str, *arguments: object) -> bool:
        self.ledger.lapse(self.now)
        try:
            getattr(self.ledger, command)(*arguments)
        except (Refused, Invalid):
            return False
        return True

    @rule(
        size=st.integers(1, 4),
        confirmed=st.booleans(),
        support=wishes,
        quota=st.sampled_from(DECLARED),
        invitation=st.sampled_from(["", "", LIMITED, UNLIMITED]),
    )
    def register(self, size: int, confirmed: bool, support: list[str], quota: str, invitation: str) -> None:
        id, confirm_by = f"r{self.count}", None if confirmed else self.now + CONFIRM
        self.count += 1
        # What is not kept (any more) is not declared: `decide` sees to that.
        self.ledger.lapse(self.now)
        self.reference.lapse(self.now)
        quota = quota if quota in self.reference.kept else ""
        group = Group(id, size, confirmed, confirm_by, quota=quota, invitation=invitation)
        signing_up = Registering(id, size, "uk", "web", tuple(support), quota=quota, invitation=invitation)
        done = self.attempt("register", signing_up, self.now, confirm_by)
        assert done == self.reference.invited(invitation, size)
        if not done:
            return
        self.reference.wish(group, support, self.now)
        self.reference.groups.append(group)
        self.reference.give_seats(self.now, newcomer=group)

    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        id = self.pick(data)
        done = self.attempt("confirm", id, self.now)
        group = self.after_lapse(id)
        assert done == (group is not None)
        if group and not group.confirmed:
            group.confirmed, group.until = True, None

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        id = self.pick(data)
        done = self.attempt("accept", id, self.now)
        group = self.after_lapse(id)
        status = Reference.status(group) if group else None
        assert done == (status in ("offered", "confirmed", "arrived"))
        if group and status == "offered":
            group.until = None

    @rule(data=st.data())
    def reconfirm(self, data: st.DataObject) -> None:
        id = self.pick(data)
        done = self.attempt("reconfirm", id, self.now)
        group = self.after_lapse(id)
        assert done == (group is not None and Reference.status(group) in ("confirmed", "arrived"))
        if group and group.asked:
            group.asked, group.until = False, None

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        id = self.pick(data)
        self.ledger.cancel(id, self.now, "holder")
        group = self.after_lapse(id)
        if group:
            self.reference.groups.remove(group)
            self.reference.gone += [group] if group.came else []
            self.reference.move_on(self.now)

    @rule(data=st.data(), people=st.one_of(st.none(), st.integers(0, 6)))
    def arrive(self, data: st.DataObject, people: int | None) -> None:
        id, meeting = self.pick(data), data.draw(st.sampled_from(self.meetings))
        done = self.attempt("arrive", id, self.now, people, meeting)
        group = self.after_lapse(id)
        if group is None:
            assert not done
            return
        before = group.came_to.get(meeting, 0)
        here = (before or group.size) if people is None else people
        assert done == (here == before or (group.seated and here <= group.size))
        if done and here != before:
            group.came_to[meeting] = here
            group.confirmed, group.asked, group.until = True, False, None

    @rule(data=st.data(), size=st.integers(1, 5), support=wishes)
    def change(self, data: st.DataObject, size: int, support: list[str]) -> None:
        id = self.pick(data)
        done = self.attempt("change", Registering(id, size, "uk", "web", tuple(support)), self.now)
        group = self.after_lapse(id)
        if group is None:
            assert not done
            return
        more = size - group.size
        room = self.reference.room(group.quota) if group.seated else self.reference.capacity - group.size
        held = [i for i in support if i in group.wishes and group.wishes[i].status == "granted"]
        supported = all(self.reference.fits(i, units(i, size) - units(i, group.size)) for i in held)
        invited = self.reference.invited(group.invitation, more)
        assert done == (more <= 0 or (more <= room and supported and invited))
        if not done or (more == 0 and list(group.wishes) == support):
            return
        if more > 0 and group.seated:
            self.reference.record_passing_over(self.reference.line(), group, more)
        group.size, group.came_to = size, {meeting: min(here, size) for meeting, here in group.came_to.items()}
        self.reference.wish(group, support, self.now)
        self.reference.ask_for_support(group)
        self.reference.move_on(self.now)

    @rule(
        data=st.data(),
        quota=st.sampled_from([None, *DECLARED]),
        invitation=st.sampled_from([None, "", LIMITED, UNLIMITED]),
    )
    def reassign(self, data: st.DataObject, quota: str | None, invitation: str | None) -> None:
        """Staff correct for which kept seats somebody counts, and by which invitation they came."""
        id = self.pick(data)
        done = self.attempt("reassign", id, self.now, quota, invitation)
        group, reference = self.after_lapse(id), self.reference
        if group is None:
            assert not done
            return
        quota = group.quota if quota is None else quota
        invitation = group.invitation if invitation is None else invitation
        invited = invitation == group.invitation or reference.invited(invitation, group.size)
        more, fits = reference.of_everybodys(group, quota)
        assert done == (invited and (not quota or quota in reference.kept) and (fits or not group.seated or more <= 0))
        if not done:
            return
        if group.seated and more > 0:
            reference.record_passing_over(reference.line(), group, group.size, quota)
        group.quota, group.invitation = quota, invitation
        reference.move_on(self.now)

    @rule(capacity=st.integers(1, 9), interpreters=st.integers(1, 3))
    def adopt(self, capacity: int, interpreters: int) -> None:
        offers = (replace(OFFERS["interpreter.uk"], capacity=interpreters), OFFERS["childcare"], OFFERS["step-free"])
        self.ledger.adopt(replace(self.ledger.terms, capacity=capacity, support=offers), self.now)
        self.reference.lapse(self.now)
        self.reference.capacity, self.reference.limits["interpreter.uk"] = capacity, interpreters
        self.reference.move_on(self.now)

    @rule(women=st.integers(0, 4))
    def keep_otherwise(self, women: int) -> None:
        """More or fewer seats for some, or none any more: then those who have seats keep them."""
        if "women" not in self.reference.kept:
            return
        quotas = [replace(one, seats=women) for one in self.ledger.terms.quotas if one.id == "women" and women]
        others = [one for one in self.ledger.terms.quotas if one.id != "women"]
        self.ledger.adopt(replace(self.ledger.terms, quotas=(*quotas, *others)), self.now)
        self.reference.lapse(self.now)
        if "women" in self.reference.kept:
            self.reference.kept["women"] = women
            if not women:
                self.reference.release("women")
        self.reference.move_on(self.now)

    @rule(minutes=st.integers(1, 60 * 30))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.ledger.lapse(self.now)
        self.reference.lapse(self.now)

    @rule(seed=st.binary(min_size=1, max_size=8))
    def draw(self, seed: bytes) -> None:
        assert self.attempt("draw", seed, self.now) == (self.ledger.terms.allocation == "lottery")
        if self.reference.before_draw:
            self.reference.lapse(self.now)
            self.reference.before_draw = False
            line = sorted(self.reference.line(), key=lambda g: hashlib.sha256(seed + g.id.encode()).digest())
            self.reference.groups = [g for g in self.reference.groups if g.seated] + line
            self.reference.move_on(self.now, in_draw=True)

    def after_lapse(self, id: str) -> Group | None:
        self.reference.lapse(self.now)
        return self.reference.find(id)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "ledger"):
            return
        ledger, reference = self.ledger, self.reference
        assert {i: (c.status, c.size) for i, c in ledger.claims.items()} == {
            g.id: (reference.status(g), g.size) for g in reference.groups
        }
        assert {i: (c.until, c.asked) for i, c in ledger.claims.items()} == {
            g.id: (g.until, g.asked) for g in reference.groups
        }
        assert {i: c.support_status for i, c in ledger.claims.items()} == {
            g.id: {id: wish.status for id, wish in g.wishes.items()} for g in reference.groups
        }
        assert [i for i, c in ledger.in_order() if not c.seated] == [g.id for g in reference.line()]
        assert [ledger.position(g.id) for g in reference.line()] == list(range(1, len(reference.line()) + 1))
        assert [id for id, _ in ledger.waiting_groups()] == [g.id for g in reference.line()]
        for status in ("unconfirmed", "confirmed", "waiting", "offered", "arrived"):
            assert [id for id, _ in ledger.in_order([status])] == [
                i for i, c in ledger.in_order() if c.status == status
            ]
        counted = Counts()
        for id, claim in ledger.claims.items():
            counted.account(id, claim, +1)
        assert ledger.counts == counted
        for id in OFFERS:
            assert ledger.support.waiting_registrations(id) == [g.id for g in reference.line_for(id)]
            assert ledger.support.booked[id] == reference.booked(id)
        assert {i: c.quota for i, c in ledger.claims.items()} == {g.id: g.quota for g in reference.groups}
        assert {one.id: ledger.kept_seats(one.id) for one in ledger.open_quotas} == {
            id: reference.left(id) for id in reference.kept
        }
        assert [ledger.room(quota) for quota in DECLARED] == [reference.room(quota) for quota in DECLARED]
        assert {i: c.came for i, c in ledger.claims.items()} == {g.id: g.came for g in reference.groups}
        self.attendance_adds_up()
        used = {id: ledger.counts.people_by_invitation[id] for id in (LIMITED, UNLIMITED)}
        assert used == {id: reference.used(id) for id in used}
        assert used[LIMITED] <= USES
        assert (ledger.free, ledger.counts.waiting) == (reference.free(), sum(g.size for g in reference.line()))
        told = ledger.take_events()
        passed = [e for e in told if isinstance(e, ParticipantPassedOver)]
        assert [(e.registration_id, e.in_favour_of) for e in passed] == reference.passed_over
        released = [e.registration_id for e in told if isinstance(e, ParticipantReleased)]
        assert sorted(released) == sorted(reference.released)
        reference.passed_over, reference.released = [], []

    def attendance_adds_up(self) -> None:
        told, groups, gone = attendance(self.ledger.ledger), self.reference.groups, self.reference.gone
        sure = [g for g in groups if g.seated and g.confirmed]
        came = [g.came for g in (*groups, *gone) if g.came]
        assert (told.groups, told.people) == (len(came), sum(came))
        assert self.ledger.counts.here == told.people - sum(g.came for g in gone)
        for one in told.meetings or ():
            at = [here for g in (*groups, *gone) if (here := g.came_to.get(one.id))]
            assert (one.groups, one.people) == (len(at), sum(at))
        assert set(told.missed) == {g.id for g in sure if not g.came}
        assert told.missed_people == sum(g.size - g.came for g in sure)

    @invariant()
    def keeps_its_promises(self) -> None:
        if not hasattr(self, "ledger"):
            return
        ledger = self.ledger
        deadlines = [c.until for c in ledger.claims.values() if c.until is not None]
        assert not deadlines or (ledger.next_deadline() or NOW) <= min(deadlines)
        holding = [c for c in ledger.claims.values() if c.support_status]
        assert all(c.seated or not {"granted", "waiting"} & set(c.support_status.values()) for c in holding)
        assert all(not c.seated or "with_seat" not in c.support_status.values() for c in holding)
        if self.now >= STARTS_AT or ledger.state.before_draw:
            return
        assert not [c for _, c in ledger.waiting_groups() if c.size <= ledger.room(c.quota)]
        for id in OFFERS:
            waiting = [units(id, ledger.claims[i].size) for i in ledger.support.waiting_registrations(id)]
            assert not [amount for amount in waiting if ledger.support.fits(id, amount)]


AgainstReference.TestCase.settings = settings(
    max_examples=examples(150), stateful_step_count=30, deadline=None, derandomize=True, database=None
)
TestAgainstReference = AgainstReference.TestCase
