"""Municipalities side by side: their figures of each field of action, and together, as selfcheck disclosed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.domain.profile import Figure, Texts

WHOLE = ""
"""Stands for the overall figure among the fields, and for all perspectives together among those."""


@dataclass(frozen=True, slots=True)
class JointFigure(Figure):
    """A figure with what workshops agreed on, which stands beside all perspectives together alone. `agreed`: on how many questions
    the municipality's workshop did; of the joint figure, the workshops of how many municipalities did on any."""

    consensus_score: float | None = None
    agreed: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One field, or the whole, in one perspective or in all: a figure for each municipality, and together."""

    field: str
    title: Texts
    perspective: str
    figures: tuple[JointFigure, ...]
    together: JointFigure

    def as_json(self) -> dict[str, Any]:
        """The figures as the API shows them; `field` and `perspective` are null for the whole."""
        return {
            "field": self.field or None,
            "title": dict(self.title),
            "perspective": self.perspective or None,
            "members": [_figure_as_json(one, "consensus_questions") for one in self.figures],
            "together": _figure_as_json(self.together, "consensus_members"),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of members beside each other. `members`: slugs, in the order of each row's figures."""

    members: tuple[str, ...]
    rows: tuple[Row, ...]

    def of(self, perspective: str) -> list[Row]:
        return [row for row in self.rows if row.perspective == perspective]

    def as_json(self) -> dict[str, Any]:
        """The joint result as the API shows it."""
        return {"members": list(self.members), "rows": [row.as_json() for row in self.rows]}


def compare(result: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], perspectives: Sequence[str]) -> Comparison:
    """Put the figures of members beside each other: `result` as in the event; `fields`: `{id, title}` in the questionnaire's order,
    empty while it is not known."""
    together: Mapping[str, Any] = result["together"]
    titled_fields = list(fields) or [{"id": id, "title": {}} for id in together["fields"]]
    rows = []
    for perspective in (WHOLE, *perspectives):
        for field in (*titled_fields, {"id": WHOLE, "title": {}}):
            figures = tuple(_figure(one, field["id"], perspective, "consensus_questions") for one in result["members"])
            joint = _figure(together, field["id"], perspective, "consensus_members")
            rows.append(Row(field["id"], field["title"], perspective, figures, joint))
    return Comparison(tuple(one["member"] for one in result["members"]), tuple(rows))


def _figure(source: Mapping[str, Any], field: str, perspective: str, count_name: str) -> JointFigure:
    part = source["fields"].get(field) or {} if field else source["overall"]
    figures = (part.get("perspectives") or {}).get(perspective) or {} if perspective else part
    return JointFigure(
        figures.get("score"),
        figures.get("coverage"),
        figures.get("answered"),
        figures.get("consensus_score"),
        figures.get(count_name),
    )


def _figure_as_json(figure: JointFigure, count_name: str) -> dict[str, Any]:
    return {**figure.as_json(), "consensus_score": figure.consensus_score, count_name: figure.agreed}
