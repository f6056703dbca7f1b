"""The public page of unsubscribing: GET asks, POST (also a mail program's, RFC 8058) unsubscribes."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from programme.frames import of_tenant
from services.notifications.permissions import Anybody, Stranger
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/{tenant}/unsubscribe", include_in_schema=False)


@router.get("/{contact}/{kind}/{code}")
async def show_unsubscribe_question(request: Request, caller: Anybody, contact: str, kind: str, code: str) -> Response:
    """Ask whether to unsubscribe; opening the page changes nothing."""
    get_services(request).unsubscribe.check(caller.scope, contact, kind, code)
    return await _page(request, caller, done=False)


@router.post("/{contact}/{kind}/{code}")
async def unsubscribe(request: Request, caller: Stranger, contact: str, kind: str, code: str) -> Response:
    """Unsubscribe without cookies, form tokens or a redirect: mail programs post here by themselves."""
    await get_services(request).unsubscribe.carry_out(caller.scope, contact, kind, code)
    return await _page(request, caller, done=True)


async def _page(request: Request, caller: Caller, *, done: bool) -> Response:
    facts = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    if facts is None:
        raise not_found("municipality")
    brand = request.state.brand = of_tenant(caller.scope.tenant, facts)
    response = get_services(request).pages.render(request, "unsubscribe.html", brand=brand, done=done)
    response.headers["Cache-Control"] = "no-store"
    return response
