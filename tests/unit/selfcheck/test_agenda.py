"""The agenda of a workshop: what may be chosen, and what is suggested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from disclosure.result import result
from services.selfcheck.agenda.staff_pages import changed
from services.selfcheck.domain.agenda import MOST_QUESTIONS, MOST_SUGGESTED, Agenda, choose, suggested
from services.selfcheck.domain.assessment_model import Assessment, Phase
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of
from tests.unit.selfcheck.builders import document

ASKED = parse(document({"a": {"a1": 1, "a2": 1, "a3": 1}}))
REVEALED = Assessment("1", ("test", "1"), {"de": "Probe"}, (), 3, Phase.REVEALED)


class TestChoosing:
    def test_all_of_it_anew_in_its_order(self) -> None:
        first = choose(REVEALED, ASKED, Agenda(), ["a2", "a1"], 0)
        assert first == Agenda(("a2", "a1"), 1)
        assert choose(REVEALED, ASKED, first, [], 1) == Agenda((), 2)

    def test_not_over_somebody_elses_choice_unawares(self) -> None:
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

    def test_some_and_not_all(self) -> None:
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
