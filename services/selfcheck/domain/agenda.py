"""The questions that a moderator chooses for the workshop, in the order in which they are to be talked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from disclosure.result import Result
from services.selfcheck.domain.assessment_model import Assessment, Phase
from services.selfcheck.domain.comparison import compare
from services.selfcheck.domain.errors import Flaw, Invalid, Refused, pointer
from services.selfcheck.domain.own_section import OwnSection
from services.selfcheck.domain.perspectives import gap
from services.selfcheck.domain.questionnaire import Questionnaire

MOST_QUESTIONS = 40
"""More than one afternoon holds."""
MOST_SUGGESTED = 10
WEAK = 0.5
"""Below this r_wg is “weak agreement” (LeBreton & Senter 2008, Organizational Research Methods 11(4), table 3)."""


@dataclass(frozen=True)
class Agenda:
    """The questions that a workshop talks about, in order. `revision` counts the changes, so that two moderators don't step over
    each other unawares."""

    questions: tuple[str, ...] = ()
    revision: int = 0


def choose(
    assessment: Assessment,
    questionnaire: Questionnaire,
    before: Agenda,
    questions: Sequence[str],
    expected_revision: int | None,
) -> Agenda:
    """The agenda after a moderator chose all of it anew, among all that was asked (`questionnaire`). Raises `Invalid`, or `Refused` where it is too early, too late, or somebody
    else chose meanwhile."""
    if assessment.phase is Phase.OPEN:
        raise Refused("assessment_not_revealed", "Reveal the answers first; they say what there is to talk about.")
    if assessment.phase is Phase.CLOSED:
        raise Refused("assessment_already_closed", "The workshop is over; its agenda does not change any more.")
    flaws: list[Flaw] = []
    if len(questions) > MOST_QUESTIONS:
        flaws.append(Flaw("/questions", "too_many", f"Choose at most {MOST_QUESTIONS} questions."))
    for index, question in enumerate(questions):
        if question not in questionnaire.questions:
            detail = "The questionnaire has no such question; correct the id or leave it out."
            flaws.append(Flaw(pointer("questions", index), "question_unknown", detail))
        elif question in questions[:index]:
            flaws.append(Flaw(pointer("questions", index), "question_repeated", "Name each question once."))
    if flaws:
        raise Invalid(flaws)
    if expected_revision is not None and expected_revision != before.revision:
        raise Refused("agenda_changed_meanwhile", "Someone else has changed the agenda; look at it first.")
    return Agenda(tuple(questions), before.revision + 1)


def carried_over(
    before: Sequence[str], versions: Sequence[Questionnaire], own_before: OwnSection | None, own_now: OwnSection | None
) -> list[tuple[str, str | None]]:
    """Each question of an earlier agenda with the one that is asked now in its place, None where nothing continues it.

    `versions`: from the earlier questionnaire to the present one, each continued by the next; one where both are the same, none where
    the present one does not go back to it. A question of the municipality's own goes on where its words are the same.
    """
    after: dict[str, str] = {}
    if len(versions) == 1:
        after = {id: id for id in versions[0].questions}
    elif versions:
        for change in compare(versions).questions:
            if change.before is not None:
                after.setdefault(change.before.id, change.question.id)
    if own_before and own_now:
        own_questions = list(zip(own_now.ids, own_now.questions, strict=True))
        for id, words in zip(own_before.ids, own_before.questions, strict=True):
            continued = set(after.values())
            continuing = next(
                (now for now, text in own_questions if words.items() & text.items() and now not in continued), None
            )
            if continuing is not None:
                after[id] = continuing
    return [(one, after.get(one)) for one in before]


def suggested(questionnaire: Questionnaire, result: Result) -> list[str]:
    """Questions where views differ most: by the gap between perspectives, then by how little people agree; from shown figures alone.
    Those where nothing differs, or nothing is told, are not among them."""
    ranked: list[tuple[float, float, str]] = []
    for question in questionnaire.questions:
        node = result["questions"][question]
        apart = gap(node) or 0.0
        rwg = node["agreement"]["rwg"]
        if apart > 0 or (rwg is not None and rwg < WEAK):
            ranked.append((-apart, 1.0 if rwg is None else rwg, question))
    return [question for *_, question in sorted(ranked, key=lambda one: one[:2])[:MOST_SUGGESTED]]
