"""HTTP of action plans: publishing versions, reading them, and the public page."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Number
from chassis.http.routing import APIRouter
from services.reporting.action_plans.schemas import (
    ActionPlanResponse,
    FieldBody,
    PlanDraftResponse,
    PlanVersionResponse,
    PublicityBody,
    VersionBody,
)
from services.reporting.domain.action_plan import PlanState
from services.reporting.http import Wanted, file, read_idempotency_key
from services.reporting.permissions import Coordinator, Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}/assessments/{id}/action-plan", tags=["action plan"])


@router.get(
    "", response_model=ActionPlanResponse, summary="The action plan's versions, and whether everybody may read it"
)
async def get_action_plan(request: Request, caller: Staff, id: str) -> ActionPlanResponse:
    """The newest version first. 409 until the self-check is closed."""
    return _plan_response(
        request, caller.scope.tenant, id, await get_services(request).action_plans.get_state(caller.scope, id)
    )


@router.get("/draft", response_model=PlanDraftResponse, summary="The action plan as it is being written")
async def get_draft(request: Request, caller: Staff, id: str) -> PlanDraftResponse:
    """What the next version would hold, with the figures and measures of today. 409 until the self-check is closed."""
    return PlanDraftResponse.of(await get_services(request).action_plans.get_draft(caller.scope, id))


@router.put("/draft/fields/{field}", response_model=PlanDraftResponse, summary="Write a field of the action plan")
async def replace_field(
    request: Request, caller: Coordinator, id: str, field: str, body: FieldBody
) -> PlanDraftResponse:
    """Goal and indicators of the field, office and budget of each of its measures; what is left out is taken away. 409 where somebody
    else changed the field since `revision`."""
    plans = get_services(request).action_plans
    return PlanDraftResponse.of(await plans.save_field(caller.scope, id, field, body.plan(), body.revision))


@router.post(
    "/versions", response_model=PlanVersionResponse, status_code=201, summary="Publish a version of the action plan"
)
async def publish_version(
    request: Request, caller: Coordinator, id: str, body: VersionBody, key: Key = None
) -> Response:
    """It holds the measures and figures of today and never changes. 409 where there are very many versions already."""
    edition, replayed = await get_services(request).action_plans.publish(
        caller.scope, id, body.foreword, read_idempotency_key(request, key, body)
    )
    return json_response(PlanVersionResponse.of(edition).model_dump(mode="json"), 201, replayed)


@router.get(
    "/versions/{number}", response_model=PlanVersionResponse, summary="A version, and what changed since the one before"
)
async def get_version(request: Request, caller: Staff, id: str, number: Number) -> PlanVersionResponse:
    return PlanVersionResponse.of(await get_services(request).action_plans.get_edition(caller.scope, id, number))


@router.get(
    "/versions/{number}/action-plan.pdf",
    summary="A version as PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
async def get_version_pdf(
    request: Request, caller: Staff, id: str, number: Number, language: Wanted = None
) -> Response:
    """In the municipality's language unless `language` says another."""
    services = get_services(request)
    chosen = language or await services.municipalities.language_of_documents(caller.scope.tenant)
    content = await services.action_plans.make_pdf(caller.scope, id, number, chosen)
    return file(content, "application/pdf", f"action-plan-{number}.pdf")


@router.put(
    "/publicity", response_model=ActionPlanResponse, summary="Let everybody read the action plan, or withdraw it"
)
async def set_publicity(request: Request, caller: Coordinator, id: str, body: PublicityBody) -> ActionPlanResponse:
    """The page shows the newest version. 409 while none was published."""
    state = await get_services(request).action_plans.set_publicity(caller.scope, id, body.public, body.indexed)
    return _plan_response(request, caller.scope.tenant, id, state)


def _plan_response(request: Request, tenant: str, id: str, state: PlanState) -> ActionPlanResponse:
    return ActionPlanResponse.of(
        state, f"{request.app.state.context.settings.public_url}/reporting/{tenant}/action-plans/{id}"
    )
