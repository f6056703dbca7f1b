"""The page of similar municipalities: who they are, why, and weights that can be changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.text.text_types import number
from services.reporting.domain.similarity import WEIGHTS, Feature
from services.reporting.http import frame, render
from services.reporting.permissions import Staff
from services.reporting.similar.api import SOURCE, similar_of

router = APIRouter(prefix="/reporting", include_in_schema=False)

Weight = Annotated[float, number(0, 10, typed=True)]


@router.get("/{tenant}/similar")
async def show_similar_municipalities(
    request: Request,
    caller: Staff,
    population: Weight = WEIGHTS["population"],
    density: Weight = WEIGHTS["density"],
    urbanisation: Weight = WEIGHTS["urbanisation"],
    foreigners: Weight = WEIGHTS["foreigners"],
    fiscal_strength: Weight = WEIGHTS["fiscal_strength"],
    kind: Weight = WEIGHTS["kind"],
    state: Weight = WEIGHTS["state"],
    taking_part: bool = False,
) -> Response:
    await frame(request, caller)
    weights: dict[Feature, float] = {
        "population": population,
        "density": density,
        "urbanisation": urbanisation,
        "foreigners": foreigners,
        "fiscal_strength": fiscal_strength,
        "kind": kind,
        "state": state,
    }
    similar = await similar_of(request, caller, 7, weights if any(weights.values()) else dict(WEIGHTS), taking_part)
    return render(
        request,
        "staff/similar.html",
        similar=similar,
        taking_part=taking_part,
        source=SOURCE,
        writes="coordinator" in caller.roles,
        home=f"/reporting/{caller.scope.tenant}/",
    )
