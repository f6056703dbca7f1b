"""Recommendations: from a weak field to practices of similar municipalities that say publicly that they are strong there.

Who is recommended follows from public facts alone: marks and the official list. So nobody can conclude anything from not being
recommended. Where there is nothing, nothing is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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

NEAR = 20
EACH = 3
"""Practices for a field."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`score`: the municipality's own in the field, None where it was only asked for. `wave`: the title of the mark's."""

    line: Line
    practice: Practice
    neighbour: Neighbour
    own: Place
    mark: Mark
    wave: dict[str, str]


@dataclass(frozen=True, slots=True)
class Recommended:
    """`assessment`: whose fields were looked at; None: there is no closed self-check. `weak`: in this order."""

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

    async def of(self, scope: TenantScope, wanted: str = "") -> Recommended:
        """`wanted`: a field of action or a question; without it the weak fields of the newest closed self-check."""
        newest = next((one for one in await self._assessments.listed(scope) if one.status == "closed"), None)
        if newest is None:
            return Recommended(None, [], [])
        profile = await self._profiles.get(scope, newest.id)
        weak = weak_fields(profile.lines)
        if wanted:
            field = _field_of(wanted, profile.questionnaire)
            weak = [line for line in profile.lines if line.id == field]
        titles = {wave.id: wave.title for wave in await self._waves.listed("published")} if weak else {}
        found = await asyncio.gather(*(self._for(scope, line, titles) for line in weak))
        return Recommended(profile.assessment, weak, [one for items in found for one in items])

    async def _for(self, scope: TenantScope, line: Line, titles: dict[str, dict[str, str]]) -> list[Recommendation]:
        slugs = await self._marks.marked(line.id) - {scope.tenant}
        if not slugs:
            return []
        near = await self._similar.of(scope, NEAR, among=slugs)
        if near.own is None:
            return []
        order = [one.slug for one in near.neighbours if one.slug]
        marks = {mark.practice: mark for mark in await self._marks.of_municipalities(line.id, order)}
        practices = await self._library.some_published(list(marks))
        found = []
        for neighbour in near.neighbours:
            for practice in practices:
                content = practice.state.published
                if (
                    practice.tenant != neighbour.slug
                    or content is None
                    or not content.named
                    or line.id not in content.fields
                ):
                    continue
                mark = marks[practice.id]
                found.append(Recommendation(line, practice, neighbour, near.own, mark, titles.get(mark.wave, {})))
        return found[:EACH]


def _field_of(wanted: str, questionnaire: Questionnaire | None) -> str:
    questions = {one.id: one.field for one in questionnaire.questions} if questionnaire else {}
    return questions.get(wanted, wanted)
