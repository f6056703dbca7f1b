"""The page on which coordinators publish versions of the action plan and decide who may read it."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done
from chassis.text.languages import LANGUAGES
from services.reporting.action_plans.plans import edition
from services.reporting.action_plans.schemas import PublicityBody, ShownPlan, ShownVersion, VersionBody
from services.reporting.http import form_key, frame, new_form, received, render
from services.reporting.permissions import Coordinator, Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/assessments/{id}/action-plan", include_in_schema=False)


@router.get("")
async def plan(request: Request, caller: Staff, id: str) -> Response:
    return await _page(request, caller, id, None)


@router.post("")
async def carry_out(request: Request, caller: Coordinator, id: str) -> Response:
    """Publish a version, or what the button of the public page says."""
    plans = get_services(request).action_plans
    form = await received(request, caller, f"action-plan:{id}")
    if form.ok:
        with form.refusals():
            if form.value("button") == "publicity":
                public, indexed = bool(form.value("public")), bool(form.value("indexed"))
                body = PublicityBody(public=public, indexed=indexed)
                await plans.show(caller.scope, id, body.public, body.indexed)
            else:
                entered = {code: form.value(f"foreword.{code}") for code in LANGUAGES}
                written = VersionBody.typed({"foreword": {code: words for code, words in entered.items() if words}})
                key = form_key(request, caller, f"action-plan:{id}", form)
                await plans.publish(caller.scope, id, written.foreword, key)
            return done(request, f"/reporting/{caller.scope.tenant}/assessments/{id}/action-plan", SAVED)
    return await _page(request, caller, id, form, 422)


async def _page(request: Request, caller: Caller, id: str, form: Form | None, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    state = await services.action_plans.state(caller.scope, id)
    facts = await services.municipalities.get(caller.scope.tenant)
    newest = edition(state, None) if state.versions else None
    initial = {f"foreword.{code}": words for code, words in newest.version.foreword.items()} if newest else {}
    initial |= {"public": "yes" if state.public else "", "indexed": "yes" if state.indexed else ""}
    tenant = caller.scope.tenant
    return render(
        request,
        "staff/action_plan.html",
        status,
        form=form or new_form(request, caller, f"action-plan:{id}", initial),
        plan=ShownPlan.of(state, f"/reporting/{tenant}/action-plans/{id}"),
        newest=ShownVersion.of(newest) if newest else None,
        title=(await services.profiles.closed(caller.scope, id)).assessment.title,
        languages=[(code, LANGUAGES[code].endonym) for code in facts["languages"]],
        files=f"/reporting/v1/{tenant}/assessments/{id}/action-plan/versions",
        home=f"/reporting/{tenant}/",
        here=f"/reporting/{tenant}/assessments/{id}",
        writes="coordinator" in caller.roles,
    )
