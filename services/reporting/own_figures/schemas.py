"""Bodies and answers about figures that a municipality enters of itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from chassis.clock import rfc3339
from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.text_types import Label, bounded_integer, number
from services.reporting.own_figures.documents import OwnFigure, OwnFigures
from services.reporting.practices.schemas import refuse_contact_details

Year = Annotated[int, bounded_integer(1990, 2100)]
Source = Annotated[Label, AfterValidator(refuse_contact_details)]


class ShareBody(RequestModel):
    """Of a hundred people; `source`: where it was published."""

    value: Annotated[float, number(0, 100)]
    year: Year
    source: Source


class EurosBody(RequestModel):
    """Euros for each person; `source`: where it was published."""

    value: Annotated[float, number(0, 100_000)]
    year: Year
    source: Source


class OwnFiguresBody(RequestModel):
    """Both are optional; what is left out is taken away."""

    foreigners: ShareBody | None = None
    fiscal_strength: EurosBody | None = None


class FigureResponse(ResponseModel):
    """A figure, of which year, and where it was published."""

    value: float
    year: int
    source: str


class OwnFiguresResponse(ResponseModel):
    """The figures that the municipality entered; null where it entered none."""

    foreigners: FigureResponse | None
    fiscal_strength: FigureResponse | None
    as_of: str | None

    @classmethod
    def of(cls, own_figures: OwnFigures | None) -> OwnFiguresResponse:
        return cls(
            foreigners=_figure_response(own_figures.foreigners) if own_figures else None,
            fiscal_strength=_figure_response(own_figures.fiscal_strength) if own_figures else None,
            as_of=rfc3339(own_figures.changed_at) if own_figures else None,
        )


def own_figure(body: ShareBody | EurosBody | None) -> OwnFigure | None:
    return None if body is None else OwnFigure(value=body.value, year=body.year, source=body.source)


def _figure_response(figure: OwnFigure | None) -> FigureResponse | None:
    return None if figure is None else FigureResponse(value=figure.value, year=figure.year, source=figure.source)
