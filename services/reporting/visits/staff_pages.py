"""Pages of visits among peers."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done
from services.reporting.domain.visit import Accept, Question, Report, Withdraw
from services.reporting.http import form_key, frame, new_form, received, render
from services.reporting.permissions import Coordinator, Staff
from services.reporting.services import get_services
from services.reporting.visits.refusals_staff import PEERS, POINTS
from services.reporting.visits.schemas import NoteBody, ReportBody, VisitBody

router = APIRouter(prefix="/reporting/{tenant}/visits", include_in_schema=False)


@router.get("")
async def show_visits(request: Request, caller: Staff) -> Response:
    await frame(request, caller)
    visits = await get_services(request).visits.list_page(caller.scope)
    writes = "coordinator" in caller.roles
    return render(
        request, "staff/visits.html", visits=visits, moment=datetime.fromisoformat, home=_home(caller), writes=writes
    )


@router.get("/new")
async def show_new_visit_form(
    request: Request, caller: Coordinator, practice: Filter = "", municipality: Filter = ""
) -> Response:
    """For a visit about a practice, its municipality is filled in where it is named."""
    if practice:
        library = get_services(request).practices
        described = await library.describe(await library.get_published(practice, public=False))
        municipality = described["municipality"]["slug"] if described["municipality"] else municipality
    initial = {"practice": practice, "municipalities": municipality, "kind": "ask", "mode": "onsite"}
    return await _new_visit_page(request, caller, new_form(request, caller, "visit:new", initial))


@router.post("/new")
async def propose_visit(request: Request, caller: Coordinator) -> Response:
    form = await received(request, caller, "visit:new")
    starts_at, ends_at = form.local_time("starts_at"), form.local_time("ends_at")
    form.require("kind", "title", "municipalities", "starts_at", "ends_at", "mode")
    if form.ok:
        with form.refusals(texts={"municipalities": PEERS, "agenda": POINTS}):
            entered = {
                "kind": form.value("kind"),
                "title": form.value("title"),
                "municipalities": form.chosen("municipalities"),
                "starts_at": starts_at,
                "ends_at": ends_at,
                "mode": form.value("mode"),
                "agenda": [line.strip() for line in form.value("agenda").splitlines() if line.strip()],
                "questions": [form.value("questions")] if form.value("questions") else [],
                "practice": form.value("practice") or None,
            }
            key = form_key(request, caller, "visits", form)
            visit, _ = await get_services(request).visits.propose(caller.scope, VisitBody.typed(entered), key)
            return done(request, f"{_home(caller)}visits/{visit['id']}", SAVED)
    return await _new_visit_page(request, caller, form, 422)


@router.get("/{id}")
async def show_visit(request: Request, caller: Staff, id: str) -> Response:
    return await _visit_page(request, caller, id, new_form(request, caller, f"visit:{id}"))


@router.post("/{id}")
async def change_visit(request: Request, caller: Coordinator, id: str) -> Response:
    """What a button says: accept, decline, ask, report."""
    visits = get_services(request).visits
    form = await received(request, caller, f"visit:{id}")
    if form.ok:
        with form.refusals({"/text": "question"}):
            match form.value("button"):
                case "accept":
                    await visits.carry_out(caller.scope, id, Accept())
                case "withdraw":
                    await visits.carry_out(caller.scope, id, Withdraw())
                case "question":
                    note = NoteBody.typed({"text": form.value("question")})
                    await visits.carry_out(caller.scope, id, Question(note.text))
                case "report":
                    body = ReportBody.typed({"report": form.value("report")})
                    await visits.carry_out(caller.scope, id, Report(body.report))
            return done(request, f"{_home(caller)}visits/{id}", SAVED)
    return await _visit_page(request, caller, id, form, 422)


async def _new_visit_page(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    others = await get_services(request).municipalities.list_all_but(caller.scope.tenant)
    return render(request, "staff/visit_new.html", status, form=form, others=others, home=_home(caller))


async def _visit_page(request: Request, caller: Caller, id: str, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    visit = await get_services(request).visits.get(caller.scope, id)
    writes = "coordinator" in caller.roles
    context = {"visit": visit, "moment": datetime.fromisoformat, "home": _home(caller), "writes": writes}
    return render(request, "staff/visit.html", status, form=form, **context)


def _home(caller: Caller) -> str:
    return f"/reporting/{caller.scope.tenant}/"
