"""The public page of unsubscribing: GET asks, POST (also a mail program's, RFC 8058) unsubscribes, or takes that back."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from programme.frames import of_tenant
from services.notifications.permissions import Anybody, Stranger
from services.notifications.services import get_services
from services.notifications.unsubscribing.kinds import NAMES

router = APIRouter(prefix="/notifications/{tenant}/unsubscribe", include_in_schema=False)


@router.get("/{contact}/{kind}/{code}")
async def show_unsubscribe_question(request: Request, caller: Anybody, contact: str, kind: str, code: str) -> Response:
    """Ask whether to unsubscribe, or say that it was done; opening the page changes nothing."""
    unsubscribed = await get_services(request).unsubscribe.is_done(caller.scope, contact, kind, code)
    return await _page(request, caller, kind, unsubscribed=unsubscribed)


@router.post("/{contact}/{kind}/{code}")
async def unsubscribe(
    request: Request, caller: Stranger, contact: str, kind: str, code: str, again: bool = False
) -> Response:
    """Unsubscribe without cookies, form tokens or a redirect: mail programs post here by themselves, and scanners that nobody asked. So
    it can be taken back (`again`)."""
    use_cases = get_services(request).unsubscribe
    await (use_cases.take_back if again else use_cases.carry_out)(caller.scope, contact, kind, code)
    return await _page(request, caller, kind, unsubscribed=not again, again=again)


async def _page(request: Request, caller: Caller, kind: str, *, unsubscribed: bool, again: bool = False) -> Response:
    facts = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    if facts is None:
        raise not_found("municipality")
    brand = request.state.brand = of_tenant(caller.scope.tenant, facts)
    response = get_services(request).pages.render(
        request,
        "unsubscribe.html",
        brand=brand,
        municipality=facts["name"],
        kind=NAMES[kind],
        unsubscribed=unsubscribed,
        again=again,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
