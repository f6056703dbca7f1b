"""Perspectives compared: from shown figures alone, and a picture whose marks never cover each other."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from disclosure.result import Result
from disclosure.result import result as published
from services.selfcheck.domain.perspectives import closest, compare_fields, compare_questions, widest
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of
from services.selfcheck.perspectives.picture import (
    FORMS,
    LANES_ON_A_WALL,
    LETTERS,
    NEAR,
    NEAR_ON_A_WALL,
    marks,
    place,
    signs,
)
from tests.unit.selfcheck.builders import EXAMPLES, document

ASKED = parse(document({"a": {"a1": 1, "a2": 1}, "b": {"b1": 1}}))
VIEWS = ("clubs", "office")


def told(people: dict[str, list[dict[str, int]]], asked: Questionnaire = ASKED) -> Result:
    responses = [
        Response(f"{view}{n}", view, answers) for view, sheets in people.items() for n, answers in enumerate(sheets)
    ]
    return published(figures_of(asked, responses, minimum_group=3, perspectives=VIEWS))


def test_fields_and_questions_with_what_lies_furthest_apart() -> None:
    result = told({"office": [{"a1": 4, "a2": 4, "b1": 2}] * 3, "clubs": [{"a1": 0, "a2": 3, "b1": 2}] * 3})
    fields = compare_fields(ASKED, result)
    assert [(one.id, dict(one.scores), one.gap) for one in fields] == [
        ("a", {"clubs": 38, "office": 100}, 62),
        ("b", {"clubs": 50, "office": 50}, 0),
    ]
    far, near = widest(fields), closest(fields)
    assert (far and far.id, near and near.id) == ("a", "b")
    assert [one.gap for one in compare_questions(ASKED, result, "a")] == [100, 25]


def test_what_is_hidden_takes_part_in_nothing() -> None:
    result = told({"office": [{"a1": 4, "a2": 4, "b1": 2}] * 3, "clubs": [{"a1": 0, "a2": 0, "b1": 0}] * 2})
    fields = compare_fields(ASKED, result)
    assert [one.scores["clubs"] for one in fields] == [None, None]
    assert [one.gap for one in fields] == [None, None]
    assert widest(fields) is None
    assert closest(fields) is None


def test_where_all_are_alike_nothing_is_furthest_apart() -> None:
    fields = compare_fields(ASKED, told(dict.fromkeys(VIEWS, [{"a1": 4, "a2": 4, "b1": 2}] * 3)))
    assert widest(fields) is None
    assert closest(fields) == fields[0]


SCORES = st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=20)


@EXAMPLES
@given(SCORES, st.booleans())
def test_marks_never_cover_each_other(scores: list[float | None], rtl: bool) -> None:
    names = [f"view-{n}" for n in range(len(scores))]
    given_ = dict(zip(names, scores, strict=True))
    placed = marks(given_, names, rtl)
    assert len(placed) == sum(score is not None for score in scores)
    for lane in {one.lane for one in placed}:
        ends = sorted(one.across for one in placed if one.lane == lane)
        assert all(after - before >= 0.9 * NEAR - 0.01 for before, after in pairwise(ends))
    assert {one.lane for one in placed} == set(range(len({one.lane for one in placed})))
    assert all(5 <= one.across <= 95 for one in placed)


def test_the_scale_begins_where_reading_begins() -> None:
    assert (place(0), place(100)) == (5, 95)
    assert (place(0, rtl=True), place(100, rtl=True)) == (95, 5)


def test_no_two_perspectives_share_a_sign_nor_neighbours_a_form() -> None:
    made = signs([str(n) for n in range(20)])
    assert len({one.letter for one in made.values()}) == len(LETTERS)
    forms = [one.form for one in made.values()]
    assert all(len(set(forms[n : n + len(FORMS)])) == len(FORMS) for n in range(16))


SEVEN = [f"v{number}" for number in range(7)]


@EXAMPLES
@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=7, max_size=7), st.booleans())
def test_on_a_wall_marks_stand_in_few_lanes_and_never_on_each_other(scored: list[float | None], rtl: bool) -> None:
    scores = dict(zip(SEVEN, scored, strict=True))
    placed = marks(scores, SEVEN, rtl, wall=True)
    assert len({one.sign for one in placed}) == len(placed) == sum(score is not None for score in scored)
    for lane in range(LANES_ON_A_WALL):
        across = sorted(one.across for one in placed if one.lane == lane)
        assert all(b - a >= 0.9 * NEAR_ON_A_WALL - 0.03 for a, b in pairwise(across))
    assert all(one.lane < LANES_ON_A_WALL and 5 <= one.across <= 95 for one in placed)
