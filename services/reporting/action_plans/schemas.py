"""Bodies and answers about action plans."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field

from chassis.clock import rfc3339
from chassis.http.base_schemas import AsGerman, Language, RequestModel, ResponseModel
from chassis.text.text_types import text
from services.reporting.action_plans.plans import Edition
from services.reporting.domain.action_plan import Change, ChangeKind, PlanState, Version, moved_by
from services.reporting.domain.council import Measure
from services.reporting.practices.schemas import nobody

MOST_FOREWORD = 5_000
Foreword = Annotated[str, text(MOST_FOREWORD, least=0, prose=True), AfterValidator(nobody)]


class VersionBody(RequestModel):
    """`foreword`: the municipality's own words, by language; a plain text is taken as German."""

    foreword: Annotated[dict[Language, Foreword], AsGerman, Field(default_factory=dict)]


class PublicityBody(RequestModel):
    """`public`: everybody may read the newest version. `indexed`: search engines may list the page."""

    public: bool
    indexed: bool = False


class ShownMeasure(ResponseModel):
    id: str
    title: str
    status: Literal["planned", "started", "done", "dropped"]
    due: date | None
    overdue: bool

    @classmethod
    def of(cls, one: Measure) -> Self:
        return cls(id=one.id, title=one.title, status=one.status, due=one.due, overdue=one.overdue)  # type: ignore[arg-type]


class ShownChange(ResponseModel):
    """What differs from the version before; `earlier`: the measure as it was there."""

    kind: ChangeKind
    measure: ShownMeasure | None
    earlier: ShownMeasure | None

    @classmethod
    def of(cls, one: Change) -> Self:
        return cls(
            kind=one.kind,
            measure=ShownMeasure.of(one.measure) if one.measure else None,
            earlier=ShownMeasure.of(one.earlier) if one.earlier else None,
        )


class ShownField(ResponseModel):
    """`moved`: points since the wave before, null where no line joins the two."""

    id: str
    title: dict[str, str]
    score: float | None
    moved: float | None
    measures: list[ShownMeasure]


class VersionHead(ResponseModel):
    version: int
    published_at: str
    measures: int
    done: int


class ShownBefore(ResponseModel):
    """What became of the measures that were agreed on in the wave before. `when`: month and year of its closing."""

    when: str
    agreed: int
    done: int
    dropped: int


class ShownVersion(ResponseModel):
    """A version as it was published, and what changed since the one before."""

    version: int
    published_at: str
    as_of: str
    foreword: dict[str, str]
    fields: list[ShownField]
    before: ShownBefore | None
    changes: list[ShownChange]

    @classmethod
    def of(cls, found: Edition) -> Self:
        version = found.version
        before = version.before
        return cls(
            version=version.number,
            published_at=rfc3339(version.at),
            as_of=rfc3339(version.council.source.as_of),
            foreword=version.foreword,
            fields=fields_of(version),
            before=ShownBefore(when=before.when, agreed=before.agreed, done=before.done, dropped=before.dropped)
            if before
            else None,
            changes=[ShownChange.of(one) for one in found.changes],
        )


class ShownPlan(ResponseModel):
    """`address`: of the public page, null while there is none."""

    versions: list[VersionHead]
    public: bool
    indexed: bool
    address: str | None

    @classmethod
    def of(cls, state: PlanState, address: str) -> Self:
        return cls(
            versions=[head(one) for one in reversed(state.versions)],
            public=state.public,
            indexed=state.indexed,
            address=address if state.public else None,
        )


def head(version: Version) -> VersionHead:
    measures = version.council.measures
    done = sum(one.status == "done" for one in measures)
    return VersionHead(version=version.number, published_at=rfc3339(version.at), measures=len(measures), done=done)


def fields_of(version: Version) -> list[ShownField]:
    council = version.council
    return [
        ShownField(
            id=line.id,
            title=dict(line.title),
            score=line.total.score,
            moved=moved_by(line, version.before),
            measures=[ShownMeasure.of(one) for one in council.measures if one.field == line.id],
        )
        for line in council.lines
    ]
