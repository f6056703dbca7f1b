"""What municipalities give, and what it comes to together: by hand, and nothing hidden in it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from disclosure.across import HIDDEN, means
from disclosure.figures import Figures
from disclosure.result import half_up
from disclosure.scheme import Answer
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of, given_across
from tests.unit.selfcheck.builders import EXAMPLES, assessments, questionnaire, questionnaires, respond, responses

ASKED = questionnaire({"f": {"f1": 1, "f2": 1}, "g": {"g1": 1}}, minimum_coverage=0, decimals=1)
ALL: dict[str, Answer] = {"f1": 4, "f2": 3, "g1": 2}


def given_out(asked: Questionnaire, people: list[Response], minimum_group: int, agreed: Any = None) -> Any:
    return given_across(
        figures_of(asked, people, perspectives="ab", consensus=agreed or {}, minimum_group=minimum_group)
    )


def blocks(figures: Any) -> dict[tuple[str, str], Any]:
    """Every figure by its place: (field or "", perspective or "")."""
    nodes = {"": figures["overall"], **figures["fields"]}
    flat = {(name, ""): node for name, node in nodes.items()}
    flat |= {(name, view): one for name, node in nodes.items() for view, one in node["perspectives"].items()}
    return flat


def agreements(figures: Any) -> dict[str, Any]:
    """The whole ("") and the fields, which alone carry what workshops agreed on."""
    return {"": figures["overall"], **figures["fields"]}


def test_means_of_three_municipalities_equal_those_computed_by_hand():
    first = given_out(ASKED, respond("a", *[ALL] * 5), 3)
    second = given_out(ASKED, respond("a", *[{"f1": 0, "f2": 1, "g1": 3}] * 6), 3)
    third = given_out(ASKED, respond("a", *[ALL] * 4), 3)
    shown = {"score": 87.5, "coverage": 1.0, "answered": 5}
    nothing_agreed = {"consensus_score": None, "consensus_questions": 0}
    assert first["fields"]["f"] == {
        **shown,
        **nothing_agreed,
        "perspectives": {"a": shown, "b": HIDDEN},
        "left_out": {"b": "all"},
    }
    assert {key: third["fields"]["f"][key] for key in HIDDEN} == HIDDEN, "four people: shown within, not beyond"
    joint = means([first, second, third], 1)
    assert joint["fields"]["f"]["score"] == 50.0
    assert (joint["fields"]["f"]["answered"], joint["fields"]["f"]["members"]) == (11, 2)
    assert joint["fields"]["g"]["score"] == 62.5
    assert joint["overall"]["score"] == half_up(Fraction("56.25"), 1) == 56.3, "the mean of 68.8 and 43.8, as shown"


def test_what_workshops_agreed_on():
    """f1 is 4 and f2 is 3 for the first; its workshop says 2 for f1. Of the third nobody's answers count: only what was agreed."""
    first = given_out(ASKED, respond("a", *[ALL] * 5), 3, {"f1": 2})
    second = given_out(ASKED, respond("a", *[ALL] * 6), 3, {"f1": 4, "g1": 1})
    third = given_out(ASKED, respond("a", *[ALL] * 4), 3, {"f1": 0, "g1": 4})
    assert (first["fields"]["f"]["consensus_score"], first["fields"]["f"]["consensus_questions"]) == (62.5, 1)
    assert (third["fields"]["f"]["consensus_score"], third["fields"]["f"]["consensus_questions"]) == (0, 1)
    assert third["fields"]["g"]["consensus_score"] == 100, "agreed on wholly: nobody's answer is in it"
    assert second["overall"]["consensus_questions"] == 2
    joint = means([first, second, third], 1)
    assert (joint["fields"]["f"]["consensus_score"], joint["fields"]["f"]["consensus_members"]) == (50.0, 3)
    assert (joint["fields"]["g"]["consensus_score"], joint["fields"]["g"]["consensus_members"]) == (62.5, 2)


def test_figures_given_before_agreements_went_out_are_taken_as_they_are():
    old = given_out(ASKED, respond("a", *[ALL] * 5), 3, {"f1": 2})
    for node in agreements(old).values():
        del node["consensus_score"], node["consensus_questions"]
    joint = means([old, given_out(ASKED, respond("a", *[ALL] * 5), 3, {"f1": 2})], 1)
    assert joint["fields"]["f"]["score"] == 87.5
    assert (joint["fields"]["f"]["consensus_score"], joint["fields"]["f"]["consensus_members"]) == (None, 1)


def test_a_larger_minimum_group_of_a_member_holds_beyond_it_too():
    out = given_out(ASKED, respond("a", *[ALL] * 7), 8)
    assert {one["answered"] for one in blocks(out).values()} == {None}


def test_of_one_member_there_is_nothing_together():
    first = given_out(ASKED, respond("a", *[ALL] * 5), 3)
    none = given_out(ASKED, respond("a", ALL, ALL), 3)
    for joint in (means([first], 1), means([first, none], 1)):
        assert {(one["score"], one["answered"]) for one in blocks(joint).values()} == {(None, None)}
    assert means([], 1)["fields"] == {}


@EXAMPLES
@given(st.data(), st.integers(1, 4))
def test_the_order_of_members_is_without_meaning(data, minimum_group):
    asked = data.draw(questionnaires())
    out = [given_out(asked, data.draw(responses(asked, perspectives=("a", "b"))), minimum_group) for _ in range(3)]
    assert means(out, 1) == means(data.draw(st.permutations(out)), 1)


@EXAMPLES
@given(assessments(), st.integers(1, 7))
def test_what_goes_out_is_made_of_cells_that_the_municipality_shows_itself(assessment, minimum_group):
    asked, people = assessment
    figures: Figures = figures_of(asked, people, perspectives="abc", minimum_group=minimum_group)
    wide = figures_of(asked, people, perspectives="abc", minimum_group=max(minimum_group, 5))
    for place, cell in wide.cells.cells.items():
        assert figures.cells.cells[place] == cell
    out = given_across(figures)
    for field, node in out["fields"].items():
        raters = [
            wide.cells.cells[q.id, v].rated
            for q in asked.field(field).questions
            for v in "abc"
            if (q.id, v) in wide.cells.cells
        ]
        assert bool(node["answered"]) == any(raters)


def test_figures_of_two_rules_stand_together_only_with_a_mark():
    old = given_out(ASKED, respond("a", *[ALL] * 5), 3)
    del old["disclosure_rule"]
    new = given_out(ASKED, respond("a", *[ALL] * 5), 3)
    assert means([old, new], 1)["disclosure_rules"] == [1, 2]
    assert means([new, new], 1)["disclosure_rules"] == [2]
