"""Commands that change the agenda of an assessment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chassis.storage.repository import Decision
from services.selfcheck.agenda.schemas import ChosenAgenda
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.agenda import Agenda, choose
from services.selfcheck.domain.questionnaire import Questionnaire


@dataclass(frozen=True)
class ChooseQuestions:
    """Choose which questions are talked about, in which order; with `revision`, not over somebody else's choice unawares."""

    questionnaire: Questionnaire
    questions: Sequence[str]
    revision: int | None

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        agenda = choose(assessment.state, self.questionnaire, assessment.agenda, self.questions, self.revision)
        return Decision(replace(assessment, agenda=agenda), answer=chosen_agenda(agenda))


def chosen_agenda(agenda: Agenda) -> ChosenAgenda:
    return {"questions": list(agenda.questions), "revision": agenda.revision}
