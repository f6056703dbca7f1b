"""HTTP API for coordinators: whom to ask, who is where, reminding, taking back, a new link; moderators correct contacts too."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.selfcheck.http import read_idempotency_key
from services.selfcheck.invitations.schemas import (
    ContactCorrected,
    InvitationList,
    InvitationResponse,
    InvitationsMade,
    NewLinkMade,
    Reminded,
    Revoked,
)
from services.selfcheck.permissions import Coordinator, Host
from services.selfcheck.schemas import CorrectedContact, NewAddress, NewInvitation, NewInvitations
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments/{id}/invitations", tags=["invitations"])


@router.post(
    "",
    status_code=201,
    response_model=InvitationResponse,
    summary="Invite somebody",
    **refusals("asked-meanwhile", "assessment-already-revealed"),
)
async def create_invitation(
    request: Request, caller: Coordinator, id: str, body: NewInvitation, key: Key = None
) -> Response:
    """With a contact the link is mailed; without one it is in the answer, to be passed on."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.invitations.invite(caller.scope, id, body, idempotency_key, services.clock.now())
    services.metrics.steps.labels(caller.scope.tenant, "invited").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.post(
    "/batch",
    status_code=201,
    response_model=InvitationsMade,
    summary="Invite many",
    **refusals("asked-meanwhile", "assessment-already-revealed"),
)
async def create_invitations(
    request: Request, caller: Coordinator, id: str, body: NewInvitations, key: Key = None
) -> Response:
    """All of a list, or none where one entry has a flaw."""
    services = get_services(request)
    answer, replayed = await services.invitations.invite_many(caller.scope, id, body, key, services.clock.now())
    services.metrics.steps.labels(caller.scope.tenant, "invited").inc(0 if replayed else len(answer["items"]))
    return json_response(answer, 201, replayed)


@router.get("", response_model=InvitationList, summary="Who was invited")
async def list_invitations(request: Request, caller: Coordinator, id: str) -> Response:
    """How far each of them is, never what they answered."""
    return json_response(await get_services(request).invited.list_all(caller.scope, id))


@router.post(
    "/{invitation}/reminder",
    response_model=Reminded,
    summary="Remind somebody",
    **refusals(
        "answers-closed",
        "deadline-passed",
        "invitation-revoked",
        "reminded-today",
        "respondent-has-submitted",
        "respondent-without-address",
    ),
)
async def remind_invited_person(
    request: Request, caller: Coordinator, id: str, invitation: str, key: Key = None
) -> Response:
    """At most once a day."""
    services = get_services(request)
    answer, replayed = await services.invited.remind(
        caller.scope, id, invitation, read_idempotency_key(request, key), services.clock.now()
    )
    return json_response(answer, 200, replayed)


@router.post(
    "/{invitation}/revocation",
    response_model=Revoked,
    summary="Take an invitation back",
    **refusals("answers-closed", "respondent-has-begun"),
)
async def revoke_invitation(
    request: Request, caller: Coordinator, id: str, invitation: str, key: Key = None
) -> Response:
    """Only while nobody has begun with it. Repeating it changes nothing, with or without a key."""
    services = get_services(request)
    return json_response(await services.invited.revoke(caller.scope, id, invitation, services.clock.now()))


@router.post(
    "/{invitation}/link",
    status_code=201,
    response_model=NewLinkMade,
    summary="A new link",
    **refusals("answers-closed", "invitation-revoked"),
)
async def create_new_link(
    request: Request, caller: Coordinator, id: str, invitation: str, body: NewAddress, key: Key = None
) -> Response:
    """A link in place of one that was lost; the former one leads nowhere any more."""
    services = get_services(request)
    answer, replayed = await services.invited.new_link(
        caller.scope, id, invitation, body, read_idempotency_key(request, key, body), services.clock.now()
    )
    return json_response(answer, 201, replayed)


@router.put(
    "/{invitation}/contact",
    response_model=ContactCorrected,
    summary="Correct a contact",
    **refusals("answers-closed", "invitation-revoked"),
)
async def correct_contact(
    request: Request, caller: Host, id: str, invitation: str, body: CorrectedContact, key: Key = None
) -> Response:
    """Replace name, language or address of somebody who was asked; to another address a new link is mailed."""
    services = get_services(request)
    answer, replayed = await services.invited.correct(
        caller.scope, id, invitation, body, read_idempotency_key(request, key, body), services.clock.now()
    )
    return json_response(answer, 200, replayed)
