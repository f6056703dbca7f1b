"""Questions of a municipality's own: asked with the questionnaire, figured by themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.assessment_model import Assessment, Consensus
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.own_section import (
    OwnSection,
    alone,
    checked,
    is_own,
    own_answers,
    with_own_section,
    without_own,
)
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of, given_across, score
from tests.unit.selfcheck.builders import EXAMPLES, document

ASKED = parse(document({"a": {"a1": 1, "a2": 2}, "b": {"b1": 1}}))
OWN = OwnSection({"de": "Hafen"}, ({"de": "Wie gut ist der Hafen?"}, {"de": "Und die Fähre?"}))
ANSWER = st.one_of(st.integers(0, 4), st.sampled_from(["unsure", "not_applicable", None]))
ALL = [*ASKED.questions, *OWN.ids]
PEOPLE = st.lists(st.tuples(st.sampled_from(["office", "clubs"]), st.fixed_dictionaries(dict.fromkeys(ALL, ANSWER))))


def test_it_is_asked_after_the_questionnaire_and_leaves_that_as_it_was() -> None:
    both = with_own_section(ASKED, OWN)
    assert list(both.questions) == [*ASKED.questions, "own-section.1", "own-section.2"]
    assert both.field("own-section").title == OWN.title
    assert (both.id, both.version) == (ASKED.id, ASKED.version)
    assert with_own_section(ASKED, None) is ASKED
    assert list(alone(ASKED, OWN).questions) == OWN.ids
    assert alone(ASKED, OWN).scale == ASKED.scale
    assert not any(is_own(id) for id in ASKED.questions)


def test_not_beside_a_questionnaire_whose_ids_look_alike() -> None:
    assert checked(OWN, ASKED) is OWN
    with pytest.raises(Invalid):
        checked(OWN, parse(document({"a": {"own-section.1": 1}})))


@EXAMPLES
@given(PEOPLE)
def test_no_figure_of_the_questionnaire_knows_of_it(people: list[tuple[str, dict[str, object]]]) -> None:
    both = [Response(str(n), view, answers) for n, (view, answers) in enumerate(people)]  # type: ignore[arg-type]
    never = [
        Response(str(n), view, {q: a for q, a in answers.items() if q in ASKED.questions})  # type: ignore[misc]
        for n, (view, answers) in enumerate(people)
    ]
    with_own = figures_of(ASKED, [without_own(one) for one in both], minimum_group=3, perspectives=["office", "clubs"])
    plain = figures_of(ASKED, never, minimum_group=3, perspectives=["office", "clubs"])
    assert with_own.cells == plain.cells
    assert given_across(with_own) == given_across(plain)


def test_the_same_rule_for_small_groups() -> None:
    people = [Response(str(n), "office", {"a1": 2, "own-section.1": 4}) for n in range(3)]
    people += [Response(f"c{n}", "clubs", {"own-section.1": 0}) for n in range(2)]
    told = score(
        alone(ASKED, OWN), [own_answers(one) for one in people], minimum_group=3, perspectives=["office", "clubs"]
    )
    first = told["questions"]["own-section.1"]
    assert (first["perspectives"]["office"]["score"], first["perspectives"]["clubs"]["score"]) == (100, None)
    assert set(told["questions"]) == set(OWN.ids)


def test_what_was_agreed_on_it_counts_nowhere() -> None:
    def agreed(level: int) -> Consensus:
        return Consensus(level, "So ist es.", "m", datetime(2026, 1, 1, tzinfo=UTC), 1)

    state = Assessment("1", ("test", "1"), {"de": "Probe"}, (), 3, consensus={"a1": agreed(3), OWN.ids[0]: agreed(4)})
    assert state.agreed == {"a1": 3}
