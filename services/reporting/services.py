"""The composed use cases, as routes get them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from services.reporting.action_plans.plans import ActionPlans
from services.reporting.council.packs import CouncilPacks
from services.reporting.feedback.feedback import FeedbackReport
from services.reporting.joint.repository import JointReports
from services.reporting.measures.agreed import AgreedMeasures
from services.reporting.municipalities import Municipalities
from services.reporting.own_figures.own_figures import EnterOwnFigures
from services.reporting.pack_orders.orders import PackOrders
from services.reporting.participation.freezing import FreezeParticipation
from services.reporting.participation.overview import Overview
from services.reporting.participation.programme import Programme
from services.reporting.practices.library import PracticeLibrary
from services.reporting.privacy.people import PeopleExport
from services.reporting.questions.questions import Questions
from services.reporting.questions.reading import ReadQuestions
from services.reporting.recommendations.marks import PracticeMarks
from services.reporting.recommendations.recommend import Recommendations
from services.reporting.report_mails.report_mails import ReportMails
from services.reporting.results.profiles import Profiles
from services.reporting.results.repository import AssessmentRepository
from services.reporting.rings.rings import Rings
from services.reporting.series.lines import SeriesOfMunicipality
from services.reporting.similar.similar import SimilarMunicipalities
from services.reporting.today.today import ReportingToday
from services.reporting.trainings.trainings import Trainings
from services.reporting.visits.visits import PeerVisits
from services.reporting.waves.benchmark import Benchmarks
from services.reporting.waves.freezing import FreezeWaves
from services.reporting.waves.publishing import PublishWaves
from services.reporting.waves.waves import BenchmarkWaves


@dataclass(frozen=True, slots=True)
class Services:
    """One attribute for each use case or family of them."""

    municipalities: Municipalities
    overview: Overview
    programme: Programme
    freezing: FreezeParticipation
    profiles: Profiles
    measures: AgreedMeasures
    feedback: FeedbackReport
    series: SeriesOfMunicipality
    joint: JointReports
    council: CouncilPacks
    people: PeopleExport
    similar: SimilarMunicipalities
    own_figures: EnterOwnFigures
    trainings: Trainings
    today: ReportingToday
    practices: PracticeLibrary
    questions: Questions
    reading_questions: ReadQuestions
    rings: Rings
    visits: PeerVisits
    report_mails: ReportMails
    assessments: AssessmentRepository
    action_plans: ActionPlans
    pack_orders: PackOrders
    waves: BenchmarkWaves
    freeze_waves: FreezeWaves
    publish_waves: PublishWaves
    benchmarks: Benchmarks
    marks: PracticeMarks
    recommendations: Recommendations


def get_services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found
