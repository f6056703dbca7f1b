"""HTTP of the mail with the link to the report."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.base_schemas import RequestModel
from chassis.http.routing import APIRouter
from services.reporting.domain.report_mail import Every
from services.reporting.permissions import Coordinator
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}/report-mail", tags=["participation"])


class ReportMailBody(RequestModel):
    """How often the link to the report comes by mail. `month`, `quarter`: on its first morning."""

    every: Every


@router.get("", summary="How often coordinators get a link to the report")
async def get_report_mail(request: Request, caller: Coordinator) -> dict[str, Any]:
    return {"every": await get_services(request).report_mails.get(caller.scope)}


@router.put("", summary="Choose how often coordinators get a link to the report")
async def set_report_mail(request: Request, caller: Coordinator, body: ReportMailBody) -> dict[str, Any]:
    """The mail holds no figures: what the link shows depends on what its reader may see then."""
    await get_services(request).report_mails.set(caller.scope, body.every)
    return {"every": body.every}
