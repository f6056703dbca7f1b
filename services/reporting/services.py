"""The use cases of all features: built once per process, given to routes by `get_services`."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from chassis.service_definition import ServiceContext
from programme.tenant_registry import EventTenantRegistry
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
from services.reporting.practices.search import PracticeSearch
from services.reporting.privacy.people import PeopleExport
from services.reporting.questions.questions import Questions
from services.reporting.questions.reading import ReadQuestions
from services.reporting.recommendations.marks import PracticeMarks
from services.reporting.recommendations.recommend import Recommendations
from services.reporting.report_mails.report_mails import ReportMails
from services.reporting.repositories import Repositories
from services.reporting.results.profiles import Profiles
from services.reporting.results.repository import AssessmentRepository
from services.reporting.rings.rings import Rings
from services.reporting.series.lines import SeriesOfMunicipality
from services.reporting.similar.similar import SimilarMunicipalities
from services.reporting.today.today import ReportingToday
from services.reporting.trainings.trainings import Trainings
from services.reporting.visits.visits import PeerVisits
from services.reporting.waves.auditing import Auditor
from services.reporting.waves.benchmark import Benchmarks
from services.reporting.waves.freezing import FreezeWaves
from services.reporting.waves.publishing import PublishWaves
from services.reporting.waves.waves import BenchmarkWaves


@dataclass(frozen=True, kw_only=True)
class Services:
    """All use cases of the service; see `services_of`."""

    tenant_registry: EventTenantRegistry
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


def services_of(context: ServiceContext, repositories: Repositories) -> Services:
    """Build the use cases of all features on the repositories."""
    clock = context.clock
    assessments, participation = repositories.assessments, repositories.participation
    waves, wave_figures = repositories.waves, repositories.wave_figures
    tenant_registry = EventTenantRegistry(context.database)
    municipalities = Municipalities(tenant_registry)
    # Results and what follows from them
    profiles = Profiles(assessments)
    measures = AgreedMeasures(repositories.measures, assessments, clock)
    series = SeriesOfMunicipality(assessments)
    council = CouncilPacks(profiles, measures, series, municipalities, repositories.action_plans, clock)
    similar = SimilarMunicipalities(repositories.gazetteer, repositories.own_figures)
    # Exchange between municipalities
    search = PracticeSearch(repositories.practice_index)
    practices = PracticeLibrary(repositories.practices, search, assessments, municipalities, clock)
    rings = Rings(repositories.rings, municipalities, clock)
    questions = Questions(
        repositories.questions, repositories.answers, repositories.followings, practices, rings, municipalities, clock
    )
    # Benchmark waves
    auditor = Auditor()
    publish_waves = PublishWaves(waves, wave_figures, auditor, clock)
    return Services(
        tenant_registry=tenant_registry,
        municipalities=municipalities,
        overview=Overview(participation, assessments),
        programme=Programme(participation),
        freezing=FreezeParticipation(participation, clock, context.secrets),
        profiles=profiles,
        measures=measures,
        feedback=FeedbackReport(repositories.feedback, participation),
        series=series,
        joint=repositories.joint,
        council=council,
        people=PeopleExport(participation),
        similar=similar,
        own_figures=EnterOwnFigures(repositories.own_figures, clock),
        trainings=Trainings(repositories.trainings, participation, clock),
        today=ReportingToday(
            repositories.practices, repositories.questions, repositories.visits, waves, assessments, clock
        ),
        practices=practices,
        questions=questions,
        reading_questions=ReadQuestions(
            repositories.questions,
            repositories.answers,
            repositories.followings,
            questions,
            practices,
            rings,
            municipalities,
        ),
        rings=rings,
        visits=PeerVisits(repositories.visits, practices, municipalities, clock),
        report_mails=ReportMails(repositories.report_mails, clock),
        assessments=assessments,
        action_plans=ActionPlans(repositories.action_plans, profiles, council, clock),
        pack_orders=PackOrders(repositories.pack_orders, council, profiles, clock),
        waves=BenchmarkWaves(waves, assessments, clock),
        freeze_waves=FreezeWaves(waves, wave_figures, assessments, similar, clock),
        publish_waves=publish_waves,
        benchmarks=Benchmarks(waves, wave_figures, assessments),
        marks=PracticeMarks(repositories.marks, waves, wave_figures, publish_waves, auditor, practices, clock),
        recommendations=Recommendations(repositories.marks, profiles, assessments, similar, practices, waves),
    )


def get_services(request: Request) -> Services:
    """The composed use cases."""
    services: Services = request.app.state.services
    return services
