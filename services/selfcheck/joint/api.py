"""HTTP API of joint self-checks: of the district that asks, and of the members that are asked."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.selfcheck.http import read_idempotency_key
from services.selfcheck.joint.responses import to_response
from services.selfcheck.joint.schemas import Acceptance, JointList, JointResponse, JointResult, MoreMembers, NewJoint
from services.selfcheck.permissions import Coordinator, Host, Staff
from services.selfcheck.schemas import NewDeadline
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/joint-assessments", tags=["joint self-checks"])


@router.post(
    "", status_code=201, response_model=JointResponse, summary="Open a joint self-check", **refusals("no-members")
)
async def open_joint(request: Request, caller: Host, body: NewJoint, key: Key = None) -> Response:
    """A district asks some of its members, and itself with `takes_part`; nothing is shown of anybody who does not agree. Questions of its
    own (`own_section`) are asked only of its own people, and stay with it."""
    services = get_services(request)
    answer, replayed = await get_services(request).joint_membership.open(
        caller.scope, body, read_idempotency_key(request, key, body), services.clock.now()
    )
    services.metrics.steps.labels(caller.scope.tenant, "joint").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.get("", response_model=JointList, summary="Joint self-checks")
async def list_joint_assessments(request: Request, caller: Staff) -> Response:
    """Those of this district and those that this municipality is asked for."""
    return json_response({"items": await get_services(request).joints.list_all(caller.scope), "next": None})


@router.get("/{id}", response_model=JointResponse, summary="A joint self-check")
async def get_joint_assessment(request: Request, caller: Staff, id: str) -> Response:
    """As the district sees it, or a member: itself and those that have agreed."""
    return json_response(to_response(await get_services(request).joints.get(caller.scope, id), caller.scope.tenant))


@router.post("/{id}/members", response_model=JointResponse, summary="Ask further members", **refusals("joint-closed"))
async def ask_members(request: Request, caller: Host, id: str, body: MoreMembers, key: Key = None) -> Response:
    """Of those that belong to the district today."""
    answer, replayed = await get_services(request).joints.ask_members(
        caller.scope, id, body, read_idempotency_key(request, key, body), get_services(request).clock.now()
    )
    return json_response(answer, 200, replayed)


@router.delete(
    "/{id}/members/{member}", status_code=204, summary="Do not ask a member any more", **refusals("joint-closed")
)
async def withdraw_member(request: Request, caller: Host, id: str, member: str) -> Response:
    """What the member has stays with it."""
    await get_services(request).joints.withdraw_member(
        caller.scope, id, member, read_idempotency_key(request, None), get_services(request).clock.now()
    )
    return Response(status_code=204)


@router.post(
    "/{id}/acceptance",
    response_model=JointResponse,
    summary="Agree to take part",
    **refusals("assessment-deleted", "joint-closed", "not-a-member"),
)
async def accept_joint_assessment(
    request: Request, caller: Host, id: str, body: Acceptance | None = None, key: Key = None
) -> Response:
    """A member agrees: it begins a self-check of its own, with questions of its own if it wants, and gives what may be shown of it once it
    has closed that."""
    now = get_services(request).clock.now()
    own_section = body.own_section if body else None
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await get_services(request).joint_membership.accept(
        caller.scope, id, idempotency_key, now, own_section
    )
    return json_response(answer, 200, replayed)


@router.post("/{id}/refusal", response_model=JointResponse, summary="Decline or leave", **refusals("joint-closed"))
async def decline_joint_assessment(request: Request, caller: Host, id: str, key: Key = None) -> Response:
    """A member says no, or leaves after all, until the joint result stands."""
    now = get_services(request).clock.now()
    answer, replayed = await get_services(request).joint_membership.decline(
        caller.scope, id, read_idempotency_key(request, key), now
    )
    return json_response(answer, 200, replayed)


@router.put(
    "/{id}/deadline", response_model=JointResponse, summary="Set the common deadline", **refusals("joint-closed")
)
async def set_deadline(request: Request, caller: Host, id: str, body: NewDeadline) -> Response:
    """The common deadline; the members' own ones follow within seconds."""
    answer, _ = await get_services(request).joints.set_deadline(
        caller.scope, id, body, read_idempotency_key(request, None), get_services(request).clock.now()
    )
    return json_response(answer)


@router.post(
    "/{id}/closing",
    response_model=JointResponse,
    summary="Close a joint self-check",
    **refusals("figures-missing", "joint-closed"),
)
async def close_joint_assessment(request: Request, caller: Host, id: str, key: Key = None) -> Response:
    """The joint result stands from now on, of those whose figures are in."""
    now = get_services(request).clock.now()
    answer, replayed = await get_services(request).joints.close(
        caller.scope, id, read_idempotency_key(request, key), now
    )
    return json_response(answer, 200, replayed)


@router.get(
    "/{id}/result",
    response_model=JointResult,
    summary="The joint result",
    **refusals("joint-not-closed", "not-in-the-joint-result"),
)
async def get_joint_result(request: Request, caller: Staff, id: str) -> Response:
    """Members side by side, and together; hidden is null."""
    return json_response(await get_services(request).joints.result(caller.scope, id))


@router.post("/{id}/deletion", status_code=204, summary="Delete a joint self-check")
async def delete_joint_assessment(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Forget it with its figures. Repeating it changes nothing, with or without a key."""
    await get_services(request).joints.delete(caller.scope, id, get_services(request).clock.now())
    return Response(status_code=204)
