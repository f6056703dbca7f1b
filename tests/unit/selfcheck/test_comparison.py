"""What is said about a new version: each question's relation, wording, weight and place, and what deserves a second look."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.comparison import Warn, compare, wording
from services.selfcheck.domain.questionnaire import Relation
from services.selfcheck.domain.questionnaire_document import parse
from tests.unit.selfcheck.builders import EXAMPLES, document
from tests.unit.selfcheck.documents import documents

OLD = document({"f": {"a": 1, "b": 1}, "g": {"c": 1}})


def next_version(source: dict[str, Any], relation: str = "same") -> dict[str, Any]:
    made = deepcopy(source) | {"version": f"{source['version']}.1"}
    for question in questions(made):
        question["continues"] = {"question": question["id"], "relation": relation}
    return made


def questions(source: dict[str, Any]) -> list[dict[str, Any]]:
    return [q for field in source["fields"] for criterion in field["criteria"] for q in criterion["questions"]]


@EXAMPLES
@given(documents())
def test_a_version_that_says_the_same_has_no_changes(source: dict[str, Any]) -> None:
    found = compare([parse(source), parse(next_version(source))])
    assert [change for change in found.questions if change.changed] == []
    assert found.removed == ()
    assert set(found.comparable.values()) <= {Fraction(1)}
    assert not found.scale_changed


@EXAMPLES
@given(st.text(st.sampled_from("ab \n."), max_size=30), st.text(st.sampled_from("ab \n."), max_size=30))
def test_the_woven_text_holds_both(old: str, new: str) -> None:
    woven = wording(old, new)
    assert "".join(words for kind, words in woven if kind != "added") == old
    assert "".join(words for kind, words in woven if kind != "removed") == new


def test_every_kind_of_change_is_found() -> None:
    new = next_version(OLD)
    a, b, c = questions(new)
    a |= {"text": {"de": "a, neu gefragt", "en": "a"}, "weight": 3}
    b["continues"]["relation"] = "comparable"
    b["text"] = {"de": "ganz anders"}
    new["fields"][1]["criteria"][0]["questions"].append(new["fields"][0]["criteria"][0]["questions"].pop(1))
    del c["continues"]
    new["rules"]["unsure"] = "zero"
    found = compare([parse(OLD), parse(new)])
    by_id = {change.question.id: change for change in found.questions}
    assert [(one.part, one.language) for one in by_id["a"].reworded] == [("text", "de"), ("text", "en")]
    assert by_id["a"].warnings == (Warn.SAME_BUT_REWORDED,)
    assert by_id["a"].reweighted
    assert (by_id["b"].relation, by_id["b"].moved, by_id["b"].warnings) == (Relation.COMPARABLE, True, ())
    assert (by_id["c"].before, by_id["c"].warnings) == (None, (Warn.SAME_ID_BUT_NEW,))
    assert [question.id for question in found.removed] == ["c"]
    assert found.comparable == {"f": 1, "g": Fraction(1, 2)}
    assert found.rules_changed == ("unsure",)


def test_a_new_language_is_no_other_wording() -> None:
    new = next_version(OLD)
    questions(new)[0]["text"]["en"] = "In English"
    [change, *_] = compare([parse(OLD), parse(new)]).questions
    assert (change.changed, change.warnings) == (True, ())


def test_the_same_question_on_another_scale_is_doubtful() -> None:
    new = next_version(OLD)
    new["scale"]["labels"][4] = {"de": "Anders"}
    found = compare([parse(OLD), parse(new)])
    assert found.scale_changed
    assert {change.warnings for change in found.questions} == {(Warn.SAME_BUT_SCALE_CHANGED,)}


def test_over_several_versions_the_weakest_relation_holds_and_a_gap_stays_one() -> None:
    middle = next_version(OLD)
    questions(middle)[1]["continues"]["relation"] = "comparable"
    del questions(middle)[2]["continues"]
    found = compare([parse(OLD), parse(middle), parse(next_version(middle))])
    assert [change.relation for change in found.questions] == [Relation.SAME, Relation.COMPARABLE, None]
