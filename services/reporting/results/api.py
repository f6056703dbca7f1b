"""HTTP of results: the profile of a self-check."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.clock import rfc3339
from chassis.http.routing import APIRouter
from services.reporting.permissions import Staff
from services.reporting.results.documents import as_json
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1", tags=["results"])


@router.get("/{tenant}/assessments/{id}", summary="The profile of a self-check")
async def get_profile(request: Request, caller: Staff, id: str) -> dict[str, Any]:
    """`overall` is null and `fields` empty until the self-check is closed."""
    services = get_services(request)
    profile = await services.profiles.get(caller.scope, id)
    overall = profile.overall and {**profile.overall.as_json(), "consensus_score": profile.consensus}
    return {
        "id": id,
        "title": profile.assessment.title,
        "status": profile.assessment.status,
        "as_of": rfc3339(profile.assessment.at),
        "questionnaire": {"id": profile.assessment.questionnaire_id, "version": profile.assessment.version},
        "rules": profile.assessment.rules,
        "perspectives": as_json(profile.assessment.perspectives),
        "overall": overall,
        "fields": [line.as_json() for line in profile.lines],
        "measures": await services.measures.list_all(caller.scope, id),
    }
