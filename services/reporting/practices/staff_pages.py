"""Pages of the practice library: search, read, write with help, and the office's review."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done, language_of
from chassis.storage.pagination import Cursor
from services.reporting.domain.practice import (
    TEXTS,
    Command,
    Confirm,
    Publish,
    Retire,
    Return,
    Submit,
    Write,
    readability,
)
from services.reporting.domain.rounding import half_up
from services.reporting.http import form_key, frame, new_form, received, render
from services.reporting.permissions import Coordinator, ProgrammeOffice, Staff
from services.reporting.practices import practice_form
from services.reporting.practices.library_search import LibrarySearch, endonyms
from services.reporting.practices.schemas import ReturnNote
from services.reporting.results.documents import as_json
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting", include_in_schema=False)

PAGE = 30
HARD = 55.0
"""From this readability index on a text is hard to read."""
EMPTY_ROWS = 2
"""For documents, below those that are there; saving gives new ones."""
BUTTONS: dict[str, Command] = {"submit": Submit(), "confirm": Confirm(), "retire": Retire()}


@router.get("/practices")
async def show_submitted_practices(request: Request, caller: ProgrammeOffice) -> Response:
    """What waits for the programme office."""
    library = get_services(request).practices
    return render(
        request,
        "staff/practices_office.html",
        submitted=[await library.describe(one, own=True) for one in await library.list_submitted()],
    )


@router.get("/practices/{id}")
async def show_review(request: Request, caller: ProgrammeOffice, id: str) -> Response:
    return await _review_page(request, caller, id, new_form(request, caller, f"practice-review:{id}"))


@router.post("/practices/{id}")
async def review_practice(request: Request, caller: ProgrammeOffice, id: str) -> Response:
    """Publish it, or ask for changes with a note."""
    library = get_services(request).practices
    form = await received(request, caller, f"practice-review:{id}")
    if form.ok:
        with form.refusals():
            scope, _ = await library.get_with_scope(id)
            publishes = form.value("decision") == "publish"
            command = Publish() if publishes else Return(ReturnNote.typed({"note": form.value("note")}).note)
            await library.carry_out(scope, id, command)
            return done(request, "/reporting/practices", SAVED)
    return await _review_page(request, caller, id, form, 422)


@router.get("/{tenant}/practices")
async def search_practices(
    request: Request,
    caller: Staff,
    q: Filter = "",
    field: Filter = "",
    size: Filter = "",
    cost: Filter = "",
    language: Filter = "",
    cursor: Cursor = None,
) -> Response:
    """The library, and the municipality's own practices beside it."""
    await frame(request, caller)
    services = get_services(request)
    search = LibrarySearch(q, field, size, cost, language)
    reader = language_of(request, request.state.brand)
    practices, next_cursor = await services.practices.find(q, reader, search.filters(), PAGE, cursor or "")
    return render(
        request,
        "staff/practices.html",
        practices=[await services.practices.describe(one, matched=matched) for one, matched in practices],
        own=[
            await services.practices.describe(one, own=True) for one in await services.practices.list_all(caller.scope)
        ],
        fields=as_json(await services.assessments.list_fields_of_action()),
        endonyms=endonyms(),
        search=search,
        next_page=search.onward(next_cursor),
        home=f"/reporting/{caller.scope.tenant}/",
        writes="coordinator" in caller.roles,
    )


@router.get("/{tenant}/practices/new")
async def show_new_practice_form(request: Request, caller: Coordinator) -> Response:
    form = new_form(request, caller, "practice:new")
    return await _editor_page(request, caller, form, None)


@router.post("/{tenant}/practices/new")
async def create_practice(request: Request, caller: Coordinator) -> Response:
    form = await received(request, caller, "practice:new")
    if form.ok:
        with form.refusals(practice_form.places(form)):
            key = form_key(request, caller, "practice", form)
            practice, _ = await get_services(request).practices.create(
                caller.scope, practice_form.entered(form, None).content(), key
            )
            return done(request, f"/reporting/{caller.scope.tenant}/practices/{practice.id}/edit", SAVED)
    return await _editor_page(request, caller, form, None, 422)


