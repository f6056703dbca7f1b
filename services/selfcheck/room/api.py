"""HTTP API of the room: what the moderator shows, for everybody who has its link."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request, Response

from chassis.http.app import json_response
from chassis.http.event_stream import EventStream
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.text.text_types import matching
from services.selfcheck.answering.api import guarded
from services.selfcheck.http import BY_CODE, EVENTS, LastEvent, Since
from services.selfcheck.permissions import Public
from services.selfcheck.room.schemas import BallotCast
from services.selfcheck.schemas import Ballot
from services.selfcheck.services import get_services
from services.selfcheck.workshop.board import in_the_room, room_as_json
from services.selfcheck.workshop.schemas import RoomPicture

router = APIRouter(prefix="/selfcheck/v1/room/{code}", tags=["room"], responses=BY_CODE)

Device = Annotated[
    str | None,
    Header(alias="X-Device-Code"),
    matching("[a-z2-7]{26}", "Please send the device code as the first answer gave it.", most=26),
]


@router.get("", response_model=RoomPicture, summary="What the room sees")
async def get_room(request: Request, caller: Public, code: str) -> Response:
    """The one thing that the moderator shows."""
    services = get_services(request)
    scope, assessment = await guarded(request, caller, services.room.by_code(code))
    return json_response(in_the_room(await services.board.show(scope, assessment.id)))


@router.get("/stream", responses=EVENTS, response_class=Response, summary="What the room sees, live")
async def stream_room(
    request: Request, caller: Public, code: str, since: Since = None, last_event: LastEvent = None
) -> Response:
    """Server-sent events named `room`, each with the whole picture."""
    services = get_services(request)
    scope, assessment = await guarded(request, caller, services.room.by_code(code))
    view = room_as_json(assessment.room.number)
    return EventStream(await services.board.follow(scope, assessment.id, view, last_event or since))


@router.put(
    "/votes/{vote}", response_model=BallotCast, summary="Cast a ballot", **refusals("too-many-ballots", "vote-closed")
)
async def cast_vote(
    request: Request, caller: Public, code: str, vote: str, body: Ballot, device: Device = None
) -> Response:
    """The ballot of one device, changeable while the vote is open. The first answer has a `device_code`, which later calls send."""
    services = get_services(request)
    scope, assessment = await guarded(request, caller, services.room.by_code(code))
    device_code = device or services.voting.new_device()
    await request.app.state.rate_limiters["ballots"].hit(vote, caller.address)
    await services.voting.cast(scope, assessment, vote, device_code, caller.address, body.ranking)
    return json_response({"ranking": body.ranking, "device_code": device_code})
