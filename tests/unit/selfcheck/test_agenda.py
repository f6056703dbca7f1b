"""The agenda of a workshop: what may be chosen, and what is suggested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.result import result
from services.selfcheck.agenda.staff_pages import changed
from services.selfcheck.domain.agenda import MOST_QUESTIONS, MOST_SUGGESTED, Agenda, carried_over, choose, suggested
from services.selfcheck.domain.assessment_model import Assessment, Phase
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.own_section import OwnSection, with_own_section
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of
from tests.unit.selfcheck.builders import EXAMPLES, document

ASKED = parse(document({"a": {"a1": 1, "a2": 1, "a3": 1}}))
REVEALED = Assessment("1", ("test", "1"), {"de": "Probe"}, (), 3, Phase.REVEALED)


class TestChoosing:
    def test_replaces_the_whole_agenda_in_the_order_chosen(self) -> None:
        first = choose(REVEALED, ASKED, Agenda(), ["a2", "a1"], 0)
        assert first == Agenda(("a2", "a1"), 1)
        assert choose(REVEALED, ASKED, first, [], 1) == Agenda((), 2)

    def test_an_agenda_chosen_meanwhile_is_not_overwritten(self) -> None:
        with pytest.raises(Refused, match="Someone else"):
            choose(REVEALED, ASKED, Agenda(("a1",), 3), ["a2"], 2)
        assert choose(REVEALED, ASKED, Agenda(("a1",), 3), ["a2"], None).revision == 4

    @pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSED])
    def test_between_the_reveal_and_the_closing_alone(self, phase: Phase) -> None:
        with pytest.raises(Refused):
            choose(replace(REVEALED, phase=phase), ASKED, Agenda(), ["a1"], None)

    def test_every_flaw_is_named(self) -> None:
        with pytest.raises(Invalid) as caught:
            choose(REVEALED, ASKED, Agenda(), ["a1", "z", "a1", *["y"] * MOST_QUESTIONS], None)
        assert [flaw.pointer for flaw in caught.value.flaws][:3] == ["/questions", "/questions/1", "/questions/2"]


def version(number: str, questions: dict[str, str | None]) -> Questionnaire:
    """Each question by id with the one it continues."""
    made = document({"a": dict.fromkeys(questions, 1)}) | {"version": number}
    for question in made["fields"][0]["criteria"][0]["questions"]:
        before = questions[question["id"]]
        question["continues"] = {"question": before, "relation": "comparable"} if before else None
    return parse(made)


FIRST = version("1", {"a1": None, "a2": None, "a3": None})
SECOND = version("2", {"n1": "a2", "n2": "a1", "n3": None})
THIRD = version("3", {"z1": "n1"})
HARBOUR = OwnSection({"de": "Hafen"}, ({"de": "Hafen?"}, {"de": "Fähre?", "en": "Ferry?"}))
TURNED = OwnSection({"de": "Wasser"}, ({"de": "Und die Fähre?", "en": "Ferry?"}, {"de": "Neu?"}))


class TestCarryingOver:
    def test_each_question_goes_on_as_the_one_that_continues_it(self) -> None:
        assert carried_over(["a2", "a3", "a1"], [FIRST, SECOND], None, None) == [
            ("a2", "n1"),
            ("a3", None),
            ("a1", "n2"),
        ]
        assert carried_over(["a2", "a1"], [FIRST, SECOND, THIRD], None, None) == [("a2", "z1"), ("a1", None)]

    def test_own_questions_go_on_where_their_words_are_the_same(self) -> None:
        before = ["own-section.1", "a1", "own-section.2"]
        again = carried_over(before, [FIRST], HARBOUR, TURNED)
        assert again == [("own-section.1", None), ("a1", "a1"), ("own-section.2", "own-section.1")]
        assert [now for _, now in carried_over(before, [FIRST], HARBOUR, None)] == [None, "a1", None]
        twice = OwnSection({"de": "Hafen"}, ({"de": "Hafen?"}, {"de": "Hafen?"}))
        assert [now for _, now in carried_over(twice.ids, [FIRST], twice, twice)] == twice.ids

    @EXAMPLES
    @given(st.permutations([*FIRST.questions, *HARBOUR.ids]), st.sampled_from([[FIRST], [FIRST, SECOND], []]))
    def test_whatever_is_offered_is_asked_now_and_once(self, before: list[str], versions: list[Questionnaire]) -> None:
        pairs = carried_over(before, versions, HARBOUR, TURNED)
        assert [then for then, _ in pairs] == before
        now = [one for _, one in pairs if one is not None]
        asked = with_own_section(versions[-1], TURNED).questions if versions else TURNED.ids
        assert len(now) == len(set(now))
        assert set(now) <= set(asked)


class TestSuggesting:
    def told(
        self, office: Sequence[dict[str, Any]], clubs: Sequence[dict[str, Any]], asked: Questionnaire = ASKED
    ) -> Any:
        people = [Response(f"o{n}", "office", one) for n, one in enumerate(office)]
        people += [Response(f"c{n}", "clubs", one) for n, one in enumerate(clubs)]
        return result(figures_of(asked, people, minimum_group=3, perspectives=("office", "clubs")))

    def test_the_largest_difference_first_and_nothing_where_all_agree(self) -> None:
        told = self.told([{"a1": 2, "a2": 4, "a3": 1}] * 3, [{"a1": 2, "a2": 0, "a3": 2}] * 3)
        assert suggested(ASKED, told) == ["a2", "a3"]

    def test_what_is_hidden_suggests_nothing(self) -> None:
        told = self.told([{"a1": 4}] * 3, [{"a1": 0}] * 2)
        assert suggested(ASKED, told) == []

    def test_within_one_perspective_people_may_disagree_too(self) -> None:
        told = self.told([{"a1": 0, "a2": 2}, {"a1": 4, "a2": 2}, {"a1": 0, "a2": 2}], [])
        assert suggested(ASKED, told) == ["a1"]

    def test_no_more_are_suggested_than_the_most(self) -> None:
        asked = parse(document({"a": {f"q{n:02}": 1 for n in range(30)}}))
        names = list(asked.questions)
        told = self.told([dict.fromkeys(names, 4)] * 3, [dict.fromkeys(names, 0)] * 3, asked)
        assert suggested(asked, told) == names[:MOST_SUGGESTED]


@pytest.mark.parametrize(
    ("step", "question", "after"),
    [
        ("up", "b", ["b", "a", "c"]),
        ("down", "b", ["a", "c", "b"]),
        ("up", "a", ["a", "b", "c"]),
        ("down", "c", ["a", "b", "c"]),
        ("remove", "b", ["a", "c"]),
        ("remove", "z", ["a", "b", "c"]),
    ],
)
def test_one_step_on_the_page(step: str, question: str, after: list[str]) -> None:
    assert changed(("a", "b", "c"), step, question, ["never"]) == after


def test_what_is_ticked_is_added_once() -> None:
    assert changed(("a",), "add", "", ["b", "a", "b"]) == ["a", "b"]
