"""An action plan (Handlungskonzept): what is being written, versions that never change once published, and what changed from one
to the next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from services.reporting.domain.cost import Cost
from services.reporting.domain.council import Aim, Council, Measure
from services.reporting.domain.profile import Line
from services.reporting.domain.rounding import half_up

MOST_VERSIONS = 30
ChangeKind = Literal[
    "added", "removed", "status", "due", "reworded", "office", "budget", "goal", "indicators", "foreword"
]


@dataclass(frozen=True, slots=True)
class PreviousWave:
    """The wave before. `when`: as people read it; `scores`: by field, where a line may be drawn to it; of the measures `agreed`
    on then, how many are `done` and how many were `dropped`."""

    when: str
    scores: Mapping[str, float]
    agreed: int = 0
    done: int = 0
    dropped: int = 0


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """A published version of the plan: the content of its day, whatever becomes of the figures. `foreword`: by language."""

    number: int
    at: datetime
    council: Council
    before: PreviousWave | None = None
    foreword: dict[str, str] = {}


class MeasurePlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who carries out a measure, an office and no person, and what it costs."""

    office: str = ""
    budget: Cost | None = None


class FieldPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the municipality writes about a field of action. `goal`, `indicators`: by language, indicators one a line; `measures`: by
    id; `revision`: rises with each change."""

    goal: dict[str, str] = {}
    indicators: dict[str, str] = {}
    measures: dict[str, MeasurePlan] = {}
    revision: int = 0


class PlanState(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of an action plan. `fields`: what is being written, which the next version will hold; `public`: everybody may read
    the newest version; `indexed`: search engines may list that page."""

    fields: dict[str, FieldPlan] = {}
    versions: tuple[Version, ...] = ()
    public: bool = False
    indexed: bool = False


class PlanRefusal(Exception):
    """A command that does not fit; the class says which rule."""


class TooManyVersions(PlanRefusal):
    """The plan has as many versions as one may have."""


class NothingPublished(PlanRefusal):
    """A page needs a version that it shows."""


class FieldChanged(PlanRefusal):
    """Somebody else changed the field meanwhile."""


@dataclass(frozen=True, slots=True)
class Write:
    """Replace goal, indicators, offices and budgets of a field. `revision`: the one that was seen, None overwrites any."""

    field: str
    plan: FieldPlan
    revision: int | None


@dataclass(frozen=True, slots=True)
class Publish:
    """Freeze the content of today as the next version."""

    at: datetime
    council: Council
    before: PreviousWave | None
    foreword: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Show:
    """Let everybody read it, or withdraw it."""

    public: bool
    indexed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs from the version before; `measure` as it is now, or was where it is gone. `line`: the field, where its
    goal or its indicators differ."""

    kind: ChangeKind
    measure: Measure | None = None
    earlier: Measure | None = None
    line: Line | None = None


PlanCommand: TypeAlias = Write | Publish | Show


def decide_plan(state: PlanState, command: PlanCommand) -> PlanState:
    """The plan after a command. Raises a `PlanRefusal`."""
    if isinstance(command, Write):
        stored_revision = state.fields.get(command.field, FieldPlan()).revision
        if command.revision is not None and command.revision != stored_revision:
            raise FieldChanged
        plan = msgspec.structs.replace(command.plan, revision=stored_revision + 1)
        return msgspec.structs.replace(state, fields={**state.fields, command.field: plan})
    if isinstance(command, Publish):
        if len(state.versions) >= MOST_VERSIONS:
            raise TooManyVersions
        version = Version(
            len(state.versions) + 1, command.at, essence(command.council), command.before, dict(command.foreword)
        )
        return msgspec.structs.replace(state, versions=(*state.versions, version))
    if command.public and not state.versions:
        raise NothingPublished
    return msgspec.structs.replace(state, public=command.public, indexed=command.public and command.indexed)


def with_plan(council: Council, fields: Mapping[str, FieldPlan]) -> Council:
    """The content with what the municipality wrote in its plan; what it wrote of measures and fields that are gone is left out."""
    plans_by_measure = {id: plan for field in fields.values() for id, plan in field.measures.items()}
    aims = {
        line.id: Aim(plan.goal, plan.indicators)
        for line in council.lines
        if (plan := fields.get(line.id)) is not None and (plan.goal or plan.indicators)
    }
    measures = []
    for measure in council.measures:
        measure_plan = plans_by_measure.get(measure.id)
        if measure_plan is not None:
            measure = dataclasses.replace(measure, office=measure_plan.office, budget=measure_plan.budget)
        measures.append(measure)
    return dataclasses.replace(council, aims=aims, measures=measures)


def lines(words: str) -> list[str]:
    """What stands on the lines of a text, one by one."""
    return [line.strip() for line in words.splitlines() if line.strip()]


def essence(council: Council) -> Council:
    """The part that a plan is made of: no views of single perspectives, of each field's questions the weakest alone."""
    weakest = {line.id: council.weakest_question(line.id) for line in council.lines}
    return dataclasses.replace(
        council,
        perspectives=(),
        lines=[dataclasses.replace(line, perspectives=()) for line in council.lines],
        questions={id: [question] for id, question in weakest.items() if question is not None},
    )


def changes(earlier: Version, later: Version) -> list[Change]:
    """What a reader of the earlier version has to know; nothing where both say the same."""
    foreword_changes = [Change("foreword")] if earlier.foreword != later.foreword else []
    return [
        *foreword_changes,
        *_changes_of_aims(earlier.council, later.council),
        *_changes_of_measures(_by_id(earlier), _by_id(later)),
    ]


def _changes_of_aims(earlier_council: Council, later_council: Council) -> Iterator[Change]:
    no_aim = Aim({}, {})
    for line in later_council.lines:
        earlier, later = earlier_council.aims.get(line.id, no_aim), later_council.aims.get(line.id, no_aim)
        if earlier.goal != later.goal:
            yield Change("goal", line=line)
        if earlier.indicators != later.indicators:
            yield Change("indicators", line=line)


def _changes_of_measures(
    earlier_measures: Mapping[str, Measure], later_measures: Mapping[str, Measure]
) -> Iterator[Change]:
    for id, measure in later_measures.items():
        earlier = earlier_measures.get(id)
        if earlier is None:
            yield Change("added", measure)
            continue
        if earlier.status != measure.status:
            yield Change("status", measure, earlier)
        if earlier.due != measure.due:
            yield Change("due", measure, earlier)
        if earlier.title != measure.title:
            yield Change("reworded", measure, earlier)
        if earlier.office != measure.office:
            yield Change("office", measure, earlier)
        if earlier.budget != measure.budget:
            yield Change("budget", measure, earlier)
    yield from (Change("removed", measure) for id, measure in earlier_measures.items() if id not in later_measures)


def _by_id(version: Version) -> dict[str, Measure]:
    return {one.id: one for one in version.council.measures}


def moved_by(line: Line, previous_wave: PreviousWave | None) -> float | None:
    """By how many points a field's score moved since the wave before; None where no line joins the two."""
    if previous_wave is None or line.id not in previous_wave.scores or line.total.score is None:
        return None
    return half_up(line.total.score - previous_wave.scores[line.id], 2)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the measures of a version are."""

    agreed: int
    done: int
    under_way: int
    overdue: int


def progress(council: Council) -> Progress:
    measures = council.measures
    return Progress(
        agreed=len(measures),
        done=sum(one.status == "done" for one in measures),
        under_way=sum(one.status == "started" for one in measures),
        overdue=sum(one.overdue for one in measures),
    )
