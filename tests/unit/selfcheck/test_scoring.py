"""Scores that can be worked out by hand."""

from fractions import Fraction
from typing import Any

import pytest

from disclosure.result import rounded
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from tests.unit.selfcheck.builders import questionnaire, respond

ONE = {"f": {"q1": 1, "q2": 1, "q3": 1, "q4": 1}}
TWO = {"f": {"f1": 1, "f2": 1}, "g": {"g1": 1, "g2": 1, "g3": 1, "g4": 1}}


def only(node: Any, *keys: str) -> dict[str, Any]:
    return {key: node[key] for key in keys}


class TestOnePerson:
    def test_a_level_becomes_a_score_from_0_to_100(self):
        result = score(questionnaire(ONE), respond("a", {"q1": 0, "q2": 1, "q3": 3, "q4": 4}))
        assert [result["questions"][q]["score"] for q in ONE["f"]] == [0, 25, 75, 100]
        assert only(result["fields"]["f"], "score", "coverage", "answered") == {
            "score": 50,
            "coverage": 1.0,
            "answered": 1,
        }
        assert only(result["overall"], "score", "coverage", "answered") == {"score": 50, "coverage": 1.0, "answered": 1}

    def test_a_scale_may_begin_anywhere(self):
        result = score(questionnaire(ONE, scale=(1, 6)), respond("a", dict.fromkeys(ONE["f"], 2)))
        assert result["overall"]["score"] == 20
        result = score(questionnaire(ONE, scale=(-2, 2)), respond("a", dict.fromkeys(ONE["f"], -1)))
        assert result["overall"]["score"] == 25

    def test_weights_count_within_the_field(self):
        asked = questionnaire({"f": {"heavy": 3, "light": 1}})
        assert score(asked, respond("a", {"heavy": 4, "light": 0}))["fields"]["f"]["score"] == 75

    def test_not_applicable_leaves_the_denominator(self):
        result = score(questionnaire(ONE), respond("a", {"q1": 4, "q2": 2, "q3": 0, "q4": "not_applicable"}))
        assert only(result["fields"]["f"], "score", "coverage") == {"score": 50, "coverage": 1.0}
        assert only(result["questions"]["q4"], "score", "coverage", "answered") == {
            "score": None,
            "coverage": None,
            "answered": 0,
        }

    @pytest.mark.parametrize("answer", ["unsure", None])
    def test_unsure_and_no_answer_lower_coverage_and_are_left_out_of_the_score(self, answer):
        asked = questionnaire(ONE, minimum_coverage=0.75)
        result = score(asked, respond("a", {"q1": 4, "q2": 4, "q3": 1, "q4": answer}))
        assert only(result["fields"]["f"], "score", "coverage") == {"score": 75, "coverage": 0.75}
        assert only(result["questions"]["q4"], "score", "coverage") == {"score": None, "coverage": 0.0}

    @pytest.mark.parametrize(("rule", "answer"), [("unsure", "unsure"), ("unanswered", None)])
    def test_where_the_rules_say_so_they_count_as_zero(self, rule, answer):
        asked = questionnaire(ONE, **{rule: "zero"})
        result = score(asked, respond("a", {"q1": 4, "q2": 4, "q3": 4, "q4": answer}))
        assert only(result["fields"]["f"], "score", "coverage") == {"score": 75, "coverage": 0.75}
        assert only(result["questions"]["q4"], "score", "coverage", "answered") == {
            "score": 0,
            "coverage": 0.0,
            "answered": 0,
        }

    def test_coverage_is_a_share_of_weights(self):
        asked = questionnaire({"f": {"heavy": 3, "light": 1}}, minimum_coverage=0)
        assert score(asked, respond("a", {"light": 4}))["fields"]["f"]["coverage"] == 0.25

    def test_a_question_that_was_never_put_to_someone_gives_no_zero(self):
        asked = questionnaire(ONE, unanswered="zero")
        some = frozenset({"q1", "q2"})
        people = [Response("x", "a", {"q1": 4}, asked=some), Response("y", "a", {"q1": 4, "q2": 4, "q3": 4, "q4": 4})]
        result = score(asked, people)
        assert [result["questions"][q]["score"] for q in ONE["f"]] == [100, 50, 100, 100]


