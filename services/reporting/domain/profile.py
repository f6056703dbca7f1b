"""The profile of a closed assessment: a line per field of action, its perspectives side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a result: `score` 0–100 and `coverage` 0–1; None where hidden or undefined."""

    score: float | None
    coverage: float | None
    answered: int | None

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Figure:
        return cls(node.get("score"), node.get("coverage"), node.get("answered"))

    def as_json(self) -> dict[str, Any]:
        return {"score": self.score, "coverage": self.coverage, "answered": self.answered}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of action; `perspectives` in the order of the assessment's."""

    id: str
    title: Texts
    total: Figure
    consensus_score: float | None
    perspectives: tuple[tuple[str, Figure], ...]

    def as_json(self) -> dict[str, Any]:
        perspectives = {id: figure.as_json() for id, figure in self.perspectives}
        body = {
            "id": self.id,
            "title": dict(self.title),
            **self.total.as_json(),
            "consensus_score": self.consensus_score,
        }
        return {**body, "perspectives": perspectives}


def profile(
    result: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], perspectives: Sequence[Mapping[str, Any]]
) -> list[Line]:
    """Lines in the questionnaire's order. `fields` and `perspectives`: `{id, title}`; while the questionnaire is not known
    yet (`fields` empty), the result's own order, titled by id."""
    figures_by_field: Mapping[str, Any] = result.get("fields", {})
    titled_fields = fields or [{"id": id, "title": {}} for id in figures_by_field]
    lines = []
    for field in titled_fields:
        figures = figures_by_field.get(field["id"]) or {}
        by_perspective = figures.get("perspectives") or {}
        lines.append(
            Line(
                field["id"],
                field["title"],
                Figure.of(figures),
                figures.get("consensus_score"),
                tuple((one["id"], Figure.of(by_perspective.get(one["id"]) or {})) for one in perspectives),
            )
        )
    return lines


def text(texts: Texts, language: str, otherwise: str) -> str:
    """The text in a language; else in German, else in any, else `otherwise`."""
    return texts.get(language) or texts.get("de") or next(iter(texts.values()), otherwise)