@router.get("/{tenant}/practices/{id}")
async def show_practice(request: Request, caller: Staff, id: str) -> Response:
    """A practice of the library as readers see it."""
    await frame(request, caller)
    services = get_services(request)
    practice = await services.practices.describe(await services.practices.get_published(id, public=False))
    marked = [mark.field for mark in await services.marks.list_of_practice(id)]
    home = f"/reporting/{caller.scope.tenant}/"
    writes = "coordinator" in caller.roles
    return await _reading_page(request, "staff/practice.html", practice, home=home, marked=marked, writes=writes)


@router.get("/{tenant}/practices/{id}/edit")
async def show_practice_form(request: Request, caller: Coordinator, id: str) -> Response:
    return await _editor_page(request, caller, await _stored_form(request, caller, id), id)


@router.post("/{tenant}/practices/{id}/edit")
async def save_practice(request: Request, caller: Coordinator, id: str) -> Response:
    """Save the draft, or what a button says: submit, confirm, retire."""
    library = get_services(request).practices
    form = await received(request, caller, f"practice:{id}")
    button = BUTTONS.get(form.value("button"))
    if form.ok and button is not None:
        form = await _stored_form(request, caller, id)
        with form.refusals():
            await library.carry_out(caller.scope, id, button)
            return done(request, f"/reporting/{caller.scope.tenant}/practices/{id}/edit", SAVED)
    elif form.ok:
        with form.refusals(practice_form.places(form)):
            before = await library.get(caller.scope, id)
            written = practice_form.entered(form, before.state.draft or before.state.published)
            await library.carry_out(caller.scope, id, Write(written.content()), revision=written.revision)
            return done(request, f"/reporting/{caller.scope.tenant}/practices/{id}/edit", SAVED)
    return await _editor_page(request, caller, form, id, 422)


async def _review_page(request: Request, caller: Caller, id: str, form: Form, status: int = 200) -> Response:
    library = get_services(request).practices
    practice = await library.describe(await library.get_in_any_tenant(id), own=True)
    return await _reading_page(request, "staff/practice_review.html", practice, status, form=form)


async def _reading_page(
    request: Request, template: str, practice: dict[str, Any], status: int = 200, **context: Any
) -> Response:
    titles = {one.id: one.title for one in await get_services(request).assessments.list_fields_of_action()}
    return render(request, template, status, practice=practice, titles=titles, endonyms=endonyms(), **context)


async def _stored_form(request: Request, caller: Caller, id: str) -> Form:
    """The form as the practice stands."""
    practice = await get_services(request).practices.get(caller.scope, id)
    content = practice.state.draft or practice.state.published
    assert content is not None
    initial = {**practice_form.initial_entries(content), "revision": practice.revision}
    return new_form(request, caller, f"practice:{id}", initial)


async def _editor_page(request: Request, caller: Caller, form: Form, id: str | None, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    practice = None
    if id is not None:
        practice = await services.practices.describe(await services.practices.get(caller.scope, id), own=True)
    prose = " ".join(form.value(part) for part in TEXTS if part != "title")
    difficulty = readability(prose)
    return render(
        request,
        "staff/practice_edit.html",
        status,
        form=form,
        buttons=new_form(request, caller, f"practice:{id}"),
        practice=practice,
        fields=as_json(await services.assessments.list_fields_of_action()),
        endonyms=endonyms(),
        rows=range(min(practice_form.MOST_DOCUMENTS, (practice_form.rows(form) or [-1])[-1] + 1 + EMPTY_ROWS)),
        index=int(half_up(difficulty)),
        hard=difficulty >= HARD,
        here=f"/reporting/{caller.scope.tenant}/practices",
        home=f"/reporting/{caller.scope.tenant}/",
    )
