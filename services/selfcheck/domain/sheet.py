"""One person's answer sheet: claimed by the first save, filled bit by bit, submitted, perhaps handed on in part.

* The first save claims the sheet with a resume code; from then on nothing happens without it. The domain sees only the
  code's hash, and so does the store.
* A save carries only what changed; all else stays, and nothing is overwritten unseen (`merge`). So two devices of one person
  never lose each other's answers.
* Submitting says "I am done". Answers may still be corrected until the reveal; then sheets are final.
* A question handed on to a colleague no longer counts as asked here, until it is taken back. An answer given here all the
  same stands until the colleague answers (`voices`). A question is handed on to one colleague at a time.
* Evidence (links, files) stands beside an answer; it never enters a score.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from disclosure.scheme import Answer
from services.selfcheck.domain.errors import Flaw, Invalid, Refused, pointer
from services.selfcheck.domain.evidence import MAX_FILES_BYTES, MAX_PER_QUESTION, link_flaw
from services.selfcheck.domain.merge import merge
from services.selfcheck.domain.responses import answer_flaws
from services.selfcheck.domain.sheet_model import (
    Attach,
    Attached,
    Claimed,
    Command,
    Contradicted,
    Detach,
    Detached,
    Event,
    HandedOn,
    HandOn,
    Save,
    Saved,
    Sheet,
    Submit,
    Submitted,
    TakenBack,
    TakeQuestionsBack,
)

MAX_NOTE = 4000
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls other than line breaks and tabs, and halves of characters, which no store and no paper can hold."""


def decide(state: Sheet, command: Command, now: datetime, *, accepts_answers: bool) -> list[Event]:
    """The events that follow. `accepts_answers`: see `Assessment.accepts_answers`.

    Raises `Refused` after the reveal and without the right resume code, `Invalid` for answers that are not possible.
    """
    if not accepts_answers:
        raise Refused("answers_closed", "The answers have been revealed and can't be changed any more.")
    if state.resume_hash is not None and not hmac.compare_digest(state.resume_hash, command.resume_hash or ""):
        raise Refused("resume_code_wrong", "Somebody has begun to answer here; enter the resume code shown to them.")
    match command:
        case Save():
            return _save(state, command, now)
        case Submit():
            if state.resume_hash is None:
                raise Refused("nothing_saved", "Save at least one answer before you submit.")
            return [] if state.submitted_at else [Submitted(now)]
        case HandOn():
            return _hand_on(state, command, now)
        case TakeQuestionsBack(questions):
            return [TakenBack(questions & state.handed_on)] if questions & state.handed_on else []
        case Attach():
            return _attach(state, command)
        case Detach(evidence):
            if all(evidence != one.id for one in state.evidence):
                raise Refused("evidence_unknown", "There is no such evidence.")
            return [Detached(evidence)]
        case _:
            assert_never(command)


def evolve(state: Sheet, event: Event) -> Sheet:
    """The state after the event."""
    match event:
        case Claimed(resume_hash):
            return replace(state, resume_hash=resume_hash)
        case Saved(answers, notes):
            merged = {**state.answers, **answers}
            kept_answers: dict[str, Answer] = {
                question: answer for question, answer in merged.items() if answer is not None
            }
            texts = {question: note for question, note in {**state.notes, **notes}.items() if note}
            return replace(state, answers=kept_answers, notes=texts)
        case Submitted(at):
            return replace(state, submitted_at=at)
        case HandedOn(questions):
            return replace(state, handed_on=state.handed_on | questions)
        case TakenBack(questions):
            return replace(state, handed_on=state.handed_on - questions)
        case Attached(evidence):
            return replace(state, evidence=(*state.evidence, evidence))
        case Detached(id):
            return replace(state, evidence=tuple(one for one in state.evidence if one.id != id))
        case Contradicted():
            return state
        case _:
            assert_never(event)


def _save(state: Sheet, command: Save, now: datetime) -> list[Event]:
    flaws = answer_flaws(command.questionnaire, command.answers, "answers")
    for question, note in command.notes.items():
        if question not in command.questionnaire.questions:
            detail = "The questionnaire has no such question; correct the id or leave it out."
            flaws.append(Flaw(pointer("notes", question), "question_unknown", detail))
        elif not isinstance(note, str) or len(note) > MAX_NOTE or UNWRITABLE.search(note):
            detail = f"Write the note as a text of at most {MAX_NOTE} characters, without control characters."
            flaws.append(Flaw(pointer("notes", question), "note_malformed", detail))
    flaws += [
        Flaw(pointer(part, question), "question_not_asked", "You were not asked this question; leave it out.")
        for part, entries in (("answers", command.answers), ("notes", command.notes))
        for question in entries
        if question in command.questionnaire.questions and state.asked is not None and question not in state.asked
    ]
    if flaws:
        raise Invalid(flaws)
    answers, answered_meanwhile = merge(state.answers, command.answers, command.seen_answers, None)
    notes, noted_meanwhile = merge(state.notes, command.notes, command.seen_notes, "")
    return [
        *_claim(state, command.resume_hash),
        *([Saved(answers, notes, now)] if answers or notes else []),
        *(Contradicted("answers", q, command.answers[q], stored) for q, stored in answered_meanwhile.items()),
        *(Contradicted("notes", q, command.notes[q], stored) for q, stored in noted_meanwhile.items()),
    ]


def _claim(state: Sheet, resume_hash: str) -> list[Event]:
    return [Claimed(resume_hash)] if state.resume_hash is None else []


def _attach(state: Sheet, command: Attach) -> list[Event]:
    evidence, flaws = command.evidence, []
    if evidence.question not in command.questionnaire.questions or (
        state.asked is not None and evidence.question not in state.asked
    ):
        flaws.append(Flaw("/question", "question_not_asked", "You were not asked this question; leave it out."))
    if evidence.url is not None and (detail := link_flaw(evidence.url)):
        flaws.append(Flaw("/url", "link_malformed", detail))
    if flaws:
        raise Invalid(flaws)
    if sum(one.question == evidence.question for one in state.evidence) >= MAX_PER_QUESTION:
        raise Refused("evidence_too_many", "There is enough evidence for this question; take some away first.")
    if sum(one.size for one in state.evidence) + evidence.size > MAX_FILES_BYTES:
        raise Refused("evidence_too_large", "Your files are too large together; take some away or put in links.")
    return [*_claim(state, command.resume_hash), Attached(evidence)]


def _hand_on(state: Sheet, command: HandOn, now: datetime) -> list[Event]:
    asked_questions = set(command.questionnaire.questions) if state.asked is None else state.asked
    flaws = [
        Flaw(pointer("questions", index), "question_not_asked", "You were not asked this question; leave it out.")
        for index, question in enumerate(command.questions)
        if question not in asked_questions
    ]
    flaws += [
        Flaw(
            pointer("questions", index),
            "question_handed_on",
            "A colleague has this question already; take it back first.",
        )
        for index, question in enumerate(command.questions)
        if question in state.handed_on | command.held
    ]
    if not command.questions:
        flaws.append(Flaw("/questions", "too_few", "Name at least one question."))
    if flaws:
        raise Invalid(flaws)
    return [HandedOn(frozenset(command.questions), now)]
