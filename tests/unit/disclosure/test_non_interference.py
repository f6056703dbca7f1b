"""Nothing published depends on what may not be shown: with equal shown cells everything is equal, whatever hidden cells hold."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from disclosure.figures import Figures
from disclosure.result import result, spread_by_perspective
from disclosure.trace import trace_field, trace_overall, trace_question
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of, given_across
from tests.support.examples import examples
from tests.unit.selfcheck.builders import EXAMPLES, questionnaires

VIEWS = ("a", "b", "office")


@st.composite
def twins(draw: st.DrawFn) -> tuple[Questionnaire, int, list[Response], list[Response]]:
    """Two assessments whose hidden cells hold different answers."""
    asked, minimum_group = draw(questionnaires()), draw(st.integers(3, 5))
    levels = st.integers(asked.scale.min, asked.scale.max)
    anything = st.one_of(levels, st.sampled_from(["unsure", "not_applicable", None]))
    one: dict[str, dict[str, Any]] = {}
    other: dict[str, dict[str, Any]] = {}
    view_of: dict[str, str] = {}
    for view in VIEWS:
        people = [f"{view}{n}" for n in range(draw(st.integers(0, 8)))]
        view_of |= dict.fromkeys(people, view)
        for question in asked.questions:
            if len(people) >= minimum_group and draw(st.integers(0, 3)):
                answers = [draw(levels) for _ in people[:minimum_group]]
                answers += [draw(anything) for _ in people[minimum_group:]]
                for person, answer in zip(people, draw(st.permutations(answers)), strict=True):
                    one.setdefault(person, {})[question] = other.setdefault(person, {})[question] = answer
            else:
                for person in people:
                    one.setdefault(person, {})[question] = draw(anything)
                    other.setdefault(person, {})[question] = draw(anything)
    return asked, minimum_group, _responses(one, view_of), _responses(other, view_of)


def _responses(answers: dict[str, dict[str, Any]], view_of: dict[str, str]) -> list[Response]:
    return [Response(person, view_of[person], given) for person, given in answers.items()]


def everything(figures: Figures) -> Any:
    scheme = figures.scheme
    return (
        result(figures),
        [trace_question(figures, question) for question in scheme.questions],
        [trace_field(figures, field.id) for field in scheme.fields],
        trace_overall(figures),
        [spread_by_perspective(figures, question) for question in scheme.questions],
        given_across(figures, ["office"]),
    )


@settings(EXAMPLES, max_examples=examples(200))
@given(twins(), st.data())
def test_what_hidden_cells_hold_changes_nothing_that_is_published(case, data):
    asked, minimum_group, *both = case
    levels = st.integers(asked.scale.min, asked.scale.max)
    agreed = data.draw(st.dictionaries(st.sampled_from(list(asked.questions)), levels, max_size=3))
    one, other = (
        figures_of(asked, people, consensus=agreed, minimum_group=minimum_group, perspectives="ab") for people in both
    )
    assume(one.cells == other.cells)
    assert everything(one) == everything(other)


@settings(EXAMPLES, max_examples=examples(100))
@given(twins(), st.randoms(use_true_random=False))
def test_whose_answers_belong_together_changes_nothing(case, random):
    """Within a perspective, the answers to each question are dealt out anew."""
    asked, minimum_group, people, _ = case
    dealt: dict[str, dict[str, Any]] = {one.respondent: {} for one in people}
    for question in asked.questions:
        for view in VIEWS:
            group = [one for one in people if one.perspective == view]
            answers = [one.answers.get(question) for one in group]
            random.shuffle(answers)
            for one, answer in zip(group, answers, strict=True):
                dealt[one.respondent][question] = answer
    others = [Response(one.respondent, one.perspective, dealt[one.respondent]) for one in people]
    before, after = (
        figures_of(asked, some, minimum_group=minimum_group, institutions=["office"]) for some in (people, others)
    )
    assume(before.cells == after.cells)
    assert everything(before) == everything(after)
