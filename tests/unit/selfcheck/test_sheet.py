"""One person's sheet: claimed once, filled bit by bit, final after the reveal."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from services.selfcheck.domain.sheet import decide as decide_sheet
from services.selfcheck.domain.sheet import evolve
from services.selfcheck.domain.sheet_model import (
    Claimed,
    Command,
    HandedOn,
    HandOn,
    Save,
    Saved,
    Sheet,
    Submit,
    Submitted,
    TakeQuestionsBack,
)
from services.selfcheck.domain.voices import voices
from tests.unit.selfcheck.builders import EXAMPLES, answers, questionnaire

NOW = datetime(2021, 7, 1, tzinfo=UTC)
ASKED = questionnaire({"f": {"f1": 1, "f2": 1}, "g": {"g1": 1}}, unanswered="zero", minimum_coverage=0)
NEW = Sheet("r", "a")
CODE, WRONG = "aa" * 32, "bb" * 32


def decide(state: Sheet, command: Command) -> list[object]:
    return list(decide_sheet(state, command, NOW, accepts_answers=True))


def run(*commands: Command, state: Sheet = NEW) -> Sheet:
    for command in commands:
        state = reduce(evolve, decide_sheet(state, command, NOW, accepts_answers=True), state)
    return state


def save(**changes: object) -> Save:
    return Save(ASKED, CODE, changes)  # type: ignore[arg-type]


def test_the_first_save_claims_the_sheet():
    assert decide(NEW, save(f1=3)) == [Claimed(CODE), Saved({"f1": 3}, {}, NOW)]
    assert decide(run(save(f1=3)), save(f2=1)) == [Saved({"f2": 1}, {}, NOW)]


@pytest.mark.parametrize("command", [Save(ASKED, WRONG, {"f1": 1}), Submit(WRONG), HandOn(ASKED, ("f1",))])
def test_afterwards_nothing_happens_without_the_code(command):
    with pytest.raises(Refused) as caught:
        decide(run(save(f1=3)), command)
    assert caught.value.code == "resume_code_wrong"


@pytest.mark.parametrize("command", [save(f1=1), Submit(CODE), HandOn(ASKED, ("f1",), CODE)])
def test_after_the_reveal_nothing_happens_at_all(command):
    with pytest.raises(Refused) as caught:
        decide_sheet(run(save(f1=3)), command, NOW, accepts_answers=False)
    assert caught.value.code == "answers_closed"


def test_a_save_changes_only_what_it_carries():
    state = run(save(f1=3, f2="unsure"), Save(ASKED, CODE, {"g1": "not_applicable"}, {"f1": "Beschluss von 2019"}))
    assert state.answers == {"f1": 3, "f2": "unsure", "g1": "not_applicable"}
    assert state.notes == {"f1": "Beschluss von 2019"}


def test_null_takes_an_answer_back_and_an_empty_text_a_note():
    state = run(Save(ASKED, CODE, {"f1": 3}, {"f1": "x"}), Save(ASKED, CODE, {"f1": None}, {"f1": ""}))
    assert (state.answers, state.notes) == ({}, {})


def test_what_is_not_possible_is_named_and_changes_nothing():
    asked_f = Sheet("r", "a", asked=frozenset({"f1", "f2"}))
    command = Save(ASKED, CODE, {"f1": 9, "g1": 1, "z": 1}, {"g1": "x", "f1": "x" * 4001, "y": ""})
    with pytest.raises(Invalid) as caught:
        decide(asked_f, command)
    assert [(flaw.pointer, flaw.code) for flaw in caught.value.flaws] == [
        ("/answers/f1", "answer_out_of_scale"),
        ("/answers/z", "question_unknown"),
        ("/notes/f1", "note_malformed"),
        ("/notes/y", "question_unknown"),
        ("/answers/g1", "question_not_asked"),
        ("/notes/g1", "question_not_asked"),
    ]


def test_submitting_is_said_once_and_answers_may_still_be_corrected():
    state = run(save(f1=3))
    assert decide(state, Submit(CODE)) == [Submitted(NOW)]
    state = run(Submit(CODE), save(f1=2), state=state)
    assert decide(state, Submit(CODE)) == []
    assert (state.submitted_at, state.answers) == (NOW, {"f1": 2})


def test_an_untouched_sheet_cannot_be_submitted():
    with pytest.raises(Refused) as caught:
        decide(NEW, Submit(CODE))
    assert caught.value.code == "nothing_saved"


class TestHandingOn:
    def test_questions_handed_on_are_no_longer_asked_here(self):
        state = run(save(f1=4), HandOn(ASKED, ("g1",), CODE))
        assert state.questions_here(ASKED) == {"f1", "f2"}
        assert voices([state]) == [Response("r", "a", {"f1": 4}, None)], "it is one voice, whoever answers"

    def test_before_anything_was_saved_it_needs_no_code(self):
        assert decide(NEW, HandOn(ASKED, ("g1", "f1"))) == [HandedOn(frozenset({"g1", "f1"}), NOW)]

    def test_an_answer_given_all_the_same_counts(self):
        state = run(HandOn(ASKED, ("g1",)), save(g1=4))
        assert score(ASKED, voices([state]))["questions"]["g1"]["score"] == 100

    def test_a_question_that_a_colleague_has_is_not_handed_on_again(self):
        state = run(HandOn(ASKED, ("g1",)))
        with pytest.raises(Invalid) as caught:
            decide(state, HandOn(ASKED, ("f1", "g1")))
        assert [(flaw.pointer, flaw.code) for flaw in caught.value.flaws] == [("/questions/1", "question_handed_on")]
        assert decide(run(HandOn(ASKED, ("g1",)), TakeQuestionsBack(frozenset({"g1"}))), HandOn(ASKED, ("g1",)))

    @pytest.mark.parametrize(
        ("questions", "flaw"), [((), ("/questions", "too_few")), (("f1", "z"), ("/questions/1", "question_not_asked"))]
    )
    def test_names_questions_one_was_asked(self, questions, flaw):
        with pytest.raises(Invalid) as caught:
            decide(NEW, HandOn(ASKED, questions))
        assert [(entry.pointer, entry.code) for entry in caught.value.flaws] == [flaw]


@EXAMPLES
@given(st.data())
def test_two_devices_never_lose_each_others_answers(data):
    """Saves of different questions give the same sheet in any order."""
    split = data.draw(st.dictionaries(st.sampled_from(list(ASKED.questions)), st.booleans()))
    first = {question: answers(data.draw, ASKED) for question, here in split.items() if here}
    second = {question: answers(data.draw, ASKED) for question, here in split.items() if not here}
    one, other = Save(ASKED, CODE, first), Save(ASKED, CODE, second)
    expected = {question: answer for question, answer in {**first, **second}.items() if answer is not None}
    assert run(one, other).answers == run(other, one).answers == expected
