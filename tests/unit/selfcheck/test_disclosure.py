"""No group below the minimum can be worked out of a published result, however its figures are combined."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.selfcheck.domain.assessed import assess
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Answer, Response
from services.selfcheck.domain.scoring import score, spread_by_perspective
from services.selfcheck.domain.tally import count
from tests.unit.selfcheck.attacker import Attacker, exposed
from tests.unit.selfcheck.builders import EXAMPLES, assessments, questionnaire, questionnaires, respond

HIDDEN = {"score": None, "coverage": None, "answered": None}
ASKED = questionnaire({"f": {"f1": 1, "f2": 1, "f3": 1}, "g": {"g1": 1, "g2": 1}}, minimum_coverage=0)
ALL: dict[str, Answer] = {"f1": 4, "f2": 3, "f3": 1, "g1": 2, "g2": 0}


def without(*questions: str) -> dict[str, Answer]:
    return {question: answer for question, answer in ALL.items() if question not in questions}


def shown(node: Any) -> set[str]:
    """The perspectives shown in a node, and "total"."""
    names = {name for name, block in node["perspectives"].items() if block != HIDDEN}
    return names | ({"total"} if node["score"] is not None else set())


def assert_safe(people: list[Response], minimum_group: int, asked: Questionnaire = ASKED) -> Any:
    result = score(asked, people, minimum_group=minimum_group)
    assert exposed([Attacker(asked, people, result, {})], minimum_group) is None
    return result


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Any, list[Response], int]:
    """Assessments near the limits: perspectives of any size, questions that few could answer."""
    asked = draw(questionnaires(max_questions=5, minimum_coverage=draw(st.sampled_from([0, 0.5]))))
    levels = st.integers(asked.scale.min, asked.scale.max)
    rare = draw(st.sets(st.sampled_from(list(asked.questions)), max_size=3))
    skipped: st.SearchStrategy[Answer] = st.sampled_from(["unsure", "not_applicable", None])
    people = []
    for perspective in draw(st.sampled_from(["a", "ab", "abc"])):
        absent = draw(st.sets(st.sampled_from(list(asked.questions)), max_size=2))
        for number in range(draw(st.integers(1, 5))):
            answers: dict[str, Answer] = {}
            for question in asked.questions:
                answering = question not in absent and (question not in rare or draw(st.booleans()))
                answers[question] = draw(levels) if answering and draw(st.integers(0, 9)) else draw(skipped)
            people.append(Response(f"{perspective}{number}", perspective, answers))
    return asked, people, draw(st.integers(2, 4))


@settings(EXAMPLES, max_examples=250)
@given(crowds(), st.data())
def test_no_combination_of_published_figures_isolates_a_small_group(crowd, data):
    asked, people, minimum_group = crowd
    levels = st.integers(asked.scale.min, asked.scale.max)
    agreed = st.dictionaries(st.sampled_from(list(asked.questions)), levels, max_size=4)
    states = [data.draw(agreed), data.draw(agreed)]

    results = [score(asked, people, consensus=consensus, minimum_group=minimum_group) for consensus in states]

    attackers = [Attacker(asked, people, *state) for state in zip(results, states, strict=True)]
    assert exposed(attackers, minimum_group) is None


def test_the_attacker_is_able_to_subtract():
    """A control: without disclosure control the attack succeeds."""
    people = respond("a", ALL, ALL, ALL) + respond("b", ALL, ALL)
    result = score(ASKED, people, minimum_group=1)
    for node in (result["overall"], *result["fields"].values(), *result["questions"].values()):
        node["perspectives"]["b"].update(HIDDEN)
        node["spread"] = node["agreement"]["rwg"] = node["agreement"]["alpha"] = None
    assert exposed([Attacker(ASKED, people, result, {})], 3) is not None


def test_large_groups_are_shown_completely():
    result = assert_safe(respond("a", ALL, ALL, ALL) + respond("b", ALL, ALL, ALL), 3)
    assert all(shown(node) == {"a", "b", "total"} for node in result["questions"].values())
    assert all(shown(node) == {"a", "b", "total"} for node in result["fields"].values())
    assert shown(result["overall"]) == {"a", "b", "total"}
    assert result["questions"]["f1"]["spread"] == [0, 0, 0, 0, 6]
    assert result["fields"]["f"]["agreement"]["alpha"] is not None


def test_with_two_perspectives_a_small_one_hides_both_because_the_total_stays():
    result = assert_safe(respond("a", ALL, ALL, ALL) + respond("b", ALL, ALL), 3)
    for node in (result["overall"], *result["fields"].values(), *result["questions"].values()):
        assert shown(node) == {"total"}
        assert node["answered"] == 5


def test_a_small_perspective_hides_behind_the_next_smallest():
    people = respond("a", *[ALL] * 6) + respond("b", *[ALL] * 3) + respond("c", *[ALL] * 2)
    result = assert_safe(people, 3)
    assert shown(result["questions"]["f1"]) == {"a", "total"}
    assert shown(result["fields"]["f"]) == {"a", "total"}
    assert shown(result["overall"]) == {"a", "total"}


def test_a_question_with_a_small_part_is_closed_together_with_a_cover():
    people = respond("a", *[ALL] * 4) + respond("b", ALL, ALL, without("f1"))
    result = assert_safe(people, 3)
    assert shown(result["questions"]["f1"]) == {"total"}
    assert shown(result["questions"]["f2"]) == {"total"}, "the cover: else b's mean of f1 is what the field leaves over"
    assert shown(result["questions"]["f3"]) == {"a", "b", "total"}
    assert shown(result["fields"]["f"]) == {"a", "b", "total"}
    assert shown(result["questions"]["g1"]) == {"a", "b", "total"}, "another field is not concerned"
    assert shown(result["overall"]) == {"a", "b", "total"}


def test_a_question_that_is_too_small_altogether_takes_its_cover_with_it():
    result = assert_safe(respond("a", ALL, ALL, without("f2")), 3)
    assert [shown(result["questions"][q]) for q in ("f1", "f2", "f3")] == [set(), set(), {"a", "total"}]
    assert shown(result["fields"]["f"]) == {"a", "total"}


def test_a_field_of_small_questions_is_shown_only_as_a_whole():
    people = respond(
        "a", {"f1": 1, **without("f1", "f2", "f3")}, {"f2": 2}, {"f3": 3, "g1": 1, "g2": 2}, {"g1": 1, "g2": 2}
    )
    result = assert_safe(people, 3)
    assert [shown(result["questions"][q]) for q in ("f1", "f2", "f3")] == [set(), set(), set()]
    assert shown(result["fields"]["f"]) == {"a", "total"}
    assert shown(result["overall"]) == {"a", "total"}


def test_a_small_question_of_one_perspective_is_not_isolated_by_weighing_perspectives_differently():
    # Only two of "a" know f1. The field's total takes f1 from "a" alone, the others from both; with the figures of both
    # perspectives beside it, f1 would be what the difference leaves over.
    people = respond("a", ALL, ALL, without("f1"), without("f1")) + respond("b", *[without("f1")] * 3)
    result = assert_safe(people, 3)
    assert shown(result["fields"]["f"]) == {"a", "total"}
    assert shown(result["overall"]) == {"a", "total"}


def test_small_questions_of_one_perspective_are_not_isolated_either_where_the_field_stands_alone():
    asked = questionnaire({"f": {"f1": 1, "f2": 1, "f3": 1, "f4": 1}})
    people = respond("a", {"f1": 1}, {"f2": 4}, {"f3": 2}) + respond("b", {"f1": 2}, {"f2": 1}, {"f4": 3})
    assert shown(assert_safe(people, 3, asked)["fields"]["f"]) == {"b", "total"}


def test_where_the_field_stands_alone_merged_perspectives_have_to_be_large_enough_together():
    asked = questionnaire({"f": {"f1": 1, "f2": 1, "f3": 1, "f4": 1}})
    people = respond("a", {"f1": 1}, {"f2": 4}, {"f3": 2}) + respond("b", {"f1": 2}, {"f2": 1}, {"f4": 3})
    people += respond("c", {"f3": 0}, {"f4": 4})
    assert shown(assert_safe(people, 3, asked)["fields"]["f"]) == {"b", "total"}


def test_a_hidden_field_hides_the_overall_score():
    people = respond("a", ALL, ALL, without("f1", "f2", "f3"))
    result = assert_safe(people, 3)
    assert shown(result["fields"]["f"]) == set()
    assert shown(result["fields"]["g"]) == {"a", "total"}
    assert shown(result["overall"]) == set()


def test_spread_is_not_shown_where_it_would_separate_two_perspectives():
    people = respond("a", *[ALL] * 6) + respond("b", *[ALL] * 3) + respond("c", *[ALL] * 2)
    node = assert_safe(people, 3)["questions"]["f1"]
    assert node["spread"] is None
    assert node["agreement"]["rwg"] is None


def test_the_board_shows_the_spread_of_the_perspectives_that_may_be_shown():
    people = respond("a", *[ALL] * 4) + respond("b", ALL, ALL, without("f1"))
    assessed = assess(ASKED, count(ASKED, people), {}, 3)
    assert spread_by_perspective(assessed, "f3") == {"a": [0, 4, 0, 0, 0], "b": [0, 3, 0, 0, 0]}
    assert spread_by_perspective(assessed, "f1") == {"a": None, "b": None}


def test_unanimity_is_published():
    node = assert_safe(respond("a", *[ALL] * 3), 3)["questions"]["f1"]
    assert (node["score"], node["spread"], node["agreement"]["rwg"]) == (100, [0, 0, 0, 0, 3], 1)


class TestHiddenLooksLikeEmpty:
    def test_a_perspective(self):
        people = respond("a", *[ALL] * 4) + respond("b", ALL, ALL)
        with_small = score(ASKED, people, minimum_group=3, perspectives=["nobody"])
        for node in (with_small["overall"], with_small["fields"]["f"], with_small["questions"]["f1"]):
            assert node["perspectives"]["b"] == node["perspectives"]["nobody"] == HIDDEN

    def test_a_question(self):
        small = score(ASKED, respond("a", *[without("f1")] * 4, ALL, ALL), minimum_group=3)
        empty = score(ASKED, respond("a", *[without("f1")] * 4), minimum_group=3)
        assert small["questions"]["f1"] == empty["questions"]["f1"]

    def test_but_what_a_large_group_did_not_know_is_told(self):
        people = respond("a", *[{**ALL, "f1": "unsure"}] * 3)
        node = score(ASKED, people, minimum_group=3)["questions"]["f1"]
        assert (node["score"], node["coverage"], node["answered"]) == (None, 0, 0)


@pytest.mark.parametrize("minimum_group", [0, 1])
def test_a_minimum_of_one_hides_nothing(minimum_group):
    node = score(ASKED, respond("a", {"f1": 4}), minimum_group=minimum_group)["questions"]["f1"]
    assert (node["score"], node["answered"], node["spread"]) == (100, 1, [0, 0, 0, 0, 1])


@EXAMPLES
@given(assessments(), st.integers(2, 4))
def test_the_board_shows_no_spread_of_a_small_group(assessment, minimum_group):
    asked, people = assessment
    assessed = assess(asked, count(asked, people), {}, minimum_group)
    for question in asked.questions:
        for spread in spread_by_perspective(assessed, question).values():
            assert spread is None or sum(spread) == 0 or sum(spread) >= minimum_group
