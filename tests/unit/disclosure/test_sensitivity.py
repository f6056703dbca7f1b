"""What would change a score: by hand, against calculating it anew, and without telling what is hidden."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.figures import Figures, Point, column
from disclosure.result import result, rounded
from disclosure.scheme import Overall
from disclosure.sensitivity import sensitivity_of_field, sensitivity_of_overall
from services.selfcheck.domain.scoring import figures_of
from tests.unit.selfcheck.builders import EXAMPLES, assessments, questionnaire, respond

ASKED = questionnaire({"f": {"f1": 3, "f2": 1}, "g": {"g1": 1}}, minimum_coverage=0.5)


def of(people, minimum_group=1, asked=ASKED) -> Figures:
    return figures_of(asked, people, minimum_group=minimum_group)


def test_the_question_with_the_most_weight_and_room_moves_most():
    # f: (3 · 1 + 1 · 3) / 4 = 1.5 levels = 37.5, shown as 38.
    found = sensitivity_of_field(of(respond("a", {"f1": 1, "f2": 3})), ASKED.scheme.field("f"))
    assert [(one["question"], one["gain"], one["score"]) for one in found["levers"]] == [
        ("f1", 18.75, 56),
        ("f2", 6.25, 44),
    ]
    assert found["together"] == 63, "62.5, half up"
    assert found["rounding"] == {"up": 1, "down": 0}, "37.5 is where 38 begins"


def test_a_question_at_the_top_is_no_lever_and_the_last_step_may_be_a_part():
    found = sensitivity_of_field(of(respond("a", {"f1": 4, "f2": 4}, {"f1": 4, "f2": 3})), ASKED.scheme.field("f"))
    assert [(one["question"], one["level"], one["gain"]) for one in found["levers"]] == [("f2", 3.5, 3.125)]


def test_coverage_says_what_is_missing_for_a_score_and_how_much_may_be_lost():
    short = sensitivity_of_field(of(respond("a", {"f2": 2})), ASKED.scheme.field("f"))
    assert short == {
        "levers": [],
        "together": None,
        "rounding": None,
        "coverage": {"minimum": 0.5, "margin": -0.25, "questions": 1},
    }
    enough = sensitivity_of_field(of(respond("a", {"f1": 2})), ASKED.scheme.field("f"))
    assert enough["coverage"] == {"minimum": 0.5, "margin": 0.25, "questions": 1}


@EXAMPLES
@given(assessments())
def test_each_lever_does_what_it_says(assessment):
    asked, people = assessment
    assessed = of(people, asked=asked)
    wholes = [(sensitivity_of_overall(assessed), lambda figures: figures.overall)]
    wholes += [
        (sensitivity_of_field(assessed, f), lambda figures, id=f.id: figures.fields[id]) for f in asked.scheme.fields
    ]
    for found, figure in wholes:
        before = figure(assessed.total).level
        for lever in found["levers"]:
            point = assessed.total.points[lever["question"]]
            raised = Point(min(point.level + 1, Fraction(asked.scale.span)), point.covered, point.applicable)
            after = figure(column(asked.scheme, {**assessed.total.points, lever["question"]: raised})).level
            assert lever["score"] == rounded(asked.scheme, after)
            assert lever["gain"] == pytest.approx(float((after - before) * 100 / asked.scale.span), abs=1e-9)
        gains = [lever["gain"] for lever in found["levers"]]
        assert gains == sorted(gains, reverse=True)


@EXAMPLES
@given(assessments(overall="fields"), st.integers(0, 3))
def test_rounding_tells_the_distance_to_another_score(assessment, decimals):
    asked, people = assessment
    assert asked.rules.overall is Overall.FIELDS
    level = of(people, asked=asked).total.overall.level
    near = sensitivity_of_overall(of(people, asked=asked))["rounding"]
    if level is None:
        assert near is None
        return
    step = Fraction(asked.scale.span, 100)
    tiny = Fraction(1, 10**9)
    up, down = Fraction(near["up"]), Fraction(near["down"])
    assert rounded(asked.scheme, level + (up + tiny) * step) > rounded(asked.scheme, level)
    assert rounded(asked.scheme, level + (up - tiny) * step) == rounded(asked.scheme, level)
    assert rounded(asked.scheme, level - (down + tiny) * step) < rounded(asked.scheme, level)


def test_what_is_hidden_is_no_lever():
    everybody = {"f1": 1, "f2": 1, "g1": 1}
    people = respond("a", everybody, everybody, {"f2": 1, "g1": 1}, {"f2": 1, "g1": 1})
    figures = of(people, 3)
    assert result(figures)["questions"]["f1"]["score"] is None
    assert [lever["question"] for lever in sensitivity_of_overall(figures)["levers"]] == ["g1"], (
        "f is below its coverage"
    )
    hidden = sensitivity_of_field(of(respond("a", everybody), 3), ASKED.scheme.field("f"))
    assert hidden == {"levers": [], "together": None, "rounding": None, "coverage": None}


def test_what_does_not_apply_is_no_question_that_could_be_missing():
    asked = questionnaire({"f": {f"q{n}": 1 for n in range(10)}}, minimum_coverage=0.7)
    person = {f"q{n}": 3 if n < 5 else "not_applicable" for n in range(10)}
    found = sensitivity_of_field(of(respond("a", person), asked=asked), asked.scheme.field("f"))
    assert found["coverage"] == {"minimum": 0.7, "margin": pytest.approx(0.3), "questions": 2}, "3 of 5 are 0.6"
