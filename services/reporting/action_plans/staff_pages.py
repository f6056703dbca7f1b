"""The page on which coordinators publish versions of the action plan and decide who may read it."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done
from chassis.text.languages import LANGUAGES
from services.reporting.action_plans.plans import edition
from services.reporting.action_plans.schemas import (
    ActionPlanResponse,
    DraftFieldResponse,
    FieldBody,
    PlanDraftResponse,
    PlanVersionResponse,
    PublicityBody,
    VersionBody,
)
from services.reporting.costs import cost_entries, entered_cost
from services.reporting.domain.action_plan import PlanState
from services.reporting.http import form_key, frame, new_form, received, render
from services.reporting.permissions import Coordinator, Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/assessments/{id}/action-plan", include_in_schema=False)


@router.get("")
async def show_action_plan(request: Request, caller: Staff, id: str) -> Response:
    return await _page(request, caller, id, None)


@router.post("")
async def change_action_plan(request: Request, caller: Coordinator, id: str) -> Response:
    """Publish a version, or what the button of the public page says."""
    plans = get_services(request).action_plans
    form = await received(request, caller, f"action-plan:{id}")
    publicity = form.value("button") == "publicity"
    state = (await plans.get_draft(caller.scope, id)).state
    merge(form, _shown_to(state) if publicity else _foreword(state))
    if form.ok:
        with form.refusals():
            if publicity:
                public, indexed = bool(form.value("public")), bool(form.value("indexed"))
                body = PublicityBody(public=public, indexed=indexed)
                await plans.set_publicity(caller.scope, id, body.public, body.indexed)
            else:
                entered = {code: form.value(f"foreword.{code}") for code in LANGUAGES}
                written = VersionBody.typed({"foreword": {code: words for code, words in entered.items() if words}})
                key = form_key(request, caller, f"action-plan:{id}", form)
                await plans.publish(caller.scope, id, written.foreword, key)
            return done(request, f"/reporting/{caller.scope.tenant}/assessments/{id}/action-plan", SAVED)
    return await _page(request, caller, id, form, 422)


@router.get("/fields/{field}")
async def show_field_form(request: Request, caller: Coordinator, id: str, field: str) -> Response:
    planned = await _planned_field(request, caller, id, field)
    return await _field_page(
        request, caller, id, planned, new_form(request, caller, _purpose(id, field), _initial_entries(planned))
    )


@router.post("/fields/{field}")
async def save_field(request: Request, caller: Coordinator, id: str, field: str) -> Response:
    """Change the plan; fields left empty are taken out of it."""
    planned = await _planned_field(request, caller, id, field)
    form = await received(request, caller, _purpose(id, field))
    if form.ok:
        with form.refusals():
            body = FieldBody.typed(_entered(form, planned))
            await get_services(request).action_plans.save_field(caller.scope, id, field, body.plan(), body.revision)
            return done(request, f"/reporting/{caller.scope.tenant}/assessments/{id}/action-plan", SAVED)
    return await _field_page(request, caller, id, planned, form, 422)


async def _planned_field(request: Request, caller: Caller, id: str, field: str) -> DraftFieldResponse:
    draft = PlanDraftResponse.of(await get_services(request).action_plans.get_draft(caller.scope, id))
    planned_field = next((one for one in draft.fields if one.id == field), None)
    if planned_field is None:
        raise not_found("field of action")
    return planned_field


def _purpose(id: str, field: str) -> str:
    return f"action-plan:{id}:{field}"


def _initial_entries(planned: DraftFieldResponse) -> dict[str, str]:
    entries = {f"goal.{code}": words for code, words in planned.goal.items()}
    entries |= {f"indicators.{code}": "\n".join(words) for code, words in planned.indicators.items()}
    for measure in planned.measures:
        entries[f"measures.{measure.id}.office"] = measure.office
        entries |= cost_entries(measure.budget, f"measures.{measure.id}.budget")
    return entries | {"revision": str(planned.revision)}


def _entered(form: Form, planned: DraftFieldResponse) -> dict[str, Any]:
    """The entries of the form; languages that the page does not offer stay as they were."""
    stored = {
        "goal": planned.goal,
        "indicators": {code: "\n".join(words) for code, words in planned.indicators.items()},
    }
    texts = {}
    for part, stored_texts in stored.items():
        offered = [code for code in LANGUAGES if f"{part}.{code}" in form.names]
        texts[part] = {**stored_texts, **{code: form.value(f"{part}.{code}") for code in offered}}
    measures = {
        measure.id: {
            "office": form.value(f"measures.{measure.id}.office"),
            "budget": entered_cost(form, f"measures.{measure.id}.budget"),
        }
        for measure in planned.measures
    }
    return {**texts, "measures": measures, "revision": form.value("revision") or None}


async def _field_page(
    request: Request, caller: Caller, id: str, planned: DraftFieldResponse, form: Form, status: int = 200
) -> Response:
    await frame(request, caller)
    facts = await get_services(request).municipalities.get(caller.scope.tenant)
    home = f"/reporting/{caller.scope.tenant}/"
    return render(
        request,
        "staff/action_plan_field.html",
        status,
        form=form,
        planned=planned,
        languages=[(code, LANGUAGES[code].endonym) for code in facts["languages"]],
        home=home,
        here=f"{home}assessments/{id}/action-plan",
        assessment=id,
    )


def _foreword(state: PlanState) -> dict[str, str]:
    """The foreword of the newest version as the form's fields hold it."""
    newest = edition(state, None) if state.versions else None
    return {f"foreword.{code}": words for code, words in newest.version.foreword.items()} if newest else {}


def _shown_to(state: PlanState) -> dict[str, str]:
    """Who may read the plan, as the form's fields hold it."""
    return {"public": "yes" if state.public else "", "indexed": "yes" if state.indexed else ""}


async def _page(request: Request, caller: Caller, id: str, form: Form | None, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    draft = await services.action_plans.get_draft(caller.scope, id)
    state = draft.state
    facts = await services.municipalities.get(caller.scope.tenant)
    newest = edition(state, None) if state.versions else None
    stored = {"publish": _foreword(state), "publicity": _shown_to(state)}
    forms = {
        name: remember(new_form(request, caller, f"action-plan:{id}", entries), entries)
        for name, entries in stored.items()
    }
    if form is not None:
        forms["publicity" if form.value("button") == "publicity" else "publish"] = form
    tenant = caller.scope.tenant
    return render(
        request,
        "staff/action_plan.html",
        status,
        forms=forms,
        plan=ActionPlanResponse.of(state, f"/reporting/{tenant}/action-plans/{id}"),
        newest=PlanVersionResponse.of(newest) if newest else None,
        draft=PlanDraftResponse.of(draft),
        title=draft.council.title,
        languages=[(code, LANGUAGES[code].endonym) for code in facts["languages"]],
        files=f"/reporting/v1/{tenant}/assessments/{id}/action-plan/versions",
        home=f"/reporting/{tenant}/",
        here=f"/reporting/{tenant}/assessments/{id}",
        writes="coordinator" in caller.roles,
    )