class TestMinimumCoverage:
    @pytest.mark.parametrize(("levels", "expected"), [(7, 50), (6, None)])
    def test_below_the_minimum_coverage_a_field_has_no_score_exactly_at_it_one(self, levels, expected):
        asked = questionnaire({"f": {f"q{n}": 0.1 for n in range(10)}}, minimum_coverage=0.7)
        result = score(asked, respond("a", {f"q{n}": 2 for n in range(levels)}))
        assert only(result["fields"]["f"], "score", "coverage", "answered") == {
            "score": expected,
            "coverage": levels / 10,
            "answered": 1,
        }

    def test_a_field_without_score_leaves_the_overall_mean(self):
        result = score(questionnaire(TWO), respond("a", {"f1": 4, "f2": 4, "g1": 0}))
        assert result["fields"]["g"]["score"] is None
        assert only(result["overall"], "score", "coverage") == {"score": 100, "coverage": 0.625}

    def test_the_minimum_coverage_holds_for_each_perspective_too(self):
        people = respond("a", {"f1": 4, "f2": 4}) + respond("b", {"f1": 0})
        field = score(questionnaire(TWO), people)["fields"]["f"]
        assert field["score"] == 75
        assert field["perspectives"] == {
            "a": {"score": 100, "coverage": 1.0, "answered": 1},
            "b": {"score": None, "coverage": 0.5, "answered": 1},
        }


class TestOverall:
    answers = respond("a", {"f1": 4, "f2": 4, "g1": 0, "g2": 0, "g3": 0, "g4": 0})

    def test_overall_is_the_mean_of_fields(self):
        assert score(questionnaire(TWO), self.answers)["overall"]["score"] == 50

    def test_overall_weighs_fields(self):
        assert score(questionnaire(TWO, field_weights={"f": 3}), self.answers)["overall"]["score"] == 75

    def test_overall_is_the_mean_of_questions_where_the_version_says_so(self):
        asked = questionnaire(TWO, overall="questions", field_weights={"f": 3})
        assert only(score(asked, self.answers)["overall"], "score", "coverage") == {"score": 33, "coverage": 1.0}


class TestPerspectives:
    def test_ten_offices_do_not_drown_three_associations(self):
        people = respond("administration", *[{"f1": 4}] * 10) + respond("civil_society", *[{"f1": 1}] * 3)
        node = score(questionnaire(TWO), people)["questions"]["f1"]
        assert node["score"] == 63, "the mean of 100 and 25, rounded half up"
        assert node["perspectives"] == {
            "administration": {"score": 100, "coverage": 1.0, "answered": 10},
            "civil_society": {"score": 25, "coverage": 1.0, "answered": 3},
        }
        assert node["answered"] == 13
        assert node["spread"] == [0, 3, 0, 0, 10]

    def test_a_perspective_without_level_changes_nothing(self):
        people = respond("a", {"f1": 4, "f2": 4}) + respond("b", {"f1": 0, "f2": "unsure"})
        result = score(questionnaire(TWO), people)
        assert [result["questions"][q]["score"] for q in ("f1", "f2")] == [50, 100]
        assert result["fields"]["f"]["score"] == 75

    def test_colleagues_add_up_to_full_coverage(self):
        people = respond("a", {"f1": 4}, {"f2": 2})
        assert only(score(questionnaire(TWO), people)["fields"]["f"], "score", "coverage", "answered") == {
            "score": 75,
            "coverage": 1.0,
            "answered": 1,
        }, "one answered each question; how many that are in all would tell whose answers belong together"

    def test_not_applicable_for_one_may_be_a_level_for_another(self):
        people = respond("a", {"f1": "not_applicable", "f2": 4}) + respond("b", {"f1": 2, "f2": 4})
        node = score(questionnaire(TWO), people)["questions"]["f1"]
        assert only(node, "score", "coverage", "answered") == {"score": 50, "coverage": 1.0, "answered": 1}
        assert node["perspectives"]["a"]["coverage"] is None

    def test_silence_does_not_bring_back_what_does_not_apply(self):
        asked = questionnaire(TWO, unanswered="zero")
        people = respond("a", {"f1": "not_applicable", "f2": 4}) + respond("b", {"f2": 4})
        result = score(asked, people)
        node = result["questions"]["f1"]
        assert only(node, "score", "coverage") == {"score": None, "coverage": None}
        assert node["perspectives"]["b"] == {"score": 0, "coverage": 0.0, "answered": 0}, "their own zero, by the rules"
        assert only(result["fields"]["f"], "score", "coverage") == {"score": 100, "coverage": 1.0}

    def test_known_perspectives_appear_even_if_nobody_answered(self):
        result = score(questionnaire(ONE), respond("b", {"q1": 1}), perspectives=["a", "b"])
        assert list(result["overall"]["perspectives"]) == ["a", "b"]
        assert result["overall"]["perspectives"]["a"] == {"score": None, "coverage": 0.0, "answered": 0}


