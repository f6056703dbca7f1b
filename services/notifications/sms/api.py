"""HTTP of delivery reports."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.openapi import problem_response
from chassis.http.routing import APIRouter
from services.notifications.permissions import Anybody
from services.notifications.services import get_services
from services.notifications.sms.gateway import RawReport
from services.notifications.sms.schemas import ReportTaken

router = APIRouter(prefix="/notifications/v1/{tenant}/sms", tags=["text messages"])


@router.post(
    "/{gateway}/reports/{token}",
    response_model=ReportTaken,
    summary="Report of a gateway",
    responses={403: problem_response("The gateway did not sign this report. `not-signed`, `suspended`")},
)
async def receive_delivery_report(request: Request, caller: Anybody, gateway: str, token: str) -> dict[str, Any]:
    """Receive a gateway's report on text messages, in its own format. Its signature is checked where it signs, and the address is one
    that nobody else knows; the same report again changes nothing."""
    services = get_services(request)
    url = services.context.settings.public_url + request.url.path
    raw = RawReport(request.method, url, dict(request.headers), await request.body())
    return {"texts": await services.text_reports.receive(caller.scope, gateway, token, raw)}
