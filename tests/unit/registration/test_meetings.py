"""Gatherings of several meetings: which lists are valid, how they change, copies, and who came to which."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.attendance import ATTENDANCE_AFTER, attendance, attendance_due
from services.registration.domain.claim import Group
from services.registration.domain.clock_change import HourDoesNotExist
from services.registration.domain.commands import RecordCallOutcome
from services.registration.domain.decide import decide
from services.registration.domain.ended_counts import EndedCount
from services.registration.domain.group_changes import change
from services.registration.domain.ledger import GatheringState, Ledger, carry_out
from services.registration.domain.meetings import at_the_door, change_mistakes, meeting_mistakes, meetings_in, span
from services.registration.domain.refused import TooManyPeople
from services.registration.domain.seating import arrive, cancel, register
from services.registration.domain.series import moved
from services.registration.domain.terms import Terms

START = datetime(2027, 3, 3, 17, 30, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def meeting(id: str, starts_at: datetime, lasts: timedelta = 2 * HOUR, **more: Any) -> dict[str, Any]:
    return {"id": id, "starts_at": starts_at, "ends_at": starts_at + lasts, "place": None, "cancelled": False, **more}


def course(*meetings: dict[str, Any]) -> dict[str, Any]:
    times = {"starts_at": START, "ends_at": START + HOUR} | span(meetings)
    kept = {"opens_at": None, "closes_at": None, "support": [], "quotas": []}
    return {**kept, **times, "meetings": list(meetings)}


WEEKLY = [meeting(str(number), START + number * WEEK) for number in range(4)]


def places(facts: dict[str, Any]) -> list[str]:
    return [place for place, _, _ in meeting_mistakes(facts)]


def test_a_course_begins_with_its_first_meeting_and_ends_with_its_last_that_takes_place() -> None:
    off = [{**WEEKLY[0], "cancelled": True}, *WEEKLY[1:3], {**WEEKLY[3], "cancelled": True}]
    assert span(off) == {"starts_at": WEEKLY[1]["starts_at"], "ends_at": WEEKLY[2]["ends_at"]}
    assert places(course(*off)) == []
    assert places({**course(*off), "starts_at": START}) == ["/starts_at"]
    assert places({**course(*off), "ends_at": WEEKLY[3]["ends_at"]}) == ["/ends_at"]


def test_mistakes_are_named_at_their_place() -> None:
    assert places(course(WEEKLY[0])) == ["/meetings"]
    assert places(course(WEEKLY[0], {**WEEKLY[1], "id": "0"})) == ["/meetings/1/id"]
    assert places(course(WEEKLY[0], meeting("b", START + HOUR))) == ["/meetings/1/starts_at"]
    assert places(course(WEEKLY[1], WEEKLY[0]))[0] == "/meetings/1/starts_at"
    assert places(course(*(meeting(str(at), START + at * WEEK, -HOUR) for at in range(2))))[:2] == [
        "/meetings/0/ends_at",
        "/meetings/1/ends_at",
    ]
    assert places(course(*({**one, "cancelled": True} for one in WEEKLY))) == ["/meetings"]
    assert places(course(WEEKLY[0], {**WEEKLY[1], "cancelled": True}, meeting("b", WEEKLY[1]["starts_at"]))) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30), st.booleans()), min_size=2, max_size=12))
def test_valid_meetings_follow_one_another(drawn: list[tuple[int, int, bool]]) -> None:
    meetings = [
        meeting(str(number), START + at * HOUR, lasts * HOUR, cancelled=off)
        for number, (at, lasts, off) in enumerate(drawn)
    ]
    facts = course(*meetings)
    held = [one for one in meetings if not one["cancelled"]]
    follow = all(a["ends_at"] <= b["starts_at"] for a, b in itertools.pairwise(held))
    ordered = meetings == sorted(meetings, key=lambda one: one["starts_at"])
    assert (not meeting_mistakes(facts)) == bool(held and follow and ordered)


def test_what_people_know_of_is_called_off_and_what_has_begun_stays() -> None:
    before, now = {"meetings": WEEKLY}, WEEKLY[1]["starts_at"] + HOUR

    def wrong(*meetings: dict[str, Any], published: bool = True) -> list[str]:
        return [place for place, _, _ in change_mistakes(before, {"meetings": list(meetings)}, published, now)]

    assert wrong(*WEEKLY[:3]) == ["/meetings"]
    assert wrong() == ["/meetings"]
    assert wrong(*WEEKLY[:3], published=False) == []
    assert wrong(*WEEKLY[:3], {**WEEKLY[3], "cancelled": True}, meeting("new", START + 9 * WEEK)) == []
    assert wrong(WEEKLY[0], {**WEEKLY[1], "place": "Aula"}, *WEEKLY[2:]) == ["/meetings/1/starts_at"]
    assert wrong(*WEEKLY[:3], meeting("3", now - HOUR)) == ["/meetings/3/starts_at"]


def test_a_copy_keeps_the_hour_on_the_clock_and_leaves_behind_what_was_called_off() -> None:
    facts = course(WEEKLY[0], {**WEEKLY[1], "cancelled": True}, *WEEKLY[2:])
    copied = moved(facts, datetime(2027, 3, 17, 17, 30, tzinfo=UTC))
    assert [one["starts_at"].astimezone(UTC).strftime("%d.%m. %H:%M") for one in copied["meetings"]] == [
        "17.03. 17:30",
        "31.03. 16:30",
        "07.04. 16:30",
    ]
    assert not meeting_mistakes(copied)
    of_one = moved(course(WEEKLY[0], {**WEEKLY[1], "cancelled": True}), START + WEEK)
    assert of_one["meetings"] == []
    assert of_one["ends_at"] == START + WEEK + 2 * HOUR
    night = [
        meeting("a", datetime(2027, 3, 13, 1, 30, tzinfo=UTC)),
        meeting("b", datetime(2027, 3, 20, 1, 30, tzinfo=UTC)),
    ]
    with pytest.raises(HourDoesNotExist):
        moved(course(*night), datetime(2027, 3, 21, 1, 30, tzinfo=UTC))


def test_people_stand_at_the_door_of_the_first_meeting_that_is_not_over_for_an_hour() -> None:
    meetings = meetings_in({"meetings": [{**WEEKLY[0], "cancelled": True}, *WEEKLY[1:]]})

    def at(now: datetime) -> str:
        found = at_the_door(meetings, now)
        assert found is not None
        return found.id

    assert at(START) == "1"
    assert at(WEEKLY[1]["ends_at"] + HOUR - timedelta(seconds=1)) == "1"
    assert at(WEEKLY[1]["ends_at"] + HOUR) == "2"
    assert at(START + 50 * WEEK) == "3"
    assert at_the_door((), START) is None


def ledger() -> Ledger:
    terms = Terms(9, HOUR, START, ends_at=WEEKLY[-1]["ends_at"], meetings=meetings_in({"meetings": WEEKLY}))
    made = Ledger("g", GatheringState(terms))
    for id, size in (("a", 3), ("b", 2)):
        carry_out(made, register(made, Group(id, size, "de", "web"), START - WEEK, None))
    return made


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from([one["id"] for one in WEEKLY]), st.integers(0, 3)), max_size=20
    )
)
def test_everybody_counts_once_and_each_meeting_for_itself(drawn: list[tuple[str, str, int]]) -> None:
    here, said = ledger(), {}
    for id, at, people in drawn:
        try:
            carry_out(here, arrive(here, id, START, people, at))
            said[id, at] = people
        except TooManyPeople:
            assert people > here.claims[id].size
    told = attendance(here)
    assert told.meetings is not None
    for one in told.meetings:
        assert one.people == sum(people for (_, at), people in said.items() if at == one.id)
        assert one.groups == sum(people > 0 for (_, at), people in said.items() if at == one.id)
    most = [max((people for (who, _), people in said.items() if who == id), default=0) for id in "ab"]
    assert (told.people, told.groups) == (sum(most), sum(one > 0 for one in most))
    assert here.counts.here == told.people


def test_a_check_in_taken_back_at_one_meeting_leaves_the_other() -> None:
    here = ledger()
    for at in "01":
        carry_out(here, arrive(here, "a", START, None, at))
    _, steps = carry_out(here, arrive(here, "a", START, 0, "1"))
    assert [(step.meeting, step.here, step.people) for step in steps[1:]] == [("1", 0, 3)]  # type: ignore[union-attr]
    assert here.claims["a"].status == "arrived"
    assert here.claims["a"].here("1") == 0
    carry_out(here, change(here, Group("a", 2, "de", "web"), START))
    assert here.claims["a"].came_to == (("0", 2),)
    _, steps = carry_out(here, arrive(here, "a", START, 0, "0"))
    assert type(steps[-1]).__name__ == "ParticipantArrivalUndone"
    assert here.claims["a"].status == "confirmed"
    carry_out(here, cancel(here, "a", START, "staff"))
    assert "a" not in here.claims


def test_who_gives_up_the_rest_stays_counted_and_is_missed_nowhere() -> None:
    here = ledger()
    carry_out(here, arrive(here, "a", START, None, "0"))
    carry_out(here, arrive(here, "a", START, 1, "1"))
    carry_out(here, arrive(here, "b", START, None, "0"))
    carry_out(here, cancel(here, "a", START + WEEK, "holder"))
    carry_out(here, cancel(here, "a", START + WEEK, "holder"))
    told = attendance(here)
    assert (told.groups, told.people, told.missed, told.missed_people) == (2, 5, (), 0)
    assert [(one.groups, one.people) for one in told.meetings or ()] == [(2, 5), (1, 1), (0, 0), (0, 0)]
    assert here.room() == 9 - 2


def test_who_was_at_no_meeting_leaves_no_count() -> None:
    here = ledger()
    carry_out(here, cancel(here, "a", START, "holder"))
    assert attendance(here).people == 0
    assert here.state.left == EndedCount()


def test_a_course_that_everybody_gave_up_after_an_evening_tells_who_was_there() -> None:
    here = ledger()
    carry_out(here, arrive(here, "a", START, None, "0"))
    carry_out(here, cancel(here, "a", START + HOUR, "holder"))
    assert attendance_due(here) == WEEKLY[-1]["ends_at"] + ATTENDANCE_AFTER


@pytest.mark.parametrize(("hours", "gone"), [(1, True), (24 * 30, False)], ids=["one-left", "over"])
def test_on_the_telephone_the_rest_is_given_up_as_long_as_there_is_one(hours: int, gone: bool) -> None:
    here = ledger()
    carry_out(here, arrive(here, "a", START, None, "0"))
    outcome = RecordCallOutcome("a", "cancels", "gathering-changed")
    carry_out(here, decide(here, outcome, START + hours * HOUR))
    assert ("a" not in here.claims) is gone
