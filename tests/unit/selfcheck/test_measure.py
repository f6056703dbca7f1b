"""Measures: what may be agreed, who may overwrite whom, and when reminders go out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.measure import SETTLED, SOON, Measure, Status, agree, change, reminder, urgency
from tests.unit.selfcheck.builders import EXAMPLES, questionnaire

ASKED = questionnaire({"f": {"f1": 1, "f2": 1}, "g": {"g1": 1}})
TODAY = date(2026, 11, 25)
WANTED = {"field": "f", "title": "Wegweiser", "due": TODAY + timedelta(days=40)}


def test_a_measure_answers_questions_of_its_field():
    assert agree(ASKED, WANTED | {"questions": ["f1"]}, TODAY).questions == ("f1",)
    with pytest.raises(Invalid) as caught:
        agree(ASKED, WANTED | {"questions": ["f1", "g1"]}, TODAY)
    assert [flaw.pointer for flaw in caught.value.flaws] == ["/questions/1"]
    with pytest.raises(Invalid) as caught:
        agree(ASKED, WANTED | {"field": "x"}, TODAY)
    assert [flaw.pointer for flaw in caught.value.flaws] == ["/field"]


def test_a_day_that_has_passed_is_for_settled_ones_only():
    past = WANTED | {"due": TODAY - timedelta(days=1)}
    with pytest.raises(Invalid):
        agree(ASKED, past, TODAY)
    assert agree(ASKED, past | {"status": "done"}, TODAY).status is Status.DONE


def test_a_measure_changed_meanwhile_is_not_overwritten():
    first = agree(ASKED, WANTED, TODAY)
    second = change(first, ASKED, {"status": "started"}, 1)
    assert (second.status, second.revision) == (Status.STARTED, 2)
    with pytest.raises(Refused):
        change(second, ASKED, {"status": "done"}, 1)
    assert change(second, ASKED, {"status": "started"}, 2) is second


def test_another_day_is_reminded_of_anew():
    reminded = replace(agree(ASKED, WANTED, TODAY), reminders_sent=frozenset({"soon", "overdue"}))
    assert reminder(reminded) is None
    later = change(reminded, ASKED, {"due": TODAY + timedelta(days=90)}, None)
    assert reminder(later)[0] == "soon"


def test_reminders_go_out_in_the_morning_two_weeks_before_and_the_day_after():
    measure = agree(ASKED, WANTED | {"due": date(2027, 3, 31)}, TODAY)
    assert reminder(measure) == ("soon", datetime(2027, 3, 17, 6, tzinfo=UTC))
    # Over the change to summer time: seven in the morning all the same.
    assert reminder(replace(measure, reminders_sent=frozenset({"soon"}))) == (
        "overdue",
        datetime(2027, 4, 1, 5, tzinfo=UTC),
    )


@EXAMPLES
@given(st.integers(-60, 60), st.sampled_from(list(Status)), st.sets(st.sampled_from(["soon", "overdue"])))
def test_settled_measures_are_not_urgent_and_a_reminder_comes_with_urgency(days, status, sent):
    measure = Measure("f", "t", "", TODAY + timedelta(days=days), status, reminders_sent=frozenset(sent))
    found = reminder(measure)
    if status in SETTLED:
        assert found is None
        assert urgency(measure, TODAY) is None
        return
    assert urgency(measure, TODAY) == ("overdue" if days < 0 else "soon" if timedelta(days=days) <= SOON else None)
    assert (found is None) == (sent == {"soon", "overdue"})
    if found:
        assert found[0] not in sent
