"""Composition root of reporting."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chassis.http.permissions import Permission
from chassis.http.tenant_export import export_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.aggregates import Aggregates
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.reporting import DepartureReceipted
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS, EventTenantRegistry
from services.reporting.action_plans import api as action_plans_api
from services.reporting.action_plans import pages as action_plan_pages
from services.reporting.action_plans import staff_pages as action_plans_pages
from services.reporting.action_plans.plans import ActionPlans
from services.reporting.action_plans.repository import ActionPlanRepository
from services.reporting.council import api as council_api
from services.reporting.council.packs import AT_ONCE, CouncilPacks
from services.reporting.event_handlers import HANDLERS
from services.reporting.feedback import api as feedback_api
from services.reporting.feedback import staff_pages as feedback_pages
from services.reporting.feedback.feedback import FeedbackReport
from services.reporting.feedback.repository import FeedbackRows
from services.reporting.joint import api as joint_api
from services.reporting.joint import staff_pages as joint_pages
from services.reporting.joint.repository import JointReports
from services.reporting.measures.agreed import AgreedMeasures
from services.reporting.measures.repository import MeasureRepository
from services.reporting.municipalities import Municipalities
from services.reporting.own_figures import api as own_figures_api
from services.reporting.own_figures import staff_pages as own_figures_pages
from services.reporting.own_figures.own_figures import EnterOwnFigures
from services.reporting.own_figures.repository import OwnFigureRepository
from services.reporting.pack_orders import api as pack_orders_api
from services.reporting.pack_orders import staff_pages as pack_orders_pages
from services.reporting.pack_orders.orders import PackOrders
from services.reporting.pack_orders.repository import PackOrderRepository
from services.reporting.participation import api as participation_api
from services.reporting.participation import staff_pages as participation_pages
from services.reporting.participation.freezing import FreezeParticipation
from services.reporting.participation.overview import Overview
from services.reporting.participation.programme import Programme
from services.reporting.participation.repository import FREEZINGS, ParticipationRepository
from services.reporting.practices import api as practices_api
from services.reporting.practices import pages as library_pages
from services.reporting.practices import staff_pages as practices_pages
from services.reporting.practices.indexing import IndexByPresentRules
from services.reporting.practices.library import PracticeLibrary
from services.reporting.practices.repository import PracticeIndex, PracticeRepository
from services.reporting.practices.search import PracticeSearch
from services.reporting.privacy import api as privacy_api
from services.reporting.privacy.people import ErasePeople, PeopleExport
from services.reporting.questions import api as questions_api
from services.reporting.questions import staff_pages as questions_pages
from services.reporting.questions.questions import Questions
from services.reporting.questions.reading import ReadQuestions
from services.reporting.questions.repository import AnswerRepository, FollowingRepository, QuestionRepository
from services.reporting.recommendations import api as recommendations_api
from services.reporting.recommendations import staff_pages as recommendations_pages
from services.reporting.recommendations.marks import PracticeMarks
from services.reporting.recommendations.recommend import Recommendations
from services.reporting.recommendations.repository import MarkRepository
from services.reporting.report_mails import api as report_mails_api
from services.reporting.report_mails import staff_pages as report_mails_pages
from services.reporting.report_mails.report_mails import ReportMails
from services.reporting.report_mails.repository import ReportMailRepository
from services.reporting.results import api as results_api
from services.reporting.results import staff_pages as results_pages
from services.reporting.results.profiles import Profiles
from services.reporting.results.repository import AssessmentRepository
from services.reporting.rings import api as rings_api
from services.reporting.rings import staff_pages as rings_pages
from services.reporting.rings.repository import RingRepository
from services.reporting.rings.rings import Rings
from services.reporting.series import api as series_api
from services.reporting.series import staff_pages as series_pages
from services.reporting.series.lines import SeriesOfMunicipality
from services.reporting.services import Services
from services.reporting.similar import api as similar_api
from services.reporting.similar import staff_pages as similar_pages
from services.reporting.similar.repository import GazetteerRows
from services.reporting.similar.similar import SimilarMunicipalities
from services.reporting.stuck_staff import WORDS
from services.reporting.today import api as today_api
from services.reporting.today import staff_pages as today_pages
from services.reporting.today.today import ReportingToday
from services.reporting.trainings import api as trainings_api
from services.reporting.trainings import staff_pages as trainings_pages
from services.reporting.trainings.repository import TrainingRepository
from services.reporting.trainings.trainings import Trainings
from services.reporting.visits import api as visits_api
from services.reporting.visits import staff_pages as visits_pages
from services.reporting.visits.repository import VisitRepository
from services.reporting.visits.visits import PeerVisits
from services.reporting.waves import api as waves_api
from services.reporting.waves import staff_pages as waves_pages
from services.reporting.waves import staff_pages_office as wave_office_pages
from services.reporting.waves.auditing import Auditor
from services.reporting.waves.benchmark import Benchmarks
from services.reporting.waves.freezing import FreezeWaves
from services.reporting.waves.publishing import PublishWaves
from services.reporting.waves.repository import GIVEN, GivenRepository, WaveRepository
from services.reporting.waves.waves import BenchmarkWaves

EXPORTED = dict.fromkeys(
    (
        "gatherings",
        "participants",
        "assessments",
        "measures",
        "joint_assessments",
        "feedback",
        "practices",
        GIVEN,
        "marks",
        "questions",
        "answers",
        "action_plans",
        "own_figures",
        "trainings",
    ),
    None,
)

READ_MODEL = (
    "tenants",
    "staff",
    "gatherings",
    "participants",
    "questionnaires",
    "assessments",
    "measures",
    "joint_assessments",
    "feedback",
    "gazetteer",
)
"""Collections that events alone fill, so that they can be made anew from them; all others are reporting's own."""


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""
    database, clock = context.database, context.clock
    assessments = AssessmentRepository(database)
    participation = ParticipationRepository(database)
    measure_rows = MeasureRepository(database)
    feedback_rows = FeedbackRows(database)
    joint = JointReports(database, assessments)
    gazetteer = GazetteerRows(database)
    stored_practices = Aggregates(database, "practices", lambda: context.wake_relay())
    practice_rows, practice_index = PracticeRepository(stored_practices), PracticeIndex(database)
    stored_waves = Aggregates(database, "waves", lambda: context.wake_relay())
    stored_marks = Aggregates(database, "marks", lambda: context.wake_relay())
    mark_rows = MarkRepository(stored_marks)
    wave_rows, given = WaveRepository(stored_waves), GivenRepository(database)
    erasures = Aggregates(database, "erasures", lambda: context.wake_relay())
    question_rows = QuestionRepository(Aggregates(database, "questions", lambda: context.wake_relay()))
    answer_rows = AnswerRepository(Aggregates(database, "answers", lambda: context.wake_relay()))
    followings = FollowingRepository(Aggregates(database, "followings", lambda: context.wake_relay()))
    mail_choices = ReportMailRepository(Aggregates(database, "report_mails", lambda: context.wake_relay()))
    visit_rows = VisitRepository(Aggregates(database, "visits", lambda: context.wake_relay()))
    plan_rows = ActionPlanRepository(Aggregates(database, "action_plans", lambda: context.wake_relay()))
    order_rows = PackOrderRepository(database, Aggregates(database, "pack_orders", lambda: context.wake_relay()))
    training_rows = TrainingRepository(Aggregates(database, "trainings", lambda: context.wake_relay()))
    ring_rows = RingRepository(Aggregates(database, "rings", lambda: context.wake_relay()))

    tenant_registry = EventTenantRegistry(database)
    municipalities = Municipalities(tenant_registry)
    rings = Rings(ring_rows, municipalities, clock)
    library = PracticeLibrary(practice_rows, PracticeSearch(practice_index), assessments, municipalities, clock)
    questions = Questions(question_rows, answer_rows, followings, library, rings, municipalities, clock)
    report_mails = ReportMails(mail_choices, clock)
    visits = PeerVisits(visit_rows, library, municipalities, clock)
    profiles = Profiles(assessments)
    own_figures = OwnFigureRepository(Aggregates(database, "own_figures", lambda: context.wake_relay()))
    similar = SimilarMunicipalities(gazetteer, own_figures)
    measures = AgreedMeasures(measure_rows, assessments, clock)
    series = SeriesOfMunicipality(assessments)
    auditor = Auditor()
    council = CouncilPacks(profiles, measures, series, municipalities, plan_rows, clock)
    publishing = PublishWaves(wave_rows, given, auditor, clock)
    services = Services(
        municipalities=municipalities,
        overview=Overview(participation, assessments),
        programme=Programme(participation),
        freezing=FreezeParticipation(participation, clock, context.secrets),
        profiles=profiles,
        measures=measures,
        feedback=FeedbackReport(feedback_rows, participation),
        series=series,
        joint=joint,
        council=council,
        action_plans=ActionPlans(plan_rows, profiles, council, clock),
        pack_orders=PackOrders(order_rows, council, profiles, clock),
        people=PeopleExport(participation),
        similar=similar,
        own_figures=EnterOwnFigures(own_figures, clock),
        trainings=Trainings(training_rows, participation, clock),
        today=ReportingToday(practice_rows, question_rows, visit_rows, wave_rows, assessments, clock),
        practices=library,
        questions=questions,
        reading_questions=ReadQuestions(
            question_rows, answer_rows, followings, questions, library, rings, municipalities
        ),
        rings=rings,
        visits=visits,
        report_mails=report_mails,
        assessments=assessments,
        waves=BenchmarkWaves(wave_rows, given, assessments, clock),
        freeze_waves=FreezeWaves(wave_rows, given, assessments, similar, clock),
        publish_waves=publishing,
        benchmarks=Benchmarks(wave_rows, given, assessments),
        marks=PracticeMarks(mark_rows, wave_rows, given, publishing, auditor, library, clock),
        recommendations=Recommendations(mark_rows, profiles, assessments, similar, library, wave_rows),
    )

    erase = ErasePeople(erasures, clock)
    jobs = [
        ScheduledJob("erase", erasures.collection, erase.carry_out, context.lease, clock, context.metrics, poll=1),
        ScheduledJob(
            "freeze",
            database[FREEZINGS],
            services.freezing.carry_out,
            context.lease,
            clock,
            context.metrics,
            parallel=2,
            poll=30,
        ),
        ScheduledJob(
            "confirm-practices",
            stored_practices.collection,
            library.ask_for_confirmation,
            context.lease,
            clock,
            context.metrics,
            poll=60,
        ),
        ScheduledJob(
            "report-mails", mail_choices.collection, report_mails.tell, context.lease, clock, context.metrics, poll=60
        ),
        ScheduledJob(
            "council-packs",
            order_rows.collection,
            services.pack_orders.carry_out,
            context.lease,
            clock,
            context.metrics,
            parallel=AT_ONCE,
            poll=1,
        ),
        ScheduledJob(
            "visit-reports",
            visit_rows.collection,
            visits.ask_for_report,
            context.lease,
            clock,
            context.metrics,
            poll=60,
        ),
        ScheduledJob(
            "index-practices",
            stored_practices.collection,
            library.index,
            context.lease,
            clock,
            context.metrics,
            poll=5,
            field="index_at",
        ),
        ScheduledJob(
            "freeze-waves",
            stored_waves.collection,
            services.freeze_waves.when_due,
            context.lease,
            clock,
            context.metrics,
            parallel=1,
            poll=30,
        ),
    ]

    async def prepare() -> None:
        kept = (
            assessments,
            participation,
            measure_rows,
            feedback_rows,
            joint,
            gazetteer,
            practice_rows,
            practice_index,
            wave_rows,
            given,
            mark_rows,
            erasures,
            question_rows,
            answer_rows,
            followings,
            ring_rows,
            visit_rows,
            mail_choices,
            plan_rows,
            order_rows,
            own_figures,
            training_rows,
        )
        await asyncio.gather(*(one.ensure_indexes() for one in kept))
        await IndexByPresentRules(practice_rows, practice_index, clock).begin()
        await participation.begin_freezing(await participation.unfrozen(), clock.now())

    def wake() -> None:
        for job in jobs:
            job.wake()

    pages = Pages("reporting", FOLDER, Path(__file__).parent)
    return ServiceDefinition(
        read_model=READ_MODEL,
        programme=PROGRAMME,
        tenant_registry=tenant_registry,
        words=WORDS,
        routers=[
            export_router("reporting", EXPORTED, Permission("coordinator", allow_suspended=True)),
            feedback_api.router,
            participation_api.router,
            results_api.router,
            council_api.router,
            action_plans_api.router,
            pack_orders_api.router,
            pack_orders_pages.router,
            action_plans_pages.router,
            action_plan_pages.router,
            series_api.router,
            joint_api.router,
            privacy_api.router,
            similar_api.router,
            own_figures_api.router,
            own_figures_pages.router,
            trainings_api.router,
            trainings_pages.router,
            today_api.router,
            today_pages.router,
            practices_api.router,
            waves_api.router,
            recommendations_api.router,
            recommendations_pages.router,
            questions_api.router,
            rings_api.router,
            visits_api.router,
            report_mails_api.router,
            feedback_pages.router,
            participation_pages.router,
            results_pages.router,
            series_pages.router,
            joint_pages.router,
            similar_pages.router,
            practices_pages.router,
            library_pages.router,
            waves_pages.router,
            wave_office_pages.router,
            questions_pages.router,
            rings_pages.router,
            visits_pages.router,
            report_mails_pages.router,
        ],
        handlers=lambda: merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS),
        outboxes=[
            "erasures",
            "practices",
            "waves",
            "marks",
            "questions",
            "answers",
            "followings",
            "rings",
            "visits",
            "report_mails",
            "action_plans",
        ],
        due=jobs,
        offboarding=TenantOffboarding(DepartureReceipted),
        prepare=prepare,
        events=wake,
        state={"services": services, "pages": pages, "forms": Forms(context.secrets, clock)},
        pages=pages,
    )
