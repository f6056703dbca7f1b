"""Every score can be opened down to answers and weights, says what would change it, and shows nothing that is hidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.figures import Figures
from disclosure.result import result
from disclosure.trace import trace_field, trace_overall, trace_question
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of, score
from tests.unit.selfcheck.builders import EXAMPLES, assessments, questionnaire, respond

SHAPE = {"f": {"f1": 3, "f2": 1}, "g": {"g1": 1}}
ASKED = questionnaire(SHAPE, decimals=1)
PEOPLE = respond("a", {"f1": 4, "f2": 2, "g1": 0}, {"f1": 2, "f2": "unsure"}) + respond("b", {"f1": 1, "f2": None})


def assessed(asked: Questionnaire, people: list[Response], minimum_group: int = 1, **consensus: int) -> Figures:
    return figures_of(asked, people, consensus=consensus, minimum_group=minimum_group)


def test_the_trace_of_a_question_equals_one_computed_by_hand():
    trace = trace_question(assessed(ASKED, PEOPLE, f2=1), "f1")
    assert trace == {
        "field": "f",
        "left_out": {},
        "part": {"id": "f1", "weight": 3.0, "score": 50.0, "share": 0.75, "contribution": 37.5, "room": 37.5},
        "level": 2.0,
        "consensus_score": None,
        "perspectives": {
            "a": {"spread": [0, 0, 1, 0, 1], "unsure": 0, "not_applicable": 0, "no_answer": 0, "level": 3.0},
            "b": {"spread": [0, 1, 0, 0, 0], "unsure": 0, "not_applicable": 0, "no_answer": 0, "level": 1.0},
        },
        # f: (3 · 75 + 50) / 4 and (3 · 25 + 50) / 4; overall the mean with g, which is 0.
        "one_level_up": {"level": 3.0, "question": 75.0, "field": 68.8, "overall": 34.4},
        "one_level_down": {"level": 1.0, "question": 25.0, "field": 31.3, "overall": 15.6},
    }


def test_the_four_states_stay_apart():
    own = trace_question(assessed(ASKED, PEOPLE, f2=1), "f2")
    assert own["perspectives"] == {
        "a": {"spread": [0, 0, 1, 0, 0], "unsure": 1, "not_applicable": 0, "no_answer": 0, "level": 2.0},
        "b": {"spread": [0, 0, 0, 0, 0], "unsure": 0, "not_applicable": 0, "no_answer": 1, "level": None},
    }
    assert own["consensus_score"] == 25


def test_a_level_stays_on_the_scale():
    trace = trace_question(assessed(ASKED, PEOPLE), "g1")
    assert trace["one_level_down"] is None
    assert trace["one_level_up"]["field"] == 25


@pytest.mark.parametrize("overall", ["fields", "questions"])
def test_wholes_are_sums_of_their_parts(overall):
    figures = assessed(questionnaire(SHAPE, overall=overall, decimals=6), PEOPLE)
    for whole in (trace_field(figures, "f"), trace_overall(figures)):
        assert sum(part["contribution"] for part in whole["parts"]) == pytest.approx(whole["score"], abs=1e-6)
        assert sum(part["share"] for part in whole["parts"]) == pytest.approx(1)
        assert sum(part["contribution"] + part["room"] for part in whole["parts"]) == pytest.approx(100)
    assert [part["id"] for part in trace_overall(figures)["parts"]] == (
        ["f", "g"] if overall == "fields" else ["f1", "f2", "g1"]
    )


def test_what_is_hidden_has_no_part_in_what_would_change_it():
    people = respond("a", {"f1": 4, "f2": 1, "g1": 0}, {"f1": 2, "f2": 1, "g1": 1}, {"g1": 2})
    figures = assessed(ASKED, people, minimum_group=3)
    assert result(figures)["fields"]["f"]["score"] is None, "f has two people"
    change = trace_question(figures, "g1")["one_level_up"]
    assert (change["question"], change["field"], change["overall"]) == (50, 50, 50)
    assert [part["score"] for part in trace_overall(figures)["parts"]] == [None, 25]
    assert trace_overall(figures)["score"] == 25
    assert trace_overall(figures)["left_out"] == {"a": "some"}


def test_unknown_ids_are_key_errors():
    for trace in (trace_question, trace_field):
        with pytest.raises(KeyError):
            trace(assessed(ASKED, PEOPLE), "unknown")


@EXAMPLES
@given(assessments(), st.integers(1, 4))
def test_shows_what_the_result_shows_and_no_more(assessment, minimum_group):
    asked, people = assessment
    figures = assessed(asked, people, minimum_group)
    published = result(figures)
    for question, node in published["questions"].items():
        trace = trace_question(figures, question)
        assert trace["part"]["score"] == node["score"]
        assert (trace["level"] is None) == (node["score"] is None)
        assert node["score"] is not None or trace["one_level_up"] is trace["one_level_down"] is None
        for change in (trace["one_level_up"], trace["one_level_down"]):
            assert change is None or (change["overall"] is None) == (published["overall"]["score"] is None)
            assert change is None or (change["field"] is None) == (published["fields"][trace["field"]]["score"] is None)
        for name, block in node["perspectives"].items():
            hidden = block["answered"] is None or (question, name) in figures.cells.inapplicable
            assert (trace["perspectives"][name] is None) == hidden
    for field, node in published["fields"].items():
        assert (trace_field(figures, field)["score"], trace_field(figures, field)["coverage"]) == (
            node["score"],
            node["coverage"],
        )
    assert trace_overall(figures)["score"] == published["overall"]["score"]


@EXAMPLES
@given(assessments())
def test_what_would_change_it_is_what_changes_it(assessment):
    """With one person the change can be made for real."""
    asked, people = assessment
    for person in people[:1]:
        figures = assessed(asked, [person])
        for question, answer in person.answers.items():
            change = trace_question(figures, question)["one_level_up"]
            if not isinstance(answer, int) or change is None:
                continue
            raised: Any = {**person.answers, question: answer + 1}
            after = score(asked, [Response("r", person.perspective, raised)])
            assert change["question"] == after["questions"][question]["score"]
            assert change["field"] == after["fields"][asked.field_of[question].id]["score"]
            assert change["overall"] == after["overall"]["score"]
