"""Pages of data protection for the coordinator: what is left of people in a gathering, erasing somebody, certificates."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request, Response
from pydantic import ValidationError

from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.pages import see_other
from chassis.text.translations import mark
from services.registration.erasures.pages import as_pdf, certificate_context
from services.registration.erasures.schemas import ErasureRequest
from services.registration.page_context import page_context
from services.registration.permissions import Coordinator, CoordinatorAlways

router = APIRouter(prefix="/registration/{tenant}/desk/{id}/privacy", include_in_schema=False)

NOT_ERASED = mark("Nobody was erased. Please tick the box first that you are sure.")


@router.get("")
async def show_remaining_data(request: Request, caller: Coordinator, id: str) -> Response:
    """How many registrations still hold which personal field, when they go, and what went already."""
    page = await page_context(request, caller, staff=True)
    remaining = await page.services.remaining.of_gathering(page.scope, id)
    runs = [{**run, "at": datetime.fromisoformat(run["asked_at"])} for run in remaining["runs"]]
    return page.render(
        "staff/remaining.html",
        remaining=remaining,
        runs=runs,
        everybody_from=datetime.fromisoformat(remaining["everybody_from"]),
        here=f"{page.home}desk/{id}/privacy",
        desk=f"{page.home}desk/{id}",
    )


@router.post("/erasures/{person}")
async def erase_person(request: Request, caller: CoordinatorAlways, id: str, person: str) -> Response:
    """Somebody asked for it, by telephone or by letter."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    if not form.ok or not form.value("forget"):
        return page.done(f"{page.home}desk/{id}/registrations/{person}", NOT_ERASED)
    try:
        erasure_request = ErasureRequest.typed({"person_id": person})
    except ValidationError:
        raise not_found("person") from None
    certificate, _ = await page.services.erasures.request(caller, erasure_request)
    return see_other(f"{page.home}desk/{id}/privacy/erasures/{certificate['id']}")


@router.get("/erasures/{erasure}")
async def show_erasure(request: Request, caller: Coordinator, id: str, erasure: str) -> Response:
    page = await page_context(request, caller, staff=True)
    certificate = await page.services.erasures.certificate(caller, erasure)
    return page.render(
        "erased.html", **certificate_context(certificate), here=f"{page.home}desk/{id}/privacy/erasures/{erasure}"
    )


@router.get("/erasures/{erasure}/certificate.pdf")
async def get_certificate_pdf(request: Request, caller: Coordinator, id: str, erasure: str) -> Response:
    return await as_pdf(await page_context(request, caller, staff=True), erasure)
