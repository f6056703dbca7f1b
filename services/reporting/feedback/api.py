"""HTTP API of what people said after gatherings."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from services.reporting.feedback.schemas import FeedbackList
from services.reporting.permissions import Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}", tags=["participation"])


@router.get("/feedback", response_model=FeedbackList, summary="What people said after gatherings")
async def list_feedback(request: Request, caller: Staff) -> Response:
    """Counts of answers to three questions; null where fewer than five gave the answer."""
    return json_response({"items": await get_services(request).feedback.list_all(caller.scope)})
