"""HTTP of trainings for decision-makers."""

from __future__ import annotations

from fastapi import Request

from chassis.http.routing import APIRouter
from services.reporting.permissions import Coordinator, Staff, sees_registrations
from services.reporting.services import get_services
from services.reporting.trainings.schemas import TrainingBody, TrainingList, TrainingResponse

router = APIRouter(prefix="/reporting/v1/{tenant}/trainings", tags=["trainings"])


@router.get("", response_model=TrainingList, summary="Trainings, their materials, and from which offices people came")
async def list_trainings(request: Request, caller: Staff) -> TrainingList:
    """The latest first. Small numbers are folded for who may not see registrations."""
    trainings = await get_services(request).trainings.list_all(caller.scope, sees_registrations(caller))
    return TrainingList(items=[TrainingResponse.of(one) for one in trainings])


@router.put("/{id}", response_model=TrainingResponse, summary="Note materials of a training and who came, by office")
async def replace_training_notes(
    request: Request, caller: Coordinator, id: str, body: TrainingBody
) -> TrainingResponse:
    """Offices and numbers, no names of people."""
    return TrainingResponse.of(await get_services(request).trainings.record(caller.scope, id, *body.parts()))
