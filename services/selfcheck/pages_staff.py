"""Pages for staff: assessments, invitations, and the workshop's board, live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from chassis.audience import ANY_STAFF, Audience, Caller
from chassis.brand import of_tenant
from chassis.forms import Form, Forms
from chassis.idempotency import Request as Repeatable
from chassis.languages import LANGUAGES
from chassis.pages import Pages, language_of, see_other
from chassis.problems import Problem, not_found
from chassis.translations import mark
from services.selfcheck.board import counted
from services.selfcheck.parts import Selfcheck
from services.selfcheck.schemas import Contact, NewAssessment, NewConsensus, NewInvitation

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)

Staff = Annotated[Caller, Audience(*ANY_STAFF)]
Coordinator = Annotated[Caller, Audience("coordinator")]
Moderator = Annotated[Caller, Audience("moderator")]
Host = Annotated[Caller, Audience("coordinator", "moderator")]

PERSPECTIVES = {
    "administration": mark("Administration"),
    "politics": mark("Politics"),
    "civil_society": mark("Civil society"),
    "economy": mark("Economy"),
}
"""Offered by the page; the API takes any."""
ENTRY_WRONG = mark("Please check this entry.")


class Office:
    """What one request to these pages works with."""

    def __init__(self, request: Request, caller: Caller, brand: Any) -> None:
        state = request.app.state
        self.request = request
        self.caller = caller
        self.brand = brand
        self.parts: Selfcheck = state.selfcheck
        self.pages: Pages = state.pages
        self.forms: Forms = state.forms
        self.home = f"/selfcheck/{caller.scope.tenant}/"

    @property
    def now(self) -> Any:
        return self.parts.clock.now()

    @property
    def by(self) -> str:
        return self.caller.identity.subject if self.caller.identity else "-"

    def address(self, id: str) -> str:
        return f"{self.home}assessments/{id}"

    def form(self, purpose: str, initial: dict[str, Any] | None = None) -> Form:
        return self.forms.new(self.request, purpose, initial, holder=self.by)

    async def received(self, purpose: str) -> Form:
        return await self.forms.received(self.request, purpose, holder=self.by, min_age=False)

    def once(self, what: str, form: Form) -> Repeatable:
        """Sending the same form twice has one effect."""
        return Repeatable.of(self.parts.secrets, f"{what} {self.caller.scope.tenant}", form.value("form_token"), None)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        return self.pages.render(
            self.request, template, brand=self.brand, status=status, home=self.home, roles=self.caller.roles, **context
        )


async def _office(request: Request, caller: Caller) -> Office:
    facts = await request.app.state.directory.tenant(caller.scope.tenant)
    if facts is None:
        raise not_found("municipality")
    request.state.brand = of_tenant(caller.scope.tenant, facts).for_staff()
    return Office(request, caller, request.state.brand)


@router.get("/")
async def assessments(request: Request, caller: Staff) -> Response:
    office = await _office(request, caller)
    return await _list(
        office, office.form("open", {"minimum_group": 3, "perspectives": ["administration", "civil_society"]})
    )


@router.post("/")
async def open_assessment(request: Request, caller: Coordinator) -> Response:
    office = await _office(request, caller)
    form = await office.received("open")
    form.require("title", "perspectives", "minimum_group", "questionnaire")
    if form.ok:
        id, _, version = form.value("questionnaire").rpartition(":")
        texts = {code: office.pages.catalogue(code) for code in office.brand.languages}
        try:
            body = NewAssessment.model_validate(
                {
                    "questionnaire": {"id": id, "version": version},
                    "title": {office.brand.languages[0]: form.value("title")},
                    "perspectives": [
                        {"id": one, "title": {code: words.gettext(PERSPECTIVES[one]) for code, words in texts.items()}}
                        for one in form.chosen("perspectives") if one in PERSPECTIVES
                    ],
                    "minimum_group": int(form.value("minimum_group")) if form.value("minimum_group").isdecimal() else 0,
                }
            )  # fmt: skip
            made, _ = await office.parts.assessments.open(caller.scope, body, office.once("open", form), office.now)
            return see_other(office.address(made["id"]))
        except ValidationError as error:
            _take(form, error)
        except Problem as problem:
            form.take(problem)
    return await _list(office, form, 422)


@router.get("/assessments/{id}")
async def assessment(request: Request, caller: Host, id: str) -> Response:
    office = await _office(request, caller)
    return await _one(office, id, office.form(f"invite:{id}"))


@router.post("/assessments/{id}")
async def invite(request: Request, caller: Coordinator, id: str) -> Response:
    """An invitation; without an address the page shows its link, this once."""
    office = await _office(request, caller)
    form = await office.received(f"invite:{id}")
    form.require("perspective")
    if form.ok:
        try:
            email = form.value("email")
            contact = (
                Contact(name=form.value("name") or None, email=email, language=form.value("language") or "de")
                if email
                else None
            )
            body = NewInvitation(
                perspective=form.value("perspective"), label=form.value("label"), contact=contact, fields=None
            )
            made, _ = await office.parts.invitations.invite(
                caller.scope, id, body, office.once(f"invite {id}", form), office.now
            )
            return await _one(office, id, office.form(f"invite:{id}"), made=made)
        except ValidationError as error:
            _take(form, error)
        except Problem as problem:
            form.take(problem)
    return await _one(office, id, form, 422)


@router.get("/assessments/{id}/board")
async def board(request: Request, caller: Host, id: str) -> Response:
    return await _board(await _office(request, caller), id)


@router.get("/assessments/{id}/board/fragments")
async def fragments(request: Request, caller: Host, id: str) -> Response:
    """Server-sent events with the parts of the board that changed."""
    office = await _office(request, caller)
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
    office = await _office(request, caller)
    form = await office.received(f"reveal:{id}")
    form.require("sure")
    if form.ok:
        await office.parts.workshop.reveal(caller.scope, id, office.by, office.once(f"reveal {id}", form), office.now)
        return see_other(f"{office.address(id)}/board")
    return await _board(office, id, reveal=form, status=422)


@router.post("/assessments/{id}/closing")
async def close(request: Request, caller: Moderator, id: str) -> Response:
    office = await _office(request, caller)
    form = await office.received(f"close:{id}")
    form.require("sure")
    if form.ok:
        await office.parts.workshop.close(caller.scope, id, office.by, office.once(f"close {id}", form), office.now)
        return see_other(f"{office.address(id)}/board")
    return await _board(office, id, close=form, status=422)


@router.get("/assessments/{id}/questions/{question}")
async def question_page(request: Request, caller: Host, id: str, question: str) -> Response:
    office = await _office(request, caller)
    return await _question(office, id, question)


@router.post("/assessments/{id}/questions/{question}")
async def agree(request: Request, caller: Moderator, id: str, question: str) -> Response:
    """Record a consensus, unless somebody else did since the page was opened."""
    office = await _office(request, caller)
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


async def _list(office: Office, form: Form, status: int = 200) -> Response:
    items = await office.parts.assessments.listed(office.caller.scope, 500, None)
    versions = await office.parts.questionnaires.listed()
    return office.render(
        "staff/assessments.html", status, form=form, items=list(reversed(items)), perspectives=PERSPECTIVES,
        questionnaires=[(f"{one['id']}:{one['version']}", one["title"], one["version"]) for one in versions],
    )  # fmt: skip


async def _one(office: Office, id: str, form: Form, status: int = 200, made: dict[str, Any] | None = None) -> Response:
    scope = office.caller.scope
    invitations = await office.parts.invited(scope, id)
    return office.render(
        "staff/assessment.html", status, assessment=await office.parts.one(scope, id), invitations=invitations["items"], form=form,
        made=made, here=office.address(id), languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
    )  # fmt: skip


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


def _take(form: Form, error: ValidationError) -> None:
    for item in error.errors():
        name = str(item["loc"][-1]) if item["loc"] else ""
        form.error(name if form.chosen(name) else "", ENTRY_WRONG)
