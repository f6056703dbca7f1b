"""The page on which staff see how far a council pack is."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import done
from chassis.text.translations import mark
from services.reporting.council.sentences import Language
from services.reporting.http import address_of_files, frame, new_form, received, render
from services.reporting.pack_orders.schemas import PackResponse
from services.reporting.permissions import Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/assessments/{id}/packs", include_in_schema=False)

ORDERED = mark("It is made in its turn, and stands here when it is ready.")


@router.get("")
async def show_packs(request: Request, caller: Staff, id: str) -> Response:
    """In both languages of documents: asked for, being made, or ready."""
    return await _packs_page(request, caller, id, new_form(request, caller, f"packs:{id}"))


@router.post("")
async def order_pack(request: Request, caller: Staff, id: str) -> Response:
    """Ask for one; pressed twice, it is asked for once."""
    form = await received(request, caller, f"packs:{id}")
    if form.ok:
        language: Language = "en" if form.value("language") == "en" else "de"
        orders = get_services(request).pack_orders
        await orders.ask(caller.scope, id, language, address_of_files(request, caller, id))
        return done(request, f"/reporting/{caller.scope.tenant}/assessments/{id}/packs", ORDERED)
    return await _packs_page(request, caller, id, form, 422)


async def _packs_page(request: Request, caller: Caller, id: str, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    profile = await services.profiles.get_closed(caller.scope, id)
    orders = await services.pack_orders.list_all(caller.scope, id)
    here = f"/reporting/{caller.scope.tenant}/assessments/{id}"
    return render(
        request,
        "staff/packs.html",
        status,
        form=form,
        title=profile.assessment.title,
        packs=[PackResponse.of(order, await services.pack_orders.count_before(order)) for order in orders],
        files=f"/reporting/v1/{caller.scope.tenant}/assessments/{id}/packs",
        home=f"/reporting/{caller.scope.tenant}/",
        here=here,
    )
