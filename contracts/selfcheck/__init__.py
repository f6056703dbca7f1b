"""Events of selfcheck: questionnaires, assessments and their disclosed results. Never an individual answer.

Aggregates (record keys): a questionnaire version (`id:version`), an assessment, a respondent's answer sheet, a joint self-check.
"""

from contracts.selfcheck.assessments import (
    AssessmentArchived,
    AssessmentClosed,
    AssessmentCreated,
    AssessmentDeadlineSet,
    AssessmentDeleted,
    AssessmentRevealed,
    ConsensusRecorded,
    ConsensusWithheld,
)
from contracts.selfcheck.erasures import DepartureReceipted, ErasureReceipted
from contracts.selfcheck.joint import JointClosed, JointDeleted, JointMember, JointMemberChanged, JointOpened
from contracts.selfcheck.measures import MeasureAgreed, MeasureDeleted, MeasureDue
from contracts.selfcheck.questionnaires import QuestionnairePublished, QuestionnaireTranslated, QuestionTitle
from contracts.selfcheck.respondents import ReminderDue, RespondentInvited, RespondentRevoked, RespondentSubmitted
from contracts.selfcheck.vocabulary import TOPIC, Texts, Titled

__all__ = [
    "TOPIC",
    "AssessmentArchived",
    "AssessmentClosed",
    "AssessmentCreated",
    "AssessmentDeadlineSet",
    "AssessmentDeleted",
    "AssessmentRevealed",
    "ConsensusRecorded",
    "ConsensusWithheld",
    "DepartureReceipted",
    "ErasureReceipted",
    "JointClosed",
    "JointDeleted",
    "JointMember",
    "JointMemberChanged",
    "JointOpened",
    "MeasureAgreed",
    "MeasureDeleted",
    "MeasureDue",
    "QuestionTitle",
    "QuestionnairePublished",
    "QuestionnaireTranslated",
    "ReminderDue",
    "RespondentInvited",
    "RespondentRevoked",
    "RespondentSubmitted",
    "Texts",
    "Titled",
]
