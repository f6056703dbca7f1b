"""Answers from outside: valid ones are taken as they are, others are named with their place."""

from typing import Any

import pytest

from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.responses import Response, answer_flaws, parse_responses
from tests.unit.selfcheck.builders import questionnaire

ASKED = questionnaire({"f": {"f.1:x": 1, "f.2": 1}}, scale=(1, 3))


def entry(respondent: Any = "r", perspective: Any = "a", **answers: Any) -> dict[str, Any]:
    return {"respondent": respondent, "perspective": perspective, "answers": answers}


def test_four_states_are_valid():
    answers = {"f.1:x": 3, "f.2": "unsure"}
    document = [
        {"respondent": "r", "perspective": "a", "answers": answers},
        {"respondent": "s", "perspective": "a", "answers": {"f.1:x": "not_applicable", "f.2": None}},
        {"respondent": "t", "perspective": "b", "answers": {}},
    ]
    parsed = parse_responses(ASKED, document)
    assert parsed[0] == Response("r", "a", answers)
    assert [response.takes_part for response in parsed] == [True, True, False]


@pytest.mark.parametrize("answer", [0, 4, 2.0, True, "3", "Unsure", "", [], {}, 10**30, float("nan")])
def test_anything_else_is_a_flaw(answer: Any):
    assert [flaw.code for flaw in answer_flaws(ASKED, {"f.2": answer}, "answers")] == ["answer_out_of_scale"]


def test_flaws_name_their_place():
    document = [entry("r", "a"), entry("", None), "x", {"respondent": "q", "perspective": "a"}]
    document[0]["answers"] = {"f.1:x": 7, "a/b~c": 1}
    with pytest.raises(Invalid) as caught:
        parse_responses(ASKED, document)
    assert [(flaw.pointer, flaw.code) for flaw in caught.value.flaws] == [
        ("/responses/0/answers/f.1:x", "answer_out_of_scale"),
        ("/responses/0/answers/a~1b~0c", "question_unknown"),
        ("/responses/1/respondent", "missing"),
        ("/responses/1/perspective", "missing"),
        ("/responses/2", "object_expected"),
        ("/responses/3/answers", "object_expected"),
    ]


def test_one_response_per_person():
    with pytest.raises(Invalid) as caught:
        parse_responses(ASKED, [entry("r", "a"), entry("r", "b"), entry("r", "a")])
    assert [(flaw.pointer, flaw.code) for flaw in caught.value.flaws] == [
        ("/responses/2/respondent", "respondent_repeated")
    ]


def test_what_is_no_list_of_responses_is_refused():
    with pytest.raises(Invalid, match="list"):
        parse_responses(ASKED, {"r": {}})
