"""Types of an answer sheet: its state, the commands on it, the events that change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from disclosure.scheme import Answer, Answers
from services.selfcheck.domain.evidence import Evidence
from services.selfcheck.domain.questionnaire import Questionnaire


@dataclass(frozen=True)
class Sheet:
    """The state. `asked`: question ids, None for all; `resume_hash`: None until claimed; `handed_on_by`: the sheet this one
    was handed on from; `root`: the sheet of the invitation that set it off, None where that was not noted."""

    respondent: str
    perspective: str
    asked: frozenset[str] | None = None
    answers: Answers = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    handed_on: frozenset[str] = frozenset()
    resume_hash: str | None = None
    submitted_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    handed_on_by: str | None = None
    root: str | None = None

    def questions_here(self, questionnaire: Questionnaire) -> frozenset[str] | None:
        """The questions that this person, and nobody they handed on to, is asked; None for all."""
        if not self.handed_on:
            return self.asked
        return (frozenset(questionnaire.questions) if self.asked is None else self.asked) - self.handed_on


@dataclass(frozen=True)
class Save:
    """Change some answers and notes; null takes an answer back, an empty text a note. `seen_…`: see `merge`."""

    questionnaire: Questionnaire
    resume_hash: str
    answers: Answers = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    seen_answers: Mapping[str, Collection[Answer]] = field(default_factory=dict)
    seen_notes: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Submit:
    """Say that one is done."""

    resume_hash: str


@dataclass(frozen=True)
class HandOn:
    """Hand questions on to a colleague; their invitation is another matter (`assessment.Invite`). `held`: questions that
    colleagues are known to have, also where this sheet does not say so yet."""

    questionnaire: Questionnaire
    questions: tuple[str, ...]
    resume_hash: str | None = None
    held: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TakeQuestionsBack:
    """Answer questions oneself that were handed on."""

    questions: frozenset[str]
    resume_hash: str | None = None


@dataclass(frozen=True)
class Attach:
    """Put evidence beside an answer; the content of a file was checked before (`evidence.kind_of`)."""

    questionnaire: Questionnaire
    evidence: Evidence
    resume_hash: str


@dataclass(frozen=True)
class Detach:
    """Take evidence away."""

    evidence: str
    resume_hash: str


@dataclass(frozen=True)
class Claimed:
    """The sheet belongs to whoever knows the code with this hash."""

    resume_hash: str


@dataclass(frozen=True)
class Saved:
    """Answers and notes changed."""

    answers: Answers
    notes: Mapping[str, str]
    at: datetime


@dataclass(frozen=True)
class Contradicted:
    """Another device wrote something else there meanwhile, which stands; nothing changed."""

    part: Literal["answers", "notes"]
    question: str
    wanted: Answer | str
    there: Answer | str


@dataclass(frozen=True)
class Submitted:
    """The person is done, for the first time."""

    at: datetime


@dataclass(frozen=True)
class HandedOn:
    """Questions went to a colleague."""

    questions: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class TakenBack:
    """Questions are asked here again."""

    questions: frozenset[str]


@dataclass(frozen=True)
class Attached:
    """There is more evidence."""

    evidence: Evidence


@dataclass(frozen=True)
class Detached:
    """There is less evidence."""

    evidence: str


Command = Save | Submit | HandOn | TakeQuestionsBack | Attach | Detach
Event = Claimed | Saved | Contradicted | Submitted | HandedOn | TakenBack | Attached | Detached