class TestConsensus:
    people = respond("a", {"f1": 4, "f2": 0}) + respond("b", {"f1": 0, "f2": 0})

    def test_stands_beside_the_score(self):
        asked = questionnaire(TWO)
        plain = score(asked, self.people)
        agreed = score(asked, self.people, consensus={"f1": 3})
        assert only(agreed["questions"]["f1"], "score", "consensus_score") == {"score": 50, "consensus_score": 75}
        assert only(agreed["fields"]["f"], "score", "consensus_score") == {"score": 25, "consensus_score": 38}
        assert only(agreed["overall"], "score", "consensus_score") == {"score": 25, "consensus_score": 38}
        assert agreed["questions"]["f2"] == plain["questions"]["f2"]
        assert agreed["fields"]["g"] == plain["fields"]["g"]
        assert plain["fields"]["f"]["consensus_score"] is None

    def test_covers_what_nobody_could_answer(self):
        result = score(questionnaire(TWO), respond("a", {"f1": 4}), consensus={"f2": 2})
        assert only(result["fields"]["f"], "score", "coverage", "consensus_score") == {
            "score": None,
            "coverage": 0.5,
            "consensus_score": 75,
        }


class TestRounding:
    @pytest.mark.parametrize(
        ("percent", "decimals", "expected"),
        [
            ("0.5", 0, 1),
            ("0.4999999", 0, 0),
            ("2.5", 0, 3),  # to even it would be 2
            ("12.5", 0, 13),
            ("12.5", 1, 12.5),
            ("99.5", 0, 100),
            ("0.25", 1, 0.3),
            ("1.005", 2, 1.01),  # the float 1.005 lies below
            ("2.675", 2, 2.68),
            ("66.6666666", 3, 66.667),
            ("100", 6, 100),
            ("0", 0, 0),
        ],
    )
    def test_half_up_at_every_boundary(self, percent, decimals, expected):
        assert rounded(questionnaire(ONE, decimals=decimals).scheme, Fraction(percent) * 4 / 100) == expected

    def test_nothing_is_rounded_before_the_end(self):
        # Fields: 100/3, 100/3 and 0. Their mean is 22.22…, from fields rounded to 33 it would be 22.0.
        shape = {field: {f"{field}{n}": 1 for n in range(3)} for field in "fgh"}
        levels = dict.fromkeys([f"{field}{n}" for field in "fgh" for n in range(3)], 0) | {"f0": 4, "g0": 4}
        result = score(questionnaire(shape, decimals=1), respond("a", levels))
        assert result["overall"]["score"] == 22.2

    def test_sums_that_floats_get_wrong(self):
        # Ten weights of 0.1 add up to 0.9999999999999999 as floats. The mean is 1.9 exactly, the score 47.5.
        asked = questionnaire({"f": {f"q{n}": 0.1 for n in range(10)}})
        levels = dict.fromkeys([f"q{n}" for n in range(10)], 2) | {"q0": 1}
        assert score(asked, respond("a", levels))["fields"]["f"]["score"] == 48


def test_an_empty_assessment_has_the_full_shape():
    result = score(questionnaire(TWO), [])
    assert list(result) == ["overall", "fields", "questions"]
    assert list(result["fields"]) == ["f", "g"]
    assert len(result["questions"]) == 6
    assert result["overall"] == {
        "score": None,
        "coverage": 0.0,
        "answered": 0,
        "consensus_score": None,
        "perspectives": {},
        "agreement": {"rwg": None, "alpha": None, "alpha_interval": None},
        "spread": None,
    }


SIX = {"f": {f"f{n}": 1 for n in range(6)}, "g": {f"g{n}": 1 for n in range(5)}}


def agreement(voices: int) -> Any:
    rows = [{question: (n + place) % 3 for place, question in enumerate([*SIX["f"], *SIX["g"]])} for n in range(voices)]
    return score(questionnaire(SIX), respond("a", *rows))


def test_agreement_stands_where_it_is_defined():
    result = agreement(4)
    assert result["questions"]["f1"]["agreement"] == {
        "rwg": pytest.approx(2 / 3),
        "alpha": None,
        "alpha_interval": None,
    }
    field = result["fields"]["f"]["agreement"]
    assert field["rwg"] is None
    low, high = field["alpha_interval"]
    assert low <= field["alpha"] <= high
    assert [round(bound, 2) for bound in (low, high)] == [low, high], "two decimals"


def test_alpha_needs_four_voices_and_six_questions():
    nothing = {"rwg": None, "alpha": None, "alpha_interval": None}
    assert agreement(3)["fields"]["f"]["agreement"] == nothing
    assert agreement(4)["fields"]["g"]["agreement"] == nothing, "five questions"
