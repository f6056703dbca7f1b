"""Public pages of action plans: what was agreed, and what became of it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request, Response

from chassis.clock import rfc3339
from chassis.http.base_schemas import Number
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.text.languages import EVERYWHERE
from programme.frames import of_tenant
from services.reporting.action_plans.schemas import PlanVersionResponse, head
from services.reporting.domain.action_plan import progress
from services.reporting.http import render
from services.reporting.permissions import Public
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/action-plans", include_in_schema=False)


@router.get("")
async def show_action_plans(request: Request, caller: Public) -> Response:
    """Where residents begin, from the municipality's page."""
    _, suspended = await _frame(request, caller)
    plans = await get_services(request).action_plans.list_public(caller.scope)
    here = f"/reporting/{caller.scope.tenant}/action-plans"
    shown = [{"assessment": one.assessment, "title": one.title, "at": rfc3339(one.at)} for one in plans]
    return render(request, "action_plans.html", plans=shown, here=here, suspended=suspended)


@router.get("/{id}")
async def show_action_plan(request: Request, caller: Public, id: str, version: Number | None = None) -> Response:
    """The newest version, or an older one. Page and fields speak all languages; what the municipality wrote stays in its own."""
    services = get_services(request)
    language, suspended = await _frame(request, caller)
    state, edition = await services.action_plans.get_public(caller.scope, id, version)
    names = {one.title.get("de", ""): one.title for one in await services.assessments.list_fields_of_action()}
    return render(
        request,
        "action_plan.html",
        plan=PlanVersionResponse.of(edition).with_names(names),
        title=edition.version.council.title,
        progress=progress(edition.version.council),
        versions=[head(one) for one in reversed(state.versions)],
        indexed=state.indexed and version is None,
        own=language,
        suspended=suspended,
        here=f"/reporting/{caller.scope.tenant}/action-plans/{id}",
    )


async def _frame(request: Request, caller: Caller) -> tuple[str, bool]:
    """The municipality's frame, in all languages; the language in which it writes, and whether its other pages are closed."""
    facts = await get_services(request).municipalities.get(caller.scope.tenant)
    brand = of_tenant(caller.scope.tenant, facts).without_partial_languages()
    others = tuple(code for code in EVERYWHERE if code not in brand.languages)
    request.state.brand = replace(brand, languages=(*brand.languages, *others))
    return brand.languages[0], facts["status"] == "suspended"
