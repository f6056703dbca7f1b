"""Reports on texts in any order and number end the same way, and nobody is told twice."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.text_messages import fitting
from services.notifications.domain.text_reports import Reported, apply_report

reports = st.lists(st.sampled_from(get_args(Reported)), max_size=8)


def run(told: list[Reported], begin: str = "handed_over") -> tuple[list[str], list[str]]:
    """(what is known after each report, the steps), as the service does them."""
    known, by_text, elsewhere = begin, True, False
    states, steps = [begin], []
    for one in told:
        known, step = apply_report(known, one, settled_by_text=by_text, open_elsewhere=elsewhere)  # type: ignore[arg-type,assignment]
        if step == "another_way":
            by_text, elsewhere = False, True
        elif step == "arrived":
            by_text, elsewhere = True, False
        states.append(known)
        steps.append(step)
    return states, steps


@given(reports)
def test_another_way_is_taken_once_and_never_after_delivery(told: list[Reported]) -> None:
    _, steps = run(told)
    assert steps.count("another_way") <= 1
    if "delivered" in told:
        assert "another_way" not in steps[told.index("delivered") :]


@given(reports)
def test_delivered_is_the_last_word(told: list[Reported]) -> None:
    states, _ = run(told)
    assert states[-1] == ("delivered" if "delivered" in told else states[-1])
    assert all(later == "delivered" for earlier, later in pairwise(states) if earlier == "delivered")


@given(reports)
def test_the_same_report_again_changes_nothing(told: list[Reported]) -> None:
    doubled = [one for one in told for _ in range(2)]
    assert run(told)[0][-1] == run(doubled)[0][-1]


def test_what_arrived_after_all_ends_the_other_way() -> None:
    assert run(["refused", "delivered"])[1] == ["another_way", "arrived"]
    assert run(["underway"], "unclear")[0][-1] == "handed_over"


def test_typography_makes_no_text_three_times_as_long() -> None:
    assert fitting("18–20 Uhr „Rathaus“\u2060 … €") == '18-20 Uhr "Rathaus" ... €'
    assert fitting("Вечір 18–20") == "Вечір 18–20"
    assert fitting("ığş – x") == "ığş – x"
