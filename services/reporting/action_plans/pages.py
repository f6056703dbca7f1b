"""The public page of an action plan: what was agreed, and what became of it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request, Response

from chassis.http.base_schemas import Number
from chassis.http.routing import APIRouter
from chassis.text.languages import EVERYWHERE
from programme.frames import of_tenant
from services.reporting.action_plans.schemas import ShownVersion, head
from services.reporting.domain.action_plan import progress
from services.reporting.http import render
from services.reporting.permissions import Public
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/action-plans", include_in_schema=False)


@router.get("/{id}")
async def one(request: Request, caller: Public, id: str, version: Number | None = None) -> Response:
    """The newest version, or an older one. The page speaks all languages; what the municipality wrote stays in its own."""
    services = get_services(request)
    facts = await services.municipalities.get(caller.scope.tenant)
    brand = of_tenant(caller.scope.tenant, facts).without_partial_languages()
    others = tuple(code for code in EVERYWHERE if code not in brand.languages)
    request.state.brand = replace(brand, languages=(*brand.languages, *others))
    state, found = await services.action_plans.public(caller.scope, id, version)
    return render(
        request,
        "action_plan.html",
        plan=ShownVersion.of(found),
        title=found.version.council.title,
        progress=progress(found.version.council),
        versions=[head(one) for one in reversed(state.versions)],
        indexed=state.indexed and version is None,
        own=brand.languages[0],
        here=f"/reporting/{caller.scope.tenant}/action-plans/{id}",
    )
