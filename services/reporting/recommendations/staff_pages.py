"""The page of recommendations, and the buttons by which a practice carries a mark."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import done
from services.reporting.http import frame, new_form, received, render
from services.reporting.permissions import Coordinator, Staff
from services.reporting.recommendations.api import recommended
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}", include_in_schema=False)


@router.get("/recommendations")
async def show_recommendations(request: Request, caller: Staff, field: Filter = "") -> Response:
    await frame(request, caller)
    recommendations = await recommended(request, caller, field)
    return render(
        request,
        "staff/recommendations.html",
        recommendations=recommendations,
        home=f"/reporting/{caller.scope.tenant}/",
    )


@router.get("/practices/{id}/marks")
async def show_marks(request: Request, caller: Coordinator, id: str) -> Response:
    return await _marks_page(request, caller, id, new_form(request, caller, f"marks:{id}"), 200)


@router.post("/practices/{id}/marks")
async def change_mark(request: Request, caller: Coordinator, id: str) -> Response:
    """A button gives a mark or takes it back; its value says which, and for which field."""
    form = await received(request, caller, f"marks:{id}")
    services = get_services(request)

    async def act() -> Response:
        wish, _, field = form.value("button").partition(" ")
        if wish == "give":
            await services.marks.mark(caller.scope, id, field)
        else:
            await services.marks.unmark(caller.scope, id, field)
        return done(request, f"/reporting/{caller.scope.tenant}/practices/{id}/marks", SAVED)

    async def show(form: Form, status: int) -> Response:
        return await _marks_page(request, caller, id, form, status)

    return await answer_form(form, act, show)


async def _marks_page(request: Request, caller: Caller, id: str, form: Form, status: int) -> Response:
    await frame(request, caller)
    services = get_services(request)
    practice = await services.practices.describe(await services.practices.get(caller.scope, id), own=True)
    marked_fields = {mark.field for mark in await services.marks.list_of_practice(id)}
    offered = [one.field for one in await services.marks.list_offered(caller.scope, id)]
    return render(
        request,
        "staff/practice_marks.html",
        status,
        practice=practice,
        form=form,
        marked_fields=sorted(marked_fields),
        offered=[field for field in offered if field not in marked_fields],
        titles={one.id: one.title for one in await services.assessments.list_fields_of_action()},
        home=f"/reporting/{caller.scope.tenant}/",
    )
