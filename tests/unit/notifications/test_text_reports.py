"""Reports on texts, in any order and number, have the same result, and no other channel is tried after a delivery."""

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
        if step == "next_channel":
            by_text, elsewhere = False, True
        elif step == "arrived":
            by_text, elsewhere = True, False
        states.append(known)
        steps.append(step)
    return states, steps


@given(reports)
def test_the_next_channel_is_tried_once_and_never_after_delivery(told: list[Reported]) -> None:
    _, steps = run(told)
    assert steps.count("next_channel") <= 1
    if "delivered" in told:
        assert "next_channel" not in steps[told.index("delivered") :]


@given(reports)
def test_a_text_once_delivered_stays_delivered(told: list[Reported]) -> None:
    states, _ = run(told)
    assert states[-1] == ("delivered" if "delivered" in told else states[-1])
    assert all(later == "delivered" for earlier, later in pairwise(states) if earlier == "delivered")


@given(reports)
def test_the_same_report_again_changes_nothing(told: list[Reported]) -> None:
    doubled = [one for one in told for _ in range(2)]
    assert run(told)[0][-1] == run(doubled)[0][-1]


def test_a_late_delivery_ends_the_other_channel() -> None:
    assert run(["refused", "delivered"])[1] == ["next_channel", "arrived"]
    assert run(["underway"], "unclear")[0][-1] == "handed_over"


def test_typography_does_not_multiply_the_parts_of_a_text() -> None:
    assert fitting("18–20 Uhr „Rathaus“\u2060 … €") == '18-20 Uhr "Rathaus" ... €'
    assert fitting("Вечір 18–20") == "Вечір 18–20"
    assert fitting("ığş – x") == "ığş – x"


def test_signs_that_nobody_sees_are_sent_only_where_directions_mix() -> None:
    assert fitting("Где: \u2068Rathaus\u2069 \u2060ığş") == "Где: Rathaus ığş"
    assert fitting("کجا: \u2068Rathaus\u2069") == "کجا: \u2068Rathaus\u2069"
