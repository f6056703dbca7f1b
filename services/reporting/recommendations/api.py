"""HTTP of recommendations, and of the public marks that they follow."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.pages import Pages, language_of
from programme.frames import of_tenant
from services.reporting.domain.rounding import half_up
from services.reporting.permissions import Coordinator, Staff
from services.reporting.recommendations.documents import Mark
from services.reporting.recommendations.reasons_staff import reasons
from services.reporting.recommendations.schemas import (
    MarkBody,
    MarkList,
    MarkOffer,
    MarkResponse,
    RecommendationList,
    RecommendationResponse,
    WeakField,
)
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}", tags=["recommendations"])


@router.get("/recommendations", summary="Practices for weak fields")
async def get_recommendations(
    request: Request, caller: Staff, field: Filter = "", question: Filter = ""
) -> RecommendationList:
    """Of similar municipalities that say publicly that they stand in the upper band there; `field` or `question`: for this one, weak
    or not. Nothing where there is nothing."""
    return await recommended(request, caller, question or field)


async def recommended(request: Request, caller: Caller, field_or_question: str) -> RecommendationList:
    services = get_services(request)
    answer = await services.recommendations.recommend(caller.scope, field_or_question)
    brand = of_tenant(caller.scope.tenant, await services.municipalities.get(caller.scope.tenant)).for_staff()
    pages: Pages = request.app.state.pages
    gettext, language = pages.texts(request, brand).gettext, language_of(request, brand)
    names = await services.municipalities.get_names([recommendation.practice.tenant for recommendation in answer.items])
    return RecommendationList(
        assessment=None if answer.assessment is None else answer.assessment.id,
        weak=[
            WeakField(field=line.id, title=dict(line.title) or {"de": line.id}, score=line.total.score)
            for line in answer.weak
        ],
        items=[
            RecommendationResponse(
                field=recommendation.line.id,
                practice=await services.practices.describe(recommendation.practice),
                municipality={
                    "slug": recommendation.practice.tenant,
                    "name": dict(names[recommendation.practice.tenant]),
                },
                distance=half_up(recommendation.neighbour.alike.distance, 3),
                reasons=reasons(recommendation, gettext, language),
            )
            for recommendation in answer.items
        ],
        as_of=None if answer.assessment is None else answer.assessment.at,
    )


@router.get("/practices/{id}/marks", summary="Public marks of a practice, and those it could carry")
async def list_marks(request: Request, caller: Staff, id: str) -> MarkList:
    services = get_services(request)
    offered = await services.marks.list_offered(caller.scope, id)
    return MarkList(
        items=[
            _mark_response(mark)
            for mark in await services.marks.list_of_practice(id)
            if mark.tenant == caller.scope.tenant
        ],
        offered=[MarkOffer(field=one.field, wave=one.wave.id, group=one.group) for one in offered],
    )


@router.put("/practices/{id}/marks", summary="Let a practice carry a public mark")
async def set_mark(request: Request, caller: Coordinator, id: str, body: MarkBody) -> MarkResponse:
    """Everybody may know then that the municipality stands in the field's upper band. Raises 409 `disclosure` where it would give
    others away."""
    return _mark_response(await get_services(request).marks.mark(caller.scope, id, body.field))


@router.delete("/practices/{id}/marks/{field}", summary="Take a mark back", status_code=204)
async def remove_mark(request: Request, caller: Coordinator, id: str, field: str) -> Response:
    await get_services(request).marks.unmark(caller.scope, id, field)
    return Response(status_code=204)


def _mark_response(mark: Mark) -> MarkResponse:
    return MarkResponse(field=mark.field, wave=mark.wave, group=mark.group, since=mark.given_at)
