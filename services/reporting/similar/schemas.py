"""Answers about similar municipalities."""

from chassis.http.base_schemas import ResponseModel


class PlaceResponse(ResponseModel):
    """A municipality of the official list. `density`: people per km²; `urbanisation`: 1 densely … 3 thinly populated. Where it entered
    them, `foreigners`: of a hundred people, `fiscal_strength`: euros for each person."""

    key: str
    name: str
    state: str
    kind: str
    population: int
    density: int
    urbanisation: float | None
    foreigners: float | None
    fiscal_strength: float | None
    slug: str | None


class Reason(ResponseModel):
    """A feature in which both are close, those that weigh most first."""

    feature: str
    difference: float


class Similar(ResponseModel):
    """A similar municipality: how far away, what both have in common, and whether it takes part in the programme."""

    municipality: PlaceResponse
    distance: float
    reasons: list[Reason]
    sentence: str
    takes_part: bool


class SimilarList(ResponseModel):
    """The municipalities most like one's own. `own` null: the official list does not have the municipality. `source`: as its
    licence asks for."""

    own: PlaceResponse | None
    weights: dict[str, float]
    items: list[Similar]
    as_of: str | None
    source: str
