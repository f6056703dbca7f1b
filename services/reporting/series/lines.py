"""The series of a municipality: which of its closed self-checks belong together, and their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from chassis.clock import rfc3339
from chassis.storage.tenancy import TenantScope
from services.reporting.as_of import as_of
from services.reporting.domain.lineage import Lineage, Texts, Version
from services.reporting.domain.rounding import half_up
from services.reporting.domain.series import (
    MINIMUM_COMPARABLE,
    FieldSeries,
    Point,
    QuestionInWave,
    QuestionSeries,
    Run,
    Step,
    Wave,
    field_series,
    question_series,
)
from services.reporting.results.documents import Assessment, Questionnaire
from services.reporting.results.repository import AssessmentRepository


@dataclass(frozen=True)
class Series:
    """Waves of one questionnaire in order (`rows`: as stored), with each field's title and lines, the newest version's first."""

    questionnaire: str
    rows: Sequence[Assessment]
    waves: Sequence[Wave]
    fields: Sequence[tuple[Texts, FieldSeries]]
    questions: Sequence[QuestionSeries]

    def perspectives(self) -> dict[str, Texts]:
        """All that occur, titled as in the newest wave that has them."""
        titles: dict[str, Texts] = {}
        for row in reversed(self.rows):
            for perspective in row.perspectives:
                titles.setdefault(perspective.id, perspective.title)
        return titles

    @cached_property
    def titles(self) -> dict[str, Texts]:
        """Questions by id, in the words of the newest wave that has them."""
        return {id: one.title for wave in self.waves for id, one in wave.version.questions.items()}

    def as_json(self) -> dict[str, Any]:
        """The line as the API gives it; points in the order of the waves."""
        return {
            "questionnaire": self.questionnaire,
            "waves": [
                {
                    "assessment": row.id,
                    "title": row.title,
                    "version": row.version,
                    "closed_at": rfc3339(row.closing),
                    "overall": _figure(row.figures().get("overall") or {}),
                }
                for row in self.rows
            ],
            "perspectives": [{"id": id, "title": title} for id, title in self.perspectives().items()],
            "fields": [self._field(title, lines) for title, lines in self.fields],
            "questions": [self._question(one) for one in self.questions],
        }

    def _question(self, question: QuestionSeries) -> dict[str, Any]:
        newest_id = question.asked[-1].id
        return {
            "id": newest_id,
            "field": question.field,
            "title": self.titles[newest_id],
            "points": [self._question_in_wave(in_wave) for in_wave in question.asked],
        }

    def _question_in_wave(self, in_wave: QuestionInWave) -> dict[str, Any]:
        by_perspective = in_wave.figures.get("perspectives") or {}
        return {
            "assessment": self.rows[in_wave.wave].id,
            "question": in_wave.id,
            "relation": in_wave.relation,
            **_figure(in_wave.figures),
            "perspectives": {name: figures.get("score") for name, figures in by_perspective.items()},
        }

    def _field(self, title: Texts, lines: FieldSeries) -> dict[str, Any]:
        return {
            "id": lines.field,
            "title": title,
            "lines": [self._line(run) for run in lines.runs],
            "breaks": [
                {
                    "before": self.rows[line_break.before].id,
                    "reason": line_break.reason,
                    "comparable": line_break.comparable,
                }
                for line_break in lines.breaks
            ],
            "steps": [
                {"from": self.rows[place].id, "to": self.rows[place + 1].id, **_step(step)}
                for place, step in enumerate(lines.steps)
            ],
        }

    def _line(self, run: Run) -> dict[str, Any]:
        points = [
            {"assessment": row.id, **_point(point)}
            for row, point in zip(self.rows[run.first :], run.points, strict=False)
        ]
        return {"basis": run.basis, "comparable": run.comparable, "points": points}


def series_of(closed: Sequence[Assessment], questionnaires: Sequence[Questionnaire]) -> list[Series]:
    """All series, the one with the newest wave first; a self-check whose questionnaire is not known yet waits."""
    versions_by_id = {questionnaire.id: questionnaire.version() for questionnaire in questionnaires}
    lineage = Lineage(list(versions_by_id.values()))
    chains = list(_chains([row for row in closed if row.questionnaire in versions_by_id]))
    chains.sort(key=lambda rows: rows[-1].closing, reverse=True)
    return [_series(rows, versions_by_id, lineage) for rows in chains]


def as_json(series: Sequence[Series]) -> dict[str, Any]:
    """The answer of the API."""
    moments = [row.at for one in series for row in one.rows]
    return {
        "as_of": as_of(moments),
        "minimum_comparable": MINIMUM_COMPARABLE,
        "items": [one.as_json() for one in series],
    }


def _series(rows: Sequence[Assessment], versions_by_id: dict[str, Version], lineage: Lineage) -> Series:
    waves = [Wave(row.id, versions_by_id[row.questionnaire], row.figures()) for row in rows]
    titles: dict[str, Texts] = {}
    for wave in reversed(waves):
        for id, title in wave.version.fields:
            titles.setdefault(id, title)
    lines = [(title, field_series(id, waves, lineage)) for id, title in titles.items()]
    return Series(rows[0].questionnaire_id, rows, waves, lines, question_series(waves, lineage))


def _chains(rows: Sequence[Assessment]) -> Iterator[list[Assessment]]:
    """Self-checks that say what they repeat follow that one; those of a questionnaire that say nothing are one series."""
    by_id = {row.id: row for row in rows}
    chains: dict[tuple[str, str], list[Assessment]] = {}
    repeated = {row.repeats for row in rows}
    for row in rows:
        first = row
        while (before := by_id.get(first.repeats or "")) is not None and before.closing < first.closing:
            first = before
        in_a_series = first is not row or row.id in repeated
        questionnaire = row.questionnaire_id
        chains.setdefault((questionnaire, first.id if in_a_series else ""), []).append(row)
    yield from chains.values()


def _figure(figures: Any) -> dict[str, Any]:
    return {"score": figures.get("score"), "coverage": figures.get("coverage")}


def _point(point: Point) -> dict[str, Any]:
    """Means of published scores are rounded to a tenth: they rest on rounded figures."""
    return {
        "score": rounded(point.score),
        "coverage": point.coverage,
        "perspectives": {name: rounded(score) for name, score in point.perspectives.items()},
    }


def rounded(score: float | None) -> float | None:
    """A point of a line as it is shown, here and on the page."""
    return None if score is None else half_up(score, 1)


def _step(step: Step) -> dict[str, Any]:
    return {
        "same": list(step.same),
        "comparable": list(step.comparable),
        "new": list(step.new),
        "removed": list(step.removed),
    }


@dataclass(frozen=True, slots=True)
class WaveBefore:
    """The self-check before another, when it closed, and its scores by field where one line joins the two."""

    assessment: str
    closed_at: datetime
    scores: Mapping[str, float]


class SeriesOfMunicipality:
    """Reads all series of one municipality."""

    def __init__(self, assessments: AssessmentRepository) -> None:
        self._assessments = assessments

    async def list_all(self, scope: TenantScope) -> list[Series]:
        closed = await self._assessments.list_closed(scope)
        versions = await self._assessments.list_versions(one.questionnaire_id for one in closed)
        return series_of(closed, versions)

    async def get_wave_before(self, scope: TenantScope, assessment: str) -> WaveBefore | None:
        """The self-check before this one in its series; None for a first."""
        for series in await self.list_all(scope):
            ids = [row.id for row in series.rows]
            if assessment not in ids[1:]:
                continue
            position = ids.index(assessment)
            scores: dict[str, float] = {}
            for _, lines in series.fields:
                for run in lines.runs:
                    place = position - 1 - run.first
                    if 0 <= place < len(run.points) - 1 and run.basis == "field":
                        score = run.points[place].score
                        if score is not None:
                            scores[lines.field] = score
            return WaveBefore(ids[position - 1], series.rows[position - 1].closing, scores)
        return None
