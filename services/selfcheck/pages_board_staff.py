"""The workshop's board for staff: live, the reveal, the consensus, the closing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from chassis.audience import Audience, Caller
from chassis.forms import Form
from chassis.pages import language_of, see_other
from chassis.problems import Problem, not_found
from services.selfcheck.board import counted
from services.selfcheck.office_staff import Office, at_office
from services.selfcheck.schemas import NewConsensus

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)

Moderator = Annotated[Caller, Audience("moderator")]
Host = Annotated[Caller, Audience("coordinator", "moderator")]


@router.get("/assessments/{id}/board")
async def board(request: Request, caller: Host, id: str) -> Response:
    return await _board(await at_office(request, caller), id)


@router.get("/assessments/{id}/board/fragments")
async def fragments(request: Request, caller: Host, id: str) -> Response:
    """Server-sent events with the parts of the board that changed."""
    office = await at_office(request, caller)
    await office.parts.one(caller.scope, id)
    code = language_of(request, office.brand)

    async def events() -> AsyncIterator[str]:
        shown: dict[str, str] = {}
        async for state in office.parts.board.follow(caller.scope, id):
            parts = _rendered(office, code, state)
            fresh = "".join(html for part, html in parts.items() if shown.get(part) not in (None, html))
            if fresh:
                lines = "".join(f"data: {line}\n" for line in fresh.splitlines())
                yield f"event: fragment\n{lines}\n"
            shown = parts

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@router.post("/assessments/{id}/reveal")
async def reveal(request: Request, caller: Moderator, id: str) -> Response:
    office = await at_office(request, caller)
    form = await office.received(f"reveal:{id}")
    form.require("sure")
    if form.ok:
        await office.parts.workshop.reveal(caller.scope, id, office.by, office.once(f"reveal {id}", form), office.now)
        return see_other(f"{office.address(id)}/board")
    return await _board(office, id, reveal=form, status=422)


@router.post("/assessments/{id}/closing")
async def close(request: Request, caller: Moderator, id: str) -> Response:
    office = await at_office(request, caller)
    form = await office.received(f"close:{id}")
    form.require("sure")
    if form.ok:
        await office.parts.workshop.close(caller.scope, id, office.by, office.once(f"close {id}", form), office.now)
        return see_other(f"{office.address(id)}/board")
    return await _board(office, id, close=form, status=422)


@router.get("/assessments/{id}/questions/{question}")
async def question_page(request: Request, caller: Host, id: str, question: str) -> Response:
    office = await at_office(request, caller)
    return await _question(office, id, question)


@router.post("/assessments/{id}/questions/{question}")
async def agree(request: Request, caller: Moderator, id: str, question: str) -> Response:
    """Record a consensus, unless somebody else did since the page was opened."""
    office = await at_office(request, caller)
    form = await office.received(f"agree:{id}:{question}")
    form.require("level", "reason")
    if form.ok:
        level, revision = form.value("level"), form.value("revision")
        body = NewConsensus(
            question=question, level=int(level) if level.isdecimal() else None, reason=form.value("reason"),
            revision=int(revision) if revision.isdecimal() else 0,
        )  # fmt: skip
        try:
            await office.parts.workshop.agree(
                caller.scope, id, body, office.by, office.once(f"agree {id} {question}", form), office.now
            )
            return see_other(f"{office.address(id)}/board")
        except Problem as problem:
            form.take(problem)
    return await _question(office, id, question, form, 422)


async def _board(
    office: Office, id: str, reveal: Form | None = None, close: Form | None = None, status: int = 200
) -> Response:
    state = await office.parts.board.show(office.caller.scope, id)
    code = language_of(office.request, office.brand)
    return office.render(
        "staff/board.html", status, board=state, parts=_rendered(office, code, state), here=office.address(id), large="large" in office.request.query_params,
        reveal=reveal or office.form(f"reveal:{id}"), close=close or office.form(f"close:{id}"),
    )  # fmt: skip


async def _question(office: Office, id: str, question: str, form: Form | None = None, status: int = 200) -> Response:
    state = await office.parts.board.show(office.caller.scope, id)
    entry = next((one for one in state["questions"] if one["id"] == question), None)
    if entry is None:
        raise not_found("question")
    agreed = entry["consensus"] or {"revision": 0}
    document = await office.parts.assessments.document(office.caller.scope, id)
    scale = (await office.parts.assessments.questionnaire(document)).scale
    return office.render(
        "staff/board_question.html", status, board=state, entry=entry, here=office.address(id), counted=counted(entry),
        levels=[(scale.min + step, words) for step, words in enumerate(scale.labels)],
        form=form or office.form(f"agree:{id}:{question}", agreed),
    )  # fmt: skip


def _rendered(office: Office, code: str, state: dict[str, Any]) -> dict[str, str]:
    """The live parts by their id, each HTML of one element with that id."""
    known = office.parts.board.rendered(state, code)
    here = office.address(state["id"])
    for number, entry in enumerate(sorted(state["questions"], key=lambda one: str(one["id"]))):
        entry["part"] = f"question-{number}"
        if entry["part"] not in known:
            known[entry["part"]] = office.pages.fragment(
                code,
                "staff/board_entry.html",
                part=entry["part"],
                entry=entry,
                counted=counted(entry),
                here=here,
                board=state,
            )
    if "participation" not in known:
        known["participation"] = office.pages.fragment(code, "staff/board_participation.html", board=state)
    return known
