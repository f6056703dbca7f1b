"""Bodies and answers about action plans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field

from chassis.clock import rfc3339
from chassis.http.base_schemas import AsGerman, Language, RequestModel, ResponseModel
from chassis.text.text_types import Identifier, bounded_integer, text
from services.reporting.action_plans.plans import Draft, Edition
from services.reporting.costs import CostRange, CostResponse, shown_cost
from services.reporting.domain.action_plan import (
    Change,
    ChangeKind,
    FieldPlan,
    MeasurePlan,
    PlanState,
    PreviousWave,
    Version,
    lines,
    moved_by,
)
from services.reporting.domain.council import Aim, Council, Measure
from services.reporting.domain.profile import Line
from services.reporting.practices.schemas import refuse_contact_details

MOST_FOREWORD = 5_000
Words = Annotated[str, text(2_000, least=0, prose=True), AfterValidator(refuse_contact_details)]
Foreword = Annotated[str, text(MOST_FOREWORD, least=0, prose=True), AfterValidator(refuse_contact_details)]


class VersionBody(RequestModel):
    """What a new version of the action plan says. `foreword`: the municipality's own words, by language; a plain text is taken as
    German."""

    foreword: Annotated[dict[Language, Foreword], AsGerman, Field(default_factory=dict)]


class MeasureBody(RequestModel):
    """Who carries out a measure and what it costs. `office`: an office, no person; empty where none is named yet."""

    office: Annotated[str, text(200, least=0), AfterValidator(refuse_contact_details)] = ""
    budget: CostRange | None = None


class FieldBody(RequestModel):
    """What the plan says of a field, the whole anew. `goal`, `indicators`: by language, a plain text is taken as German; indicators
    stand one a line. `measures`: by id. `revision`: the one that was seen; where somebody changed it meanwhile, it is refused."""

    goal: Annotated[dict[Language, Words], AsGerman, Field(default_factory=dict)]
    indicators: Annotated[dict[Language, Words], AsGerman, Field(default_factory=dict)]
    measures: Annotated[dict[Identifier, MeasureBody], Field(max_length=500, default_factory=dict)]
    revision: Annotated[int, bounded_integer(0, 10**9)] | None = None

    def plan(self) -> FieldPlan:
        return FieldPlan(
            goal={code: words for code, words in self.goal.items() if words},
            indicators={code: words for code, words in self.indicators.items() if words},
            measures={
                id: MeasurePlan(measure.office, measure.budget.cost() if measure.budget else None)
                for id, measure in self.measures.items()
                if measure.office or measure.budget
            },
        )


class PublicityBody(RequestModel):
    """Who may find the action plan. `public`: everybody may read the newest version. `indexed`: search engines may list the
    page."""

    public: bool
    indexed: bool = False


class PlannedMeasureResponse(ResponseModel):
    """A measure as it stands in the action plan. `office`: which carries it out, empty where the plan names none; `budget`: null
    where the plan says none."""

    id: str
    title: str
    status: Literal["planned", "started", "done", "dropped"]
    due: date | None
    overdue: bool
    office: str
    budget: CostResponse | None

    @classmethod
    def of(cls, measure: Measure) -> Self:
        return cls(
            id=measure.id,
            title=measure.title,
            status=measure.status,  # type: ignore[arg-type]
            due=measure.due,
            overdue=measure.overdue,
            office=measure.office,
            budget=shown_cost(measure.budget),
        )


class FieldName(ResponseModel):
    """A field of action by its id and its title in all languages."""

    id: str
    title: dict[str, str]


class PlanChangeResponse(ResponseModel):
    """What differs from the version before; `earlier`: the measure as it was there; `field`: whose goal or indicators differ."""

    kind: ChangeKind
    field: FieldName | None
    measure: PlannedMeasureResponse | None
    earlier: PlannedMeasureResponse | None

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(
            kind=change.kind,
            field=FieldName(id=change.line.id, title=dict(change.line.title)) if change.line else None,
            measure=PlannedMeasureResponse.of(change.measure) if change.measure else None,
            earlier=PlannedMeasureResponse.of(change.earlier) if change.earlier else None,
        )


class PlannedFieldResponse(ResponseModel):
    """A field of action in the action plan. `moved`: points since the wave before, null where no line joins the two. `goal`,
    `indicators`: what the municipality wrote, by language."""

    id: str
    title: dict[str, str]
    goal: dict[str, str]
    indicators: dict[str, list[str]]
    score: float | None
    moved: float | None
    measures: list[PlannedMeasureResponse]


N = TypeVar("N", FieldName, PlannedFieldResponse)


class DraftFieldResponse(PlannedFieldResponse):
    """A field of action in the plan that is being written. `revision`: to be sent along with a change, so that nobody overwrites
    what they have not seen."""

    revision: int


class PlanDraftResponse(ResponseModel):
    """What the next version would hold, with the figures and measures of today."""

    fields: list[DraftFieldResponse]

    @classmethod
    def of(cls, draft: Draft) -> Self:
        written = draft.state.fields
        return cls(
            fields=[
                DraftFieldResponse(**field.model_dump(), revision=written.get(field.id, FieldPlan()).revision)
                for field in fields_of(draft.council, draft.before)
            ]
        )


class VersionHead(ResponseModel):
    """A version in a list: when it was published, how many measures it holds, and how many of them are done."""

    version: int
    published_at: str
    measures: int
    done: int


class PreviousWaveResponse(ResponseModel):
    """What became of the measures that were agreed on in the wave before. `when`: month and year of its closing."""

    when: str
    agreed: int
    done: int
    dropped: int


class PlanVersionResponse(ResponseModel):
    """A version as it was published, and what changed since the one before."""

    version: int
    published_at: str
    as_of: str
    foreword: dict[str, str]
    fields: list[PlannedFieldResponse]
    before: PreviousWaveResponse | None
    changes: list[PlanChangeResponse]

    @classmethod
    def of(cls, edition: Edition) -> Self:
        version = edition.version
        previous_wave = version.before
        return cls(
            version=version.number,
            published_at=rfc3339(version.at),
            as_of=rfc3339(version.council.source.as_of),
            foreword=version.foreword,
            fields=fields_of(version.council, version.before),
            before=PreviousWaveResponse(
                when=previous_wave.when,
                agreed=previous_wave.agreed,
                done=previous_wave.done,
                dropped=previous_wave.dropped,
            )
            if previous_wave
            else None,
            changes=[PlanChangeResponse.of(one) for one in edition.changes],
        )

    def with_names(self, names: Mapping[str, Mapping[str, str]]) -> Self:
        """The names of its fields in languages that they were translated into since, by their German sentence (decision 48)."""

        def translated(field: N) -> N:
            return field.model_copy(update={"title": {**names.get(field.title.get("de", ""), {}), **field.title}})

        changes = [
            change.model_copy(update={"field": translated(change.field)}) if change.field else change
            for change in self.changes
        ]
        return self.model_copy(update={"fields": [translated(field) for field in self.fields], "changes": changes})


class ActionPlanResponse(ResponseModel):
    """The action plan of a self-check with its versions. `address`: of the public page, null while there is none."""

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
    done_count = sum(one.status == "done" for one in measures)
    return VersionHead(
        version=version.number, published_at=rfc3339(version.at), measures=len(measures), done=done_count
    )


def fields_of(council: Council, previous_wave: PreviousWave | None) -> list[PlannedFieldResponse]:
    return [_planned_field(line, council, previous_wave) for line in council.lines]


def _planned_field(line: Line, council: Council, previous_wave: PreviousWave | None) -> PlannedFieldResponse:
    aim = council.aims.get(line.id, Aim({}, {}))
    return PlannedFieldResponse(
        id=line.id,
        title=dict(line.title),
        goal=dict(aim.goal),
        indicators={code: lines(words) for code, words in aim.indicators.items()},
        score=line.total.score,
        moved=moved_by(line, previous_wave),
        measures=[PlannedMeasureResponse.of(one) for one in council.measures if one.field == line.id],
    )
