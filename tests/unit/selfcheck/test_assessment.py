"""What may happen to an assessment, in which order, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.assessment import decide, evolve
from services.selfcheck.domain.assessment_model import (
    Assessment,
    Close,
    Closed,
    Command,
    Consensus,
    ConsensusRecorded,
    Create,
    Created,
    Invitation,
    Invite,
    Invited,
    Perspective,
    Phase,
    RecordConsensus,
    Reveal,
    Revealed,
)
from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.scoring import figures_of, given_across, score
from tests.unit.selfcheck.builders import EXAMPLES, questionnaire, respond

NOW = datetime(2021, 8, 25, 16, tzinfo=UTC)
ASKED = questionnaire({"f": {"f1": 1, "f2": 1}, "g": {"g1": 1}}, minimum_coverage=0)
OTHER = replace(ASKED, version="2")
PERSPECTIVES = (Perspective("a", {"de": "Verwaltung"}), Perspective("b", {"de": "Zivilgesellschaft"}))
PEOPLE = tuple(respond("a", *[{"f1": 4, "f2": 2, "g1": 1}] * 3) + respond("b", *[{"f1": 0, "f2": 2, "g1": 1}] * 3))

CREATE = Create("1", ASKED, {"de": "Selbstcheck"}, PERSPECTIVES, 3)
INVITE = Invite("i1", ASKED, "a", "Jugendamt")
REVEAL = Reveal("moderator")
AGREE = RecordConsensus(ASKED, "f1", 3, "Einigung im Workshop", "moderator")
CLOSE = Close(ASKED, PEOPLE, "moderator")


def run(*commands: Command, state: Assessment | None = None) -> Assessment:
    for command in commands:
        state = reduce(evolve, decide(state, command, NOW), state)
    assert state is not None
    return state


def refusal(state: Assessment | None, command: Command) -> str:
    with pytest.raises(Refused) as caught:
        decide(state, command, NOW)
    assert caught.value.detail.endswith(".")
    return caught.value.code


def flaws(state: Assessment | None, command: Command) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        decide(state, command, NOW)
    return [(flaw.pointer, flaw.code) for flaw in caught.value.flaws]


def test_an_assessment_goes_from_its_creation_to_its_end():
    state = run(CREATE)
    assert state == Assessment("1", ("test", "1"), {"de": "Selbstcheck"}, PERSPECTIVES, 3)
    assert state.accepts_answers

    assert decide(state, INVITE, NOW) == [Invited(Invitation("i1", "a", "Jugendamt"), NOW)]
    state = run(INVITE, state=state)
    assert list(state.invitations) == ["i1"]

    assert decide(state, REVEAL, NOW) == [Revealed("moderator", NOW)]
    state = run(REVEAL, state=state)
    assert state.phase is Phase.REVEALED
    assert not state.accepts_answers

    consensus = Consensus(3, "Einigung im Workshop", "moderator", NOW, 1)
    assert decide(state, AGREE, NOW) == [ConsensusRecorded("f1", consensus)]
    state = run(AGREE, state=state)
    assert state.consensus == {"f1": consensus}

    expected = score(ASKED, PEOPLE, consensus={"f1": 3}, minimum_group=3, perspectives=["a", "b"])
    across = given_across(figures_of(ASKED, PEOPLE, consensus={"f1": 3}, minimum_group=3, perspectives=["a", "b"]))
    assert decide(state, CLOSE, NOW) == [Closed(expected, across, "moderator", NOW)]
    state = run(CLOSE, state=state)
    assert state.phase is Phase.CLOSED
    assert state.result == expected
    assert state.result["questions"]["f1"]["score"] == 50
    assert state.result["questions"]["f1"]["consensus_score"] == 75


@pytest.mark.parametrize(
    ("before", "command", "code"),
    [
        ((CREATE,), CREATE, "assessment_exists"),
        ((), INVITE, "assessment_unknown"),
        ((), CLOSE, "assessment_unknown"),
        ((CREATE, INVITE), INVITE, "invitation_exists"),
        ((CREATE,), AGREE, "assessment_not_revealed"),
        ((CREATE,), CLOSE, "assessment_not_revealed"),
        ((CREATE, REVEAL), INVITE, "assessment_already_revealed"),
        ((CREATE, REVEAL), REVEAL, "assessment_already_revealed"),
        ((CREATE, REVEAL, CLOSE), REVEAL, "assessment_already_revealed"),
        ((CREATE, REVEAL, CLOSE), INVITE, "assessment_already_revealed"),
        ((CREATE, REVEAL, CLOSE), AGREE, "assessment_already_closed"),
        ((CREATE, REVEAL, CLOSE), CLOSE, "assessment_already_closed"),
    ],
)
def test_nothing_happens_out_of_order(before: tuple[Command, ...], command: Command, code: str):
    assert refusal(run(*before) if before else None, command) == code


class TestCreation:
    def test_needs_perspectives_with_ids_of_their_own_and_a_minimum_group(self):
        assert flaws(None, Create("1", ASKED, {}, (), 0)) == [
            ("/perspectives", "too_few"),
            ("/minimum_group", "integer_out_of_range"),
        ]
        twice = (PERSPECTIVES[0], PERSPECTIVES[0])
        assert flaws(None, Create("1", ASKED, {}, twice, 3)) == [("/perspectives/1/id", "id_duplicate")]
        many = tuple(Perspective(str(number), {}) for number in range(21))
        assert flaws(None, Create("1", ASKED, {}, many, 3)) == [("/perspectives", "too_many")]


class TestInvitation:
    def test_may_be_for_some_fields_or_questions(self):
        state = run(CREATE)
        assert run(Invite("i", ASKED, "a", fields=("f",)), state=state).invitations["i"].asked == {"f1", "f2"}
        assert run(Invite("i", ASKED, "a", questions=("g1",)), state=state).invitations["i"].asked == {"g1"}
        assert run(Invite("i", ASKED, "a"), state=state).invitations["i"].asked is None

    def test_names_what_it_does_not_know(self):
        command = Invite("i", ASKED, "c", fields=("f", "h"), questions=("z",))
        assert flaws(run(CREATE), command) == [
            ("/perspective", "perspective_unknown"),
            ("/fields/1", "field_unknown"),
            ("/questions/0", "question_unknown"),
        ]


class TestConsensus:
    revealed = run(CREATE, REVEAL)

    def test_needs_a_known_question_a_level_and_a_reason(self):
        assert flaws(self.revealed, RecordConsensus(ASKED, "z", 5, "  ", "m")) == [
            ("/question", "question_unknown"),
            ("/level", "integer_out_of_range"),
            ("/reason", "reason_missing"),
        ]
        assert flaws(self.revealed, RecordConsensus(ASKED, "f1", 5, "x" * 2001, "m"))[1:] == [
            ("/reason", "reason_missing")
        ]

    def test_may_be_changed_with_a_new_reason_until_the_end(self):
        later = NOW + timedelta(hours=1)
        state = run(AGREE, state=self.revealed)
        changed = RecordConsensus(ASKED, "f1", 1, " Nach dem Einwand der Vereine ", "other")
        assert decide(state, changed, later) == [
            ConsensusRecorded("f1", Consensus(1, "Nach dem Einwand der Vereine", "other", later, 2))
        ]

    def test_two_moderators_do_not_overwrite_each_other_unawares(self):
        def agree(level: int, seen: int) -> RecordConsensus:
            return RecordConsensus(ASKED, "f1", level, "Grund", "m", expected_revision=seen)

        state = run(agree(2, seen=0), state=self.revealed)
        assert refusal(state, agree(3, seen=0)) == "consensus_changed_meanwhile"
        assert run(agree(3, seen=1), state=state).consensus["f1"].level == 3


def test_an_assessment_keeps_its_questionnaire_version():
    revealed = run(CREATE, REVEAL)
    for command in (Close(OTHER, PEOPLE, "m"), RecordConsensus(OTHER, "f1", 1, "Grund", "m")):
        with pytest.raises(ValueError, match="another questionnaire version"):
            decide(revealed, command, NOW)


def test_the_first_event_is_created():
    with pytest.raises(ValueError, match="begins with Created"):
        evolve(None, Revealed("m", NOW))


commands: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([CREATE, INVITE, REVEAL, AGREE, CLOSE]),
    st.builds(Invite, st.sampled_from(["i2", "i3"]), st.just(ASKED), st.sampled_from(["a", "b"])),
    st.builds(
        RecordConsensus,
        st.just(ASKED),
        st.sampled_from(list(ASKED.questions)),
        st.integers(0, 4),
        st.just("Grund"),
        st.just("m"),
    ),
)


@EXAMPLES
@given(st.lists(commands, max_size=25))
def test_any_history_is_legal_or_refused_and_moves_only_forwards(history):
    state: Assessment | None = None
    order = [None, Phase.OPEN, Phase.REVEALED, Phase.CLOSED]
    for command in history:
        before = state
        try:
            events = decide(state, command, NOW)
        except Refused:
            continue
        state = reduce(evolve, events, state)
        assert events
        assert (before is None) == isinstance(events[0], Created)
        assert order.index(state.phase) - order.index(before.phase if before else None) in (0, 1)
        assert (state.result is not None) == (state.phase is Phase.CLOSED)
        assert not state.consensus or state.phase is not Phase.OPEN
        assert before is None or before.phase is not Phase.CLOSED
