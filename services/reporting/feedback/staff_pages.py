"""The page of what people said after gatherings."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from services.reporting.http import frame, render
from services.reporting.permissions import Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}", include_in_schema=False)


@router.get("/feedback")
async def show_feedback(request: Request, caller: Staff) -> Response:
    await frame(request, caller)
    feedback = await get_services(request).feedback.list_all(caller.scope)
    return render(
        request,
        "staff/feedback.html",
        feedback=[{**one, "starts_at": datetime.fromisoformat(one["starts_at"])} for one in feedback],
        home=f"/reporting/{caller.scope.tenant}/",
    )
