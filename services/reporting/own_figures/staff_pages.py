"""The page on which coordinators enter public figures of their municipality."""

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
from services.reporting.own_figures.schemas import OwnFiguresBody, OwnFiguresResponse, own_figure
from services.reporting.permissions import Coordinator
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/own-figures", include_in_schema=False)

FIGURES = ("foreigners", "fiscal_strength")
PARTS = ("value", "year", "source")


@router.get("")
async def show_own_figures(request: Request, caller: Coordinator) -> Response:
    entries = await _stored_entries(request, caller)
    return await _page(request, caller, remember(new_form(request, caller, "own-figures", entries), entries))


@router.post("")
async def save_own_figures(request: Request, caller: Coordinator) -> Response:
    """A figure of which nothing was entered is taken away."""
    form = await received(request, caller, "own-figures")
    merge(form, await _stored_entries(request, caller))
    if form.ok:
        with form.refusals():
            body = OwnFiguresBody.typed({name: _entered(form, name) for name in FIGURES})
            figures = get_services(request).own_figures
            await figures.enter(caller.scope, own_figure(body.foreigners), own_figure(body.fiscal_strength))
            return done(request, f"/reporting/{caller.scope.tenant}/similar", SAVED)
    return await _page(request, caller, form, 422)


async def _stored_entries(request: Request, caller: Caller) -> dict[str, Any]:
    """The stored figures as values of the form's fields."""
    figures = OwnFiguresResponse.of(await get_services(request).own_figures.get(caller.scope)).model_dump()
    return {f"{name}.{part}": figures[name][part] for name in FIGURES if figures[name] for part in PARTS}


def _entered(form: Form, name: str) -> dict[str, Any] | None:
    parts = {part: form.value(f"{name}.{part}") for part in PARTS}
    return parts if any(parts.values()) else None


async def _page(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    home = f"/reporting/{caller.scope.tenant}/"
    return render(request, "staff/own_figures.html", status, form=form, home=home)
