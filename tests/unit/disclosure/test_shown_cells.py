"""The rule, by hand: what is shown, what is hidden, and what hidden cells do to everything else."""

from __future__ import annotations

from typing import Any

from services.selfcheck.domain.scoring import figures_of, given_across, score
from tests.unit.selfcheck.builders import questionnaire, respond

ASKED = questionnaire({"f": {"f1": 1, "f2": 1}, "g": {"g1": 1}}, minimum_coverage=0)
NOTHING = {"score": None, "coverage": None, "answered": None}


def block(node: Any) -> dict[str, Any]:
    return {key: node[key] for key in NOTHING}


def test_a_total_holds_nothing_of_a_small_group():
    people = respond("a", *[{"f1": 4}] * 3) + respond("b", *[{"f1": 0}] * 2)
    node = score(ASKED, people, minimum_group=3)["questions"]["f1"]
    assert (node["score"], node["answered"], node["spread"]) == (100, 3, [0, 0, 0, 0, 3])
    assert block(node["perspectives"]["b"]) == NOTHING
    assert node["left_out"] == {"b": "all"}
    assert node == score(ASKED, respond("a", *[{"f1": 4}] * 3), minimum_group=3, perspectives="b")["questions"]["f1"]


def test_a_hidden_question_stays_in_the_denominator_and_moves_no_score():
    people = respond("a", {"f1": 4, "f2": 0}, {"f1": 4, "f2": 0}, {"f1": 4})
    field = score(ASKED, people, minimum_group=3)["fields"]["f"]
    assert block(field) == {"score": 100, "coverage": 0.5, "answered": 3}
    assert field["left_out"] == {"a": "some"}


def test_zeros_of_rules_count_in_shown_cells_and_never_make_one():
    asked = questionnaire({"f": {"f1": 1}}, unsure="zero")
    two = respond("a", {"f1": 4}, {"f1": 4}, {"f1": "unsure"})
    assert block(score(asked, two, minimum_group=3)["questions"]["f1"]) == NOTHING
    three = respond("a", {"f1": 4}, {"f1": 4}, {"f1": 4}, {"f1": "unsure"})
    assert block(score(asked, three, minimum_group=3)["questions"]["f1"]) == {"score": 75, "coverage": 1, "answered": 3}


def test_not_applicable_leaves_the_denominator_only_where_enough_say_so_and_nobody_else_anything():
    def coverage(*words: Any) -> Any:
        people = respond("a", *[{"f1": 4, "f2": word} for word in words])
        return score(ASKED, people, minimum_group=3)["fields"]["f"]["coverage"]

    assert coverage(*["not_applicable"] * 3) == 1
    assert coverage(*["not_applicable"] * 3, None) == 1
    assert coverage("not_applicable", "not_applicable", None) == 0.5
    assert coverage(*["not_applicable"] * 3, "unsure") == 0.5
    assert coverage(*["not_applicable"] * 3, 2) == 0.5


def test_how_many_said_that_it_does_not_apply_is_not_told():
    def told(number: int) -> Any:
        people = respond("a", *[{"f1": 4}] * 3, *[{"f2": "not_applicable"}] * number)
        return score(ASKED, people, minimum_group=3)

    assert told(3) == told(7)


def test_an_institution_is_heard_from_one_voice_on():
    people = respond("town", {"f1": 4, "f2": "unsure"}) + respond("b", *[{"f1": 0}] * 2)
    result = score(ASKED, people, minimum_group=3, institutions=["town"])
    assert block(result["questions"]["f1"]) == {"score": 100, "coverage": 1, "answered": 1}
    assert result["fields"]["f"]["left_out"] == {"b": "all"}
    assert block(result["fields"]["f"]) == {"score": 100, "coverage": 0.5, "answered": 1}


def test_answered_is_the_most_in_one_cell_and_never_a_union_of_people():
    people = respond("a", *[{"f1": 1}] * 3, *[{"f2": 1}] * 4) + respond("b", *[{"f1": 1}] * 3)
    result = score(ASKED, people, minimum_group=3)
    assert result["fields"]["f"]["answered"] == 4 + 3
    assert result["overall"]["answered"] == 4 + 3
    assert result["overall"]["perspectives"]["a"]["answered"] == 4


def test_across_municipalities_five_voices_or_the_own_minimum_make_a_cell():
    def given(voices: int, minimum_group: int) -> Any:
        people = respond("a", *[{"f1": 4, "g1": 2}] * voices) + respond("b", *[{"f1": 0}] * 5)
        figures = figures_of(ASKED, people, minimum_group=minimum_group, perspectives="ab", consensus={"g1": 1})
        return given_across(figures)

    four, five, seven = given(4, 3), given(5, 3), given(6, 7)
    assert block(four["fields"]["f"]) == {"score": 0, "coverage": 0.5, "answered": 5}
    assert block(four["fields"]["g"]) == NOTHING
    assert block(five["fields"]["f"]) == {"score": 50, "coverage": 0.5, "answered": 10}
    assert block(seven["overall"]) == NOTHING
    assert (four["fields"]["g"]["consensus_score"], four["overall"]["consensus_questions"]) == (25, 1)
    assert five["disclosure_rule"] == 2


def test_an_institution_is_heard_beyond_its_municipality_too():
    figures = figures_of(ASKED, respond("town", {"f1": 4}), minimum_group=3, institutions=["town"])
    assert block(given_across(figures, ["town"])["fields"]["f"]) == {"score": 100, "coverage": 0.5, "answered": 1}
