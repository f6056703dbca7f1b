"""Pages of trainings: the list, and what a coordinator notes of one."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done
from services.reporting.http import frame, new_form, received, render
from services.reporting.permissions import Coordinator, Staff, sees_registrations
from services.reporting.services import get_services
from services.reporting.trainings.schemas import TrainingBody, TrainingResponse
from services.reporting.trainings.words_staff import EACH_LINE

router = APIRouter(prefix="/reporting/{tenant}/trainings", include_in_schema=False)


@router.get("")
async def show_trainings(request: Request, caller: Staff) -> Response:
    await frame(request, caller)
    trainings = await get_services(request).trainings.list_all(caller.scope, sees_registrations(caller))
    return render(
        request,
        "staff/trainings.html",
        trainings=[TrainingResponse.of(one) for one in trainings],
        home=f"/reporting/{caller.scope.tenant}/",
        writes="coordinator" in caller.roles,
    )


@router.get("/{id}")
async def show_training(request: Request, caller: Coordinator, id: str) -> Response:
    stored = await _stored_entries(request, caller, id)
    return await _page(request, caller, id, remember(new_form(request, caller, f"training:{id}", stored), stored))


@router.post("/{id}")
async def save_training_notes(request: Request, caller: Coordinator, id: str) -> Response:
    form = await received(request, caller, f"training:{id}")
    merge(form, await _stored_entries(request, caller, id))
    if form.ok:
        materials = _lines(form, "materials", ("title", "url"))
        offices = _lines(form, "offices", ("office", "people"))
        if form.ok:
            with form.refusals():
                body = TrainingBody.typed({"materials": materials, "offices": offices})
                await get_services(request).trainings.record(caller.scope, id, *body.parts())
                return done(request, f"/reporting/{caller.scope.tenant}/trainings", SAVED)
    return await _page(request, caller, id, form, 422)


async def _stored_entries(request: Request, caller: Caller, id: str) -> dict[str, str]:
    """The stored notes as values of the form's fields."""
    training = TrainingResponse.of(await get_services(request).trainings.get(caller.scope, id, everything=True))
    return {
        "materials": "\n".join(f"{part.title}: {part.url}" for part in training.materials),
        "offices": "\n".join(f"{part.office}: {part.people}" for part in training.offices),
    }


def _lines(form: Form, name: str, parts: tuple[str, str]) -> list[dict[str, Any]]:
    """Read pairs from a text field: `what: value` in each line."""
    pairs = []
    for line in form.value(name).splitlines():
        label, _, value = line.partition(": ")
        if line.strip() and not value.strip():
            form.error(name, EACH_LINE)
        elif line.strip():
            pairs.append(dict(zip(parts, (label.strip(), value.strip()), strict=True)))
    return pairs


async def _page(request: Request, caller: Caller, id: str, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    training = await get_services(request).trainings.get(caller.scope, id, everything=True)
    home = f"/reporting/{caller.scope.tenant}/"
    return render(request, "staff/training.html", status, form=form, training=TrainingResponse.of(training), home=home)
