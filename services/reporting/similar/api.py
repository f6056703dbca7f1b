"""HTTP of similar municipalities."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request

from chassis.clock import rfc3339
from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, invalid
from chassis.http.routing import APIRouter
from chassis.pages.pages import Pages, language_of
from chassis.text.text_types import bounded_integer
from programme.frames import of_tenant
from services.reporting.domain.rounding import half_up
from services.reporting.domain.similarity import WEIGHTS, Feature, Place
from services.reporting.permissions import Staff
from services.reporting.services import get_services
from services.reporting.similar.reasons_staff import sentence
from services.reporting.similar.schemas import PlaceResponse, Reason, Similar, SimilarList

router = APIRouter(prefix="/reporting/v1", tags=["similar municipalities"])

SOURCE = "© Statistisches Bundesamt (Destatis), Gemeindeverzeichnis (GV-ISys), Datenlizenz Deutschland – Namensnennung – Version 2.0"
MOST_WEIGHT = 10.0
Limit = Annotated[int, bounded_integer(1, 50, in_address=True)]
WeightsQuery = Annotated[
    Filter, Query(description="`population:4,density:2`: features that are not named keep their weight.")
]


@router.get("/{tenant}/similar", summary="The most similar municipalities")
async def list_similar_municipalities(
    request: Request, caller: Staff, limit: Limit = 7, weights: WeightsQuery = "", taking_part: bool = False
) -> SimilarList:
    """By the official list (size, density, urbanisation, kind and state) and what municipalities entered of themselves. `taking_part`: only those of the programme."""
    return await similar_of(request, caller, limit, weights_of(weights), taking_part)


def weights_of(text: str) -> dict[Feature, float]:
    """Weights as they are asked for, over the usual ones. Raises Problem 422."""
    weights = dict(WEIGHTS)
    for part in filter(None, text.split(",")):
        name, _, value = part.partition(":")
        try:
            weight = float(value) if value.isascii() and len(value) < 12 else -1.0
        except ValueError:
            weight = -1.0
        if name not in weights or not 0 <= weight <= MOST_WEIGHT:
            raise invalid(
                FieldError(
                    "/query/weights",
                    f"Write weights from 0 to 10, such as population:2,density:1; there are {', '.join(WEIGHTS)}.",
                )
            )
        weights[name] = weight
    if not any(weights.values()):
        raise invalid(FieldError("/query/weights", "At least one weight has to be above 0."))
    return weights


async def similar_of(
    request: Request, caller: Caller, limit: int, weights: dict[Feature, float], taking_part: bool
) -> SimilarList:
    """The answer, with reasons in the reader's language."""
    services = get_services(request)
    neighbourhood = await services.similar.find(caller.scope, limit, weights, taking_part)
    brand = of_tenant(caller.scope.tenant, await services.municipalities.get(caller.scope.tenant)).for_staff()
    pages: Pages = request.app.state.pages
    gettext, language = pages.texts(request, brand).gettext, language_of(request, brand)
    items = []
    for neighbour in neighbourhood.neighbours:
        assert neighbourhood.own is not None
        alike = neighbour.alike
        items.append(
            Similar(
                municipality=_place_response(alike.place, neighbour.slug),
                distance=half_up(alike.distance, 3),
                reasons=[
                    Reason(feature=name, difference=half_up(alike.differences[name], 3)) for name in alike.reasons()
                ],
                sentence=sentence(alike, neighbourhood.own, gettext, language),
                takes_part=neighbour.slug is not None,
            )
        )
    return SimilarList(
        own=None if neighbourhood.own is None else _place_response(neighbourhood.own, caller.scope.tenant),
        weights={str(name): weight for name, weight in weights.items()},
        items=items,
        as_of=None if neighbourhood.as_of is None else rfc3339(neighbourhood.as_of),
        source=SOURCE,
    )


def _place_response(place: Place, slug: str | None) -> PlaceResponse:
    return PlaceResponse(
        key=place.key,
        name=place.name,
        state=place.state,
        kind=place.kind,
        population=place.population,
        density=int(half_up(place.density)),
        urbanisation=None if place.urbanisation is None else half_up(place.urbanisation, 1),
        foreigners=place.foreigners,
        fiscal_strength=place.fiscal_strength,
        slug=slug,
    )
