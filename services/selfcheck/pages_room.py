"""The room's page, for everybody who has its link: what the moderator shows, on the wall or on a phone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.audience import Audience, Caller
from chassis.brand import of_tenant
from chassis.live import EventStream
from chassis.mongo import Document
from chassis.pages import Pages, language_of
from chassis.problems import not_found
from chassis.tenancy import TenantScope
from services.selfcheck.api_answers import guarded
from services.selfcheck.board_html import BoardHtml
from services.selfcheck.parts import Selfcheck

router = APIRouter(prefix="/selfcheck/room/{code}", include_in_schema=False)

Anyone = Annotated[Caller, Audience(public=True)]
Since = Annotated[str | None, Query(max_length=100)]
LastEvent = Annotated[str | None, Header(alias="Last-Event-ID", max_length=100)]


@router.get("")
async def room(request: Request, caller: Anyone, code: str) -> Response:
    scope, document = await enter(request, caller, code)
    parts: Selfcheck = request.app.state.selfcheck
    html: BoardHtml = request.app.state.board_html
    pages: Pages = request.app.state.pages
    board = await parts.board.show(scope, document["_id"])
    here = request.url.path
    part = html.room_part(language_of(request, request.state.brand), here, board)
    return pages.render(request, "room.html", brand=request.state.brand, board=board, here=here, part=part)


@router.get("/fragments")
async def fragments(
    request: Request, caller: Anyone, code: str, since: Since = None, last_event: LastEvent = None
) -> Response:
    """Server-sent events with the picture, whenever it changes."""
    scope, document = await enter(request, caller, code)
    parts: Selfcheck = request.app.state.selfcheck
    html: BoardHtml = request.app.state.board_html
    here = request.url.path.removesuffix("/fragments")
    view = html.room(language_of(request, request.state.brand), here, document["room"]["number"])
    return EventStream(await parts.board.follow(scope, document["_id"], view, last_event or since))


async def enter(request: Request, caller: Caller, code: str) -> tuple[TenantScope, Document]:
    """The assessment behind a room's link, in its municipality's frame. Guessing is limited. Raises Problem 404."""
    parts: Selfcheck = request.app.state.selfcheck
    scope, document = await guarded(request, caller, parts.room.by_code(code))
    facts = await request.app.state.directory.tenant(scope.tenant)
    if facts is None:
        raise not_found("room")
    request.state.brand = of_tenant(scope.tenant, facts)
    return scope, document
