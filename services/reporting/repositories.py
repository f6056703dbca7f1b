"""The repositories of all features: everything that talks to MongoDB."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields

from chassis.service_definition import ServiceContext
from chassis.storage.aggregates import Aggregates
from services.reporting.action_plans.repository import ActionPlanRepository
from services.reporting.feedback.repository import FeedbackRows
from services.reporting.joint.repository import JointReports
from services.reporting.measures.repository import MeasureRepository
from services.reporting.own_figures.repository import OwnFigureRepository
from services.reporting.pack_orders.repository import PackOrderRepository
from services.reporting.participation.repository import ParticipationRepository
from services.reporting.practices.repository import PracticeIndex, PracticeRepository
from services.reporting.questions.repository import AnswerRepository, FollowingRepository, QuestionRepository
from services.reporting.recommendations.repository import MarkRepository
from services.reporting.report_mails.repository import ReportMailRepository
from services.reporting.results.repository import AssessmentRepository
from services.reporting.rings.repository import RingRepository
from services.reporting.similar.repository import GazetteerRows
from services.reporting.trainings.repository import TrainingRepository
from services.reporting.visits.repository import VisitRepository
from services.reporting.waves.repository import WaveFiguresRepository, WaveRepository


@dataclass(frozen=True, kw_only=True)
class Repositories:
    """All of the service's collections; see `repositories_of`."""

    assessments: AssessmentRepository
    participation: ParticipationRepository
    measures: MeasureRepository
    feedback: FeedbackRows
    joint: JointReports
    gazetteer: GazetteerRows
    practices: PracticeRepository
    practice_index: PracticeIndex
    questions: QuestionRepository
    answers: AnswerRepository
    followings: FollowingRepository
    rings: RingRepository
    visits: VisitRepository
    waves: WaveRepository
    wave_figures: WaveFiguresRepository
    marks: MarkRepository
    action_plans: ActionPlanRepository
    pack_orders: PackOrderRepository
    own_figures: OwnFigureRepository
    trainings: TrainingRepository
    report_mails: ReportMailRepository
    erasures: Aggregates

    async def ensure_indexes(self) -> None:
        """Create all indexes that are missing."""
        await asyncio.gather(*(getattr(self, each.name).ensure_indexes() for each in fields(self)))


def repositories_of(context: ServiceContext) -> Repositories:
    """Build all repositories on the service's database."""
    database = context.database

    def aggregates(collection: str) -> Aggregates:
        return Aggregates(database, collection, lambda: context.wake_relay())

    assessments = AssessmentRepository(database)
    return Repositories(
        assessments=assessments,
        participation=ParticipationRepository(database),
        measures=MeasureRepository(database),
        feedback=FeedbackRows(database),
        joint=JointReports(database, assessments),
        gazetteer=GazetteerRows(database),
        practices=PracticeRepository(aggregates("practices")),
        practice_index=PracticeIndex(database),
        questions=QuestionRepository(aggregates("questions")),
        answers=AnswerRepository(aggregates("answers")),
        followings=FollowingRepository(aggregates("followings")),
        rings=RingRepository(aggregates("rings")),
        visits=VisitRepository(aggregates("visits")),
        waves=WaveRepository(aggregates("waves")),
        wave_figures=WaveFiguresRepository(database),
        marks=MarkRepository(aggregates("marks")),
        action_plans=ActionPlanRepository(aggregates("action_plans")),
        pack_orders=PackOrderRepository(database, aggregates("pack_orders")),
        own_figures=OwnFigureRepository(aggregates("own_figures")),
        trainings=TrainingRepository(aggregates("trainings")),
        report_mails=ReportMailRepository(aggregates("report_mails")),
        erasures=aggregates("erasures"),
    )
