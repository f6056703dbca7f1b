"""The workshop's board for staff: live, the reveal, the consensus, the closing."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.event_stream import EventStream
from chassis.http.problems import Problem, not_found
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import language_of
from chassis.text.translations import mark
from services.selfcheck.http import LastEvent, Since
from services.selfcheck.permissions import Host, Moderator
from services.selfcheck.schemas import NewConsensus, level_of
from services.selfcheck.staff_page import StaffPage, staff_page
from services.selfcheck.workshop.board import entries_of
from services.selfcheck.workshop.board_html import BoardHtml, counted

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)


@router.get("/assessments/{id}/board")
async def show_board(request: Request, caller: Host, id: str) -> Response:
    return await _board(await staff_page(request, caller), id)


@router.get("/assessments/{id}/board/fragments")
async def stream_fragments(
    request: Request, caller: Host, id: str, since: Since = None, last_event: LastEvent = None
) -> Response:
    """Stream, as server-sent events, the parts of the board that changed `since` the page was made, or since the last event."""
    page = await staff_page(request, caller)
    view = _html(request).staff(language_of(request, page.brand), page.address(id))
    return EventStream(await page.services.board.follow(caller.scope, id, view, last_event or since))


@router.post("/assessments/{id}/reveal")
async def reveal_answers(request: Request, caller: Moderator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"reveal:{id}")
    form.require("sure")

    async def act() -> Response:
        await page.services.workshop.reveal(
            caller.scope, id, page.actor, page.idempotency_key(f"reveal {id}", form), page.now
        )
        return page.done(f"{page.address(id)}/board", mark("The answers are revealed."))

    return await answer_form(form, act, lambda form, status: _board(page, id, reveal=form, status=status))


@router.post("/assessments/{id}/closing")
async def close_assessment(request: Request, caller: Moderator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"close:{id}")
    form.require("sure")

    async def act() -> Response:
        await page.services.workshop.close(
            caller.scope, id, page.actor, page.idempotency_key(f"close {id}", form), page.now
        )
        return page.done(f"{page.address(id)}/board", mark("The self-check is closed."))

    return await answer_form(form, act, lambda form, status: _board(page, id, close=form, status=status))


@router.get("/assessments/{id}/questions/{question}")
async def show_question(request: Request, caller: Host, id: str, question: str) -> Response:
    page = await staff_page(request, caller)
    return await _question(page, id, question)


@router.post("/assessments/{id}/questions/{question}")
async def agree_on_answer(request: Request, caller: Moderator, id: str, question: str) -> Response:
    """Record a consensus. If somebody else did since the page was opened, the page shows theirs and keeps this one's text."""
    page = await staff_page(request, caller)
    form = await page.received(f"agree:{id}:{question}")
    form.require("level", "reason")

    async def act() -> Response:
        entered = {
            "question": question,
            "level": level_of(form.value("level")),
            "reason": form.value("reason"),
            "revision": form.value("revision") or 0,
        }
        idempotency_key = page.idempotency_key(f"agree {id} {question}", form)
        try:
            body = NewConsensus.typed(entered)
            await page.services.workshop.agree(caller.scope, id, body, page.actor, idempotency_key, page.now)
        except Problem as problem:
            if problem.code != "consensus-changed-meanwhile":
                raise
            return await _question(page, id, question, form, 409)
        return page.done(f"{page.address(id)}/board", SAVED)

    return await answer_form(form, act, lambda form, status: _question(page, id, question, form, status))


def _html(request: Request) -> BoardHtml:
    html: BoardHtml = request.app.state.board_html
    return html


async def _board(
    page: StaffPage, id: str, reveal: Form | None = None, close: Form | None = None, status: int = 200
) -> Response:
    state = await page.services.board.show(page.scope, id)
    code = language_of(page.request, page.brand)
    parts = _html(page.request).staff_parts(code, page.address(id), state)
    frame = parts.pop("frame")
    for part in [name for name in parts if name not in ("participation", "agenda")]:
        frame = frame.replace(f'<article class="card" id="{part}"></article>', parts.pop(part))
    return page.render(
        "staff/board.html",
        status,
        board=state,
        live_parts=parts["participation"] + parts["agenda"] + frame,
        here=page.address(id),
        large="large" in page.request.query_params,
        reveal=reveal or page.form(f"reveal:{id}"),
        close=close or page.form(f"close:{id}"),
    )


async def _question(page: StaffPage, id: str, question: str, form: Form | None = None, status: int = 200) -> Response:
    state = await page.services.board.show(page.scope, id)
    entry = entries_of(state).get(question)
    if entry is None:
        raise not_found("question")
    agreed: dict[str, Any] = dict(entry["consensus"] or {})
    if agreed and agreed["level"] is None:
        agreed["level"] = "no_consensus"
    assessment = await page.services.assessments.get(page.scope, id)
    scale = (await page.services.assessments.questionnaire(assessment)).scale
    return page.render(
        "staff/board_question.html",
        status,
        board=state,
        entry=entry,
        here=page.address(id),
        counted=counted(entry),
        levels=[(scale.min + step, words) for step, words in enumerate(scale.labels)],
        form=form or page.form(f"agree:{id}:{question}", agreed),
        overtaken=status == 409,
    )
