"""The life of an assessment: open → revealed → closed. What may happen when, and what then has happened.

* **Open**: people are invited and answer blind, each for themselves; nobody sees a spread.
* **Revealed**: the moderator has opened the answers. From now on nobody answers any more, not even who has not finished:
  otherwise the workshop could bend its own starting point, and comparing two states would show a latecomer's answers.
  For questions where the workshop agrees, the consensus is recorded with its reason; where it talked and did not agree,
  that is recorded with its reason. It may be changed, again with a reason, until the end, and stands beside the answers.
* **Closed**: the result is calculated once, with the consensus of that moment, and never again: not even when somebody
  is forgotten later, because the difference of the two results would show what they had answered.

`decide` says which events follow from a command, `evolve` what an event does to the state. Answers live in sheets of
their own (`sheet`), so that people who answer at the same time don't wait for each other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from disclosure.result import result
from services.selfcheck.domain.assessment_model import (
    Assessment,
    Close,
    Closed,
    Command,
    Consensus,
    ConsensusRecorded,
    Create,
    Created,
    Event,
    Invitation,
    Invite,
    Invited,
    Phase,
    RecordConsensus,
    Reveal,
    Revealed,
)
from services.selfcheck.domain.errors import Flaw, Invalid, Refused, pointer
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import is_level
from services.selfcheck.domain.scoring import figures_of, given_across

MAX_REASON = 2000
MAX_PERSPECTIVES = 20
MAX_MINIMUM_GROUP = 1000
LEAST_MINIMUM_GROUP = 3
"""With two, each can subtract themself and knows what the other answered (DOMAIN §5.1)."""


def decide(state: Assessment | None, command: Command, now: datetime) -> list[Event]:
    """The events that follow. Raises `Refused` if the command is not possible now, `Invalid` if its content is not."""
    if isinstance(command, Create):
        return _create(state, command, now)
    if state is None:
        raise Refused("assessment_unknown", "There is no such assessment.")
    match command:
        case Invite():
            return _invite(state, command, now)
        case Reveal():
            if state.phase is not Phase.OPEN:
                raise Refused("assessment_already_revealed", "The answers have been revealed already.")
            return [Revealed(command.by, now)]
        case RecordConsensus():
            return _record(state, command, now)
        case Close():
            return _close(state, command, now)
        case _:
            assert_never(command)


def evolve(state: Assessment | None, event: Event) -> Assessment:
    """The state after the event."""
    if isinstance(event, Created):
        return Assessment(event.id, event.questionnaire, event.title, event.perspectives, event.minimum_group)
    if state is None:
        raise ValueError("an assessment begins with Created")
    match event:
        case Invited(invitation):
            return replace(state, invitations={**state.invitations, invitation.id: invitation})
        case Revealed():
            return replace(state, phase=Phase.REVEALED)
        case ConsensusRecorded(question, consensus):
            return replace(state, consensus={**state.consensus, question: consensus})
        case Closed(result, across):
            return replace(state, phase=Phase.CLOSED, result=result, across=across)
        case _:
            assert_never(event)


def _create(state: Assessment | None, command: Create, now: datetime) -> list[Event]:
    if state is not None:
        raise Refused("assessment_exists", "An assessment with this id exists already.")
    flaws: list[Flaw] = []
    if not command.perspectives:
        flaws.append(Flaw("/perspectives", "too_few", "Name at least one perspective."))
    if len(command.perspectives) > MAX_PERSPECTIVES:
        flaws.append(Flaw("/perspectives", "too_many", f"Name at most {MAX_PERSPECTIVES} perspectives."))
    ids: set[str] = set()
    for index, perspective in enumerate(command.perspectives):
        if perspective.id in ids:
            detail = "Another perspective has this id already; give each an id of its own."
            flaws.append(Flaw(pointer("perspectives", index, "id"), "id_duplicate", detail))
        ids.add(perspective.id)
    if not LEAST_MINIMUM_GROUP <= command.minimum_group <= MAX_MINIMUM_GROUP:
        detail = f"Choose a whole number from {LEAST_MINIMUM_GROUP} to {MAX_MINIMUM_GROUP}; 3 or 5 are usual."
        flaws.append(Flaw("/minimum_group", "integer_out_of_range", detail))
    if flaws:
        raise Invalid(flaws)
    version = (command.questionnaire.id, command.questionnaire.version)
    return [Created(command.id, version, command.title, command.perspectives, command.minimum_group, now)]


def _invite(state: Assessment, command: Invite, now: datetime) -> list[Event]:
    _check_version(state, command.questionnaire)
    if state.phase is not Phase.OPEN:
        raise Refused("assessment_already_revealed", "The answers have been revealed; nobody can be invited any more.")
    if command.id in state.invitations:
        raise Refused("invitation_exists", "An invitation with this id exists already.")
    flaws: list[Flaw] = []
    if command.perspective not in {perspective.id for perspective in state.perspectives}:
        detail = "This assessment has no such perspective; choose one of its perspectives."
        flaws.append(Flaw("/perspective", "perspective_unknown", detail))
    question_ids = {entry.id: {question.id for question in entry.questions} for entry in command.questionnaire.fields}
    for index, name in enumerate(command.fields or ()):
        if name not in question_ids:
            detail = "The questionnaire has no such field; correct the id or leave it out."
            flaws.append(Flaw(pointer("fields", index), "field_unknown", detail))
    for index, question in enumerate(command.questions or ()):
        if question not in command.questionnaire.questions:
            detail = "The questionnaire has no such question; correct the id or leave it out."
            flaws.append(Flaw(pointer("questions", index), "question_unknown", detail))
    if flaws:
        raise Invalid(flaws)
    asked_questions: frozenset[str] | None = None
    if command.fields or command.questions:
        asked_questions = frozenset(command.questions or ()).union(
            *(question_ids[name] for name in command.fields or ())
        )
    return [Invited(Invitation(command.id, command.perspective, command.label, asked_questions), now)]


def _record(state: Assessment, command: RecordConsensus, now: datetime) -> list[Event]:
    _check_version(state, command.questionnaire)
    if state.phase is Phase.OPEN:
        raise Refused("assessment_not_revealed", "Reveal the answers first; a consensus needs to know them.")
    if state.phase is Phase.CLOSED:
        raise Refused("assessment_already_closed", "The assessment is closed; its result does not change any more.")
    flaws: list[Flaw] = []
    scale = command.questionnaire.scale
    if command.question not in command.questionnaire.questions:
        flaws.append(Flaw("/question", "question_unknown", "The questionnaire has no such question; correct the id."))
    if command.level is not None and not is_level(command.questionnaire, command.level):
        detail = f"Choose a whole number from {scale.min} to {scale.max}, or “no_consensus”."
        flaws.append(Flaw("/level", "integer_out_of_range", detail))
    if not 0 < len(command.reason.strip()) <= MAX_REASON:
        detail = f"Write down why, in at most {MAX_REASON} characters; who reads the result wants to know."
        flaws.append(Flaw("/reason", "reason_missing", detail))
    if flaws:
        raise Invalid(flaws)
    former = state.consensus.get(command.question)
    revision = former.revision if former else 0
    if command.expected_revision is not None and command.expected_revision != revision:
        raise Refused("consensus_changed_meanwhile", "Someone else has recorded a consensus here; look at it first.")
    consensus = Consensus(command.level, command.reason.strip(), command.by, now, revision + 1)
    return [ConsensusRecorded(command.question, consensus)]


def _close(state: Assessment, command: Close, now: datetime) -> list[Event]:
    _check_version(state, command.questionnaire)
    if state.phase is Phase.OPEN:
        raise Refused("assessment_not_revealed", "Reveal the answers before closing.")
    if state.phase is Phase.CLOSED:
        raise Refused("assessment_already_closed", "The assessment is closed already.")
    figures = figures_of(
        command.questionnaire,
        command.responses,
        consensus=state.agreed,
        minimum_group=state.minimum_group,
        perspectives=[perspective.id for perspective in state.perspectives],
        institutions=state.institutions,
    )
    across = given_across(figures, state.institutions)
    return [Closed(result(figures), across, command.by, now)]


def _check_version(state: Assessment, questionnaire: Questionnaire) -> None:
    """Check that an assessment keeps the version it began with: another one is a programming error, not one of the caller."""
    if (questionnaire.id, questionnaire.version) != state.questionnaire:
        raise ValueError("the assessment was made with another questionnaire version")
