"""HTTP API of the questions that a municipality chooses from; those of a gathering are a field of it."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from services.registration.http import default_language
from services.registration.permissions import Coordinator
from services.registration.questions.schemas import NewQuestionSet, QuestionSetResponse
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1/{tenant}")


@router.get("/question-set", response_model=QuestionSetResponse)
async def get_question_set(request: Request, caller: Coordinator) -> Response:
    """The questions to choose from when a gathering is planned; a standard set until there is an own one."""
    return json_response(await get_services(request).question_sets.get(caller.scope))


@router.put("/question-set", response_model=QuestionSetResponse)
async def replace_question_set(request: Request, caller: Coordinator, body: NewQuestionSet) -> Response:
    """The whole set; gatherings keep the questions they have."""
    services = get_services(request)
    language = await default_language(services, caller)
    return json_response(await services.question_sets.replace(caller.scope, body, language))
