"""An action plan (Handlungskonzept): versions that never change once published, and what changed from one to the next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from services.reporting.domain.council import Council, Measure
from services.reporting.domain.profile import Line
from services.reporting.domain.rounding import half_up

MOST_VERSIONS = 30
ChangeKind = Literal["added", "removed", "status", "due", "reworded", "foreword"]


@dataclass(frozen=True, slots=True)
class Before:
    """The wave before. `when`: as people read it; `scores`: by field, where a line may be drawn to it; of the measures `agreed`
    on then, how many are `done` and how many were `dropped`."""

    when: str
    scores: Mapping[str, float]
    agreed: int = 0
    done: int = 0
    dropped: int = 0


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was published: the content of its day, whatever becomes of the figures. `foreword`: by language."""

    number: int
    at: datetime
    council: Council
    before: Before | None = None
    foreword: dict[str, str] = {}


class PlanState(msgspec.Struct, frozen=True, omit_defaults=True):
    """`public`: everybody may read the newest version; `indexed`: search engines may list that page."""

    versions: tuple[Version, ...] = ()
    public: bool = False
    indexed: bool = False


class PlanRefusal(Exception):
    """A command that does not fit; the class says which rule."""


class TooManyVersions(PlanRefusal):
    pass


class NothingPublished(PlanRefusal):
    """A page needs a version that it shows."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Freeze the content of today as the next version."""

    at: datetime
    council: Council
    before: Before | None
    foreword: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Show:
    """Let everybody read it, or withdraw it."""

    public: bool
    indexed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs from the version before; `measure` as it is now, or was where it is gone."""

    kind: ChangeKind
    measure: Measure | None = None
    earlier: Measure | None = None


def decide_plan(state: PlanState, command: Publish | Show) -> PlanState:
    """Raises a `PlanRefusal`."""
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


def essence(council: Council) -> Council:
    """The part that a plan is made of: no views of single perspectives, of each field's questions the weakest alone."""
    weakest = {line.id: council.weakest_question(line.id) for line in council.lines}
    return dataclasses.replace(
        council,
        perspectives=(),
        lines=[dataclasses.replace(line, perspectives=()) for line in council.lines],
        questions={id: [question] for id, question in weakest.items() if question is not None},
    )


def changes(before: Version, after: Version) -> list[Change]:
    """What a reader of the earlier version has to know; nothing where both say the same."""
    found = [Change("foreword")] if before.foreword != after.foreword else []
    return [*found, *_of_measures(_by_id(before), _by_id(after))]


def _of_measures(old: Mapping[str, Measure], new: Mapping[str, Measure]) -> Iterator[Change]:
    for id, measure in new.items():
        earlier = old.get(id)
        if earlier is None:
            yield Change("added", measure)
            continue
        if earlier.status != measure.status:
            yield Change("status", measure, earlier)
        if earlier.due != measure.due:
            yield Change("due", measure, earlier)
        if earlier.title != measure.title:
            yield Change("reworded", measure, earlier)
    yield from (Change("removed", measure) for id, measure in old.items() if id not in new)


def _by_id(version: Version) -> dict[str, Measure]:
    return {one.id: one for one in version.council.measures}


def moved_by(line: Line, before: Before | None) -> float | None:
    """By how many points a field's score moved since the wave before; None where no line joins the two."""
    if before is None or line.id not in before.scores or line.total.score is None:
        return None
    return half_up(line.total.score - before.scores[line.id], 2)


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
