"""Events of reporting, in ids and states, never in texts that people wrote.

Aggregates (record keys): an erased person, a practice, a question, an answer, what a municipality follows, a visit, a ring, a
benchmark wave, the action plan of a self-check.
"""

from contracts.reporting.erasures import DepartureReceipted, ErasureReceipted
from contracts.reporting.meetings import (
    ExchangeTold,
    RingChanged,
    VisitAccepted,
    VisitCancelled,
    VisitProposed,
    VisitReported,
)
from contracts.reporting.practices import (
    PracticeConfirmationDue,
    PracticeConfirmed,
    PracticeMarked,
    PracticePublished,
    PracticeRetired,
    PracticeReturned,
    PracticeSubmitted,
    PracticeUnmarked,
)
from contracts.reporting.questions import (
    AnswerGiven,
    AnswerHelped,
    AnswerModerated,
    FollowingChanged,
    QuestionAddressed,
    QuestionAsked,
    QuestionModerated,
)
from contracts.reporting.reports import ActionPlanShown, ReportDue
from contracts.reporting.vocabulary import TOPIC, Standing
from contracts.reporting.waves import (
    WaveConsented,
    WaveFrozen,
    WaveOpened,
    WavePublished,
    WaveRegrouped,
    WaveRemoved,
    WaveWithdrawn,
)

__all__ = [
    "TOPIC",
    "ActionPlanShown",
    "AnswerGiven",
    "AnswerHelped",
    "AnswerModerated",
    "DepartureReceipted",
    "ErasureReceipted",
    "ExchangeTold",
    "FollowingChanged",
    "PracticeConfirmationDue",
    "PracticeConfirmed",
    "PracticeMarked",
    "PracticePublished",
    "PracticeRetired",
    "PracticeReturned",
    "PracticeSubmitted",
    "PracticeUnmarked",
    "QuestionAddressed",
    "QuestionAsked",
    "QuestionModerated",
    "ReportDue",
    "RingChanged",
    "Standing",
    "VisitAccepted",
    "VisitCancelled",
    "VisitProposed",
    "VisitReported",
    "WaveConsented",
    "WaveFrozen",
    "WaveOpened",
    "WavePublished",
    "WaveRegrouped",
    "WaveRemoved",
    "WaveWithdrawn",
]
