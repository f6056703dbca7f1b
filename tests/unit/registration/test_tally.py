"""Answers counted: what was chosen how often, kept up with every change."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.answers import each, summed
from services.registration.domain.questions import question_of
from services.registration.domain.tally import Tally
from tests.unit.registration.questions import known, told


def test_counts_say_how_often_each_was_chosen() -> None:
    questions = known(told("food", "choices", "ab", per="person"), told("kids", "number"), told("late", "boolean"))
    found = summed(
        questions, [{"food": [["a"], ["a", "b"]], "kids": 2}, {"food": [None, ["a"]], "kids": 1, "late": True}]
    )
    assert (found["food"].answered, dict(found["food"].chosen)) == (3, {"a": 3, "b": 1})
    assert (found["kids"].answered, found["kids"].total) == (2, 3)
    assert dict(found["late"].chosen) == {"true": 1}
    assert each({"food": [1]}, "food", 3) == [1, None, None]
    assert question_of(told("x", "choices", "abc")).fields == 3


TALLIED = known(
    told("food", "choices", "ab", per="person"),
    told("kids", "number"),
    told("late", "boolean"),
    told("note", "text"),
    told("notes", "text", per="person"),
    told("way", "choice", "ab"),
)


somebodys = st.fixed_dictionaries(
    {},
    optional={
        "food": st.lists(st.none() | st.lists(st.sampled_from("ab"), unique=True), max_size=3),
        "kids": st.integers(0, 10) | st.floats(-100, 100).filter(lambda one: not one.is_integer()),
        "late": st.booleans(),
        "note": st.just("x"),
        "notes": st.lists(st.none() | st.just("y"), max_size=3),
        "way": st.sampled_from("ab"),
        "gone": st.just("nobody knows this question"),
    },
)


tellings = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("rstu"), st.none() | somebodys),
        st.sets(st.sampled_from("rstu")),
        st.frozensets(st.sampled_from("rstuv")),
    ),
    max_size=6,
)


@given(tellings)
def test_a_tally_kept_up_with_changes_is_what_is_counted_anew(
    steps: list[tuple[dict[str, dict[str, Any] | None], set[str], frozenset[str]]],
) -> None:
    """Answers come, change and are erased (None), seats are given and taken: whatever happened before, the sums are those of now. Those that
    are told again without having changed are not read again."""
    tally = Tally(TALLIED)
    now: dict[str, tuple[int, dict[str, Any] | None]] = {}
    for moment, (written, told_again, seated) in enumerate(steps):
        now |= {id: (moment, answers) for id, answers in written.items()}
        changed = {id: at for id, (at, _) in now.items() if id in written or id in told_again}
        outdated = tally.outdated(changed)
        assert set(outdated) == set(written)
        read = {id: (at, answers) for id, (at, answers) in now.items() if id in outdated and answers is not None}
        tally.follow(changed, read, seated)
        assert tally.outdated({id: at for id, (at, _) in now.items()}) == []
        anew = summed(TALLIED, [answers for id, (_, answers) in now.items() if id in seated and answers is not None])
        for id, sums in anew.items():
            assert (tally.sums[id].answered, tally.sums[id].total) == (sums.answered, sums.total)
            assert +tally.sums[id].chosen == +sums.chosen


def test_answers_that_went_between_two_looks_are_not_counted_and_a_newer_change_is_taken() -> None:
    tally = Tally(TALLIED)
    tally.follow({"r": 1, "s": 1}, {"r": (2, {"way": "a"})}, {"r", "s"})
    assert dict(tally.sums["way"].chosen) == {"a": 1}
    assert tally.outdated({"r": 2, "s": 1}) == []
    assert tally.outdated({"s": 2}) == ["s"]
