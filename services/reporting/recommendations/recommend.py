"""Recommendations: from a weak field to practices of similar municipalities that say publicly that they are strong there.

Who is recommended follows from public facts alone: marks and the official list. So nobody can conclude anything from not being
recommended. Where there is nothing, nothing is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.storage.tenancy import TenantScope
from services.reporting.domain.profile import Line
from services.reporting.domain.recommendation import weak_fields
from services.reporting.domain.similarity import Place
from services.reporting.practices.documents import Practice
from services.reporting.practices.library import PracticeLibrary
from services.reporting.recommendations.documents import Mark
from services.reporting.recommendations.repository import MarkRepository
from services.reporting.results.documents import Assessment, Questionnaire
from services.reporting.results.profiles import Profiles
from services.reporting.results.repository import AssessmentRepository
from services.reporting.similar.similar import Neighbour, SimilarMunicipalities
from services.reporting.waves.repository import WaveRepository

NEAR = 10
"""Municipalities with a mark for the field, of which the practices are looked at."""
EACH = 3
"""Practices for a field."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A practice that is recommended, and why. `score`: the municipality's own in the field, None where it was only asked for.
    `wave`: the title of the mark's."""

    line: Line
    practice: Practice
    neighbour: Neighbour
    own: Place
    mark: Mark
    wave: dict[str, str]


@dataclass(frozen=True, slots=True)
class Recommended:
    """All that is recommended to a municipality. `assessment`: whose fields were looked at; None: there is no closed self-check.
    `weak`: in this order."""

    assessment: Assessment | None
    weak: Sequence[Line]
    items: Sequence[Recommendation]


class Recommendations:
    """Answers for one municipality at a time."""

    def __init__(
        self,
        marks: MarkRepository,
        profiles: Profiles,
        assessments: AssessmentRepository,
        similar: SimilarMunicipalities,
        library: PracticeLibrary,
        waves: WaveRepository,
    ) -> None:
        self._marks = marks
        self._profiles = profiles
        self._assessments = assessments
        self._similar = similar
        self._library = library
        self._waves = waves

    async def recommend(self, scope: TenantScope, field_or_question: str = "") -> Recommended:
        """Recommend practices of similar municipalities. `field_or_question`: the id of either; without it the weak fields of
        the newest closed self-check."""
        newest = await self._assessments.get_newest_closed(scope)
        if newest is None:
            return Recommended(None, [], [])
        profile = await self._profiles.get(scope, newest.id)
        weak = weak_fields(profile.lines)
        if field_or_question:
            field = _field_of(field_or_question, profile.questionnaire)
            weak = [line for line in profile.lines if line.id == field]
        return Recommended(profile.assessment, weak, await self._for_fields(scope, weak) if weak else [])

    async def _for_fields(self, scope: TenantScope, lines: Sequence[Line]) -> list[Recommendation]:
        """What is recommended for each of the fields, the most similar municipality first."""
        marked_municipalities = await self._marks.list_marked([line.id for line in lines])
        similar = {
            line.id: await self._similar.find(scope, NEAR, among=marked_municipalities[line.id] - {scope.tenant})
            for line in lines
        }
        nearest = {one.slug for result in similar.values() for one in result.neighbours if one.slug}
        if not nearest:
            return []
        marks = {
            (one.field, one.practice): one
            for one in await self._marks.list_of_municipalities(list(marked_municipalities), nearest)
        }
        practices, titles = await asyncio.gather(
            self._library.list_published(list({practice for _, practice in marks})),
            self._waves.get_titles({mark.wave for mark in marks.values()}),
        )
        practices_by_tenant: dict[str, list[Practice]] = {}
        for practice in practices:
            practices_by_tenant.setdefault(practice.tenant, []).append(practice)
        return [
            Recommendation(line, practice, neighbour, own, mark, titles.get(mark.wave, {}))
            for line in lines
            if (own := similar[line.id].own) is not None
            for neighbour, practice, mark in _of_field(
                line.id, similar[line.id].neighbours, practices_by_tenant, marks
            )[:EACH]
        ]


def _of_field(
    field: str,
    neighbours: Sequence[Neighbour],
    practices_by_tenant: Mapping[str, Sequence[Practice]],
    marks: Mapping[tuple[str, str], Mark],
) -> list[tuple[Neighbour, Practice, Mark]]:
    """The nearest neighbours' practices that carry a mark of the field, are still about it and are told with a name."""
    recommendable = []
    for neighbour in neighbours:
        for practice in practices_by_tenant.get(neighbour.slug or "", ()):
            content, mark = practice.state.published, marks.get((field, practice.id))
            if mark is not None and content is not None and content.named and field in content.fields:
                recommendable.append((neighbour, practice, mark))
    return recommendable


def _field_of(field_or_question: str, questionnaire: Questionnaire | None) -> str:
    questions = {one.id: one.field for one in questionnaire.questions} if questionnaire else {}
    return questions.get(field_or_question, field_or_question)
