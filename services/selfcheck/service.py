"""Composition root of selfcheck."""

from __future__ import annotations

from pathlib import Path

from chassis.aggregates import Aggregates
from chassis.due import DueWork
from chassis.forms import Forms
from chassis.pages import Pages
from chassis.service import Context, Parts
from services.selfcheck import (
    api_answers,
    api_assessments,
    api_measures,
    api_questionnaires,
    api_room,
    api_score,
    api_workshop,
    pages_answers,
    pages_board_staff,
    pages_measures_staff,
    pages_questionnaire_looks_staff,
    pages_questionnaires_staff,
    pages_result_staff,
    pages_room,
    pages_room_staff,
    pages_staff,
)
from services.selfcheck.answering import Answering
from services.selfcheck.assessments import Assessments
from services.selfcheck.board import Board
from services.selfcheck.board_html import BoardHtml
from services.selfcheck.drafts import Drafts
from services.selfcheck.erasure import Erasure
from services.selfcheck.invitations import Invitations
from services.selfcheck.measures import Measures
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.parts import Selfcheck
from services.selfcheck.room import Room
from services.selfcheck.sheets import Sheets
from services.selfcheck.store import Questionnaires
from services.selfcheck.subscriptions import HANDLERS
from services.selfcheck.workshop import Workshop


def compose(context: Context) -> Parts:
    """Put the service together."""

    def aggregates(name: str) -> Aggregates:
        return Aggregates(context.database, name, lambda: context.wake_relay())

    questionnaires = Questionnaires(aggregates("questionnaires"), context.secrets)
    drafts = Drafts(aggregates("questionnaire_drafts"), questionnaires, context.secrets)
    assessments = Assessments(aggregates("assessments"), questionnaires)
    sheets = Sheets(aggregates("sheets"), context.secrets)
    invitations = Invitations(assessments, sheets, context.settings.public_url)
    metrics = SelfcheckMetrics(context.metrics)
    answering = Answering(sheets, assessments, questionnaires, invitations, context.secrets, metrics)
    workshop = Workshop(assessments, sheets)
    board = Board(workshop, context.database)
    room = Room(assessments, context.secrets, context.settings.public_url)
    measures = Measures(aggregates("measures"), assessments, context.clock)
    parts = Selfcheck(
        questionnaires,
        assessments,
        sheets,
        invitations,
        answering,
        workshop,
        board,
        room,
        measures,
        metrics,
        context.clock,
        context.secrets,
    )
    pages = Pages("selfcheck", Path(__file__).parent)
    erasures = aggregates("erasures")
    erasure = Erasure(sheets, erasures, context.clock)
    due = DueWork(
        "erase", erasures.collection, erasure.carry_out, context.lease, context.clock, context.metrics, poll=1
    )

    remind = DueWork(
        "measures", measures.all.collection, measures.remind, context.lease, context.clock, context.metrics, poll=5
    )

    async def prepare() -> None:
        await assessments.ensure_indexes()
        await measures.ensure_indexes()
        await sheets.ensure_indexes()
        await erasures.ensure_indexes()
        await drafts.ensure_indexes()
        await questionnaires.prepare(context.clock.now())

    return Parts(
        routers=[
            api_score.router,
            api_questionnaires.router,
            api_answers.router,
            api_assessments.router,
            api_measures.router,
            api_room.router,
            api_workshop.router,
            pages_questionnaires_staff.router,
            pages_questionnaire_looks_staff.router,
            pages_answers.router,
            pages_room.router,
            pages_board_staff.router,
            pages_measures_staff.router,
            pages_result_staff.router,
            pages_room_staff.router,
            pages_staff.router,
        ],
        handlers=HANDLERS,
        outboxes=["questionnaires", "assessments", "sheets", "measures", "erasures"],
        due=[due, remind],
        prepare=prepare,
        state={
            "selfcheck": parts,
            "questionnaires": questionnaires,
            "drafts": drafts,
            "pages": pages,
            "board_html": BoardHtml(pages),
            "forms": Forms(context.secrets, context.clock),
        },
        pages=pages,
        events=due.wake,
    )
