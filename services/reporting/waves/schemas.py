"""Bodies and answers about benchmark waves."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from chassis.http.base_schemas import Labels, RequestModel, ResponseModel
from chassis.text.field_rules import refused
from chassis.text.text_types import Identifier, Label, Moment, bounded_integer
from disclosure.wave_figures import LEAST, Band
from services.reporting.domain.wave import MOST_GROUPS, Group, Merge, Rule, Span, Status
from services.reporting.domain.wave_groups import STATES
from services.reporting.waves.words_staff import FREEZES_FIRST, OUT_OF_ORDER, STATE, TWICE

Count = Annotated[int, bounded_integer(0, 100_000_000)]


class SpanBody(RequestModel):
    """From this number up to, not including, that one."""

    from_: Annotated[Count | None, Field(alias="from")] = None
    to: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise refused(OUT_OF_ORDER)
        return self

    def span(self) -> Span:
        return Span(self.from_, self.to)


def _state(value: str) -> str:
    if value not in STATES:
        raise refused(STATE, states=", ".join(STATES))
    return value


class RuleBody(RequestModel):
    """Who belongs to a group: what is left out does not count. `density`: people per km²."""

    population: SpanBody | None = None
    kind: Literal["city", "district", "municipality"] | None = None
    state: Annotated[Label, AfterValidator(_state)] | None = None
    density: SpanBody | None = None

    def rule(self) -> Rule:
        return Rule(
            self.population.span() if self.population else None,
            self.kind,
            self.state,
            self.density.span() if self.density else None,
        )


class GroupBody(RequestModel):
    """A comparison group by its id, its title and its rule."""

    id: Identifier
    label: Labels
    rule: Annotated[RuleBody, Field(default_factory=RuleBody)]

    def group(self) -> Group:
        return Group(self.id, dict(self.label), (self.rule.rule(),))


class QuestionnaireVersions(RequestModel):
    """Comparable versions of one questionnaire."""

    id: Identifier
    versions: Annotated[list[Identifier], Field(min_length=1, max_length=20)]


class WaveBody(RequestModel):
    """A wave as the programme office plans it. `minimum`: municipalities behind a figure that nobody who looks knows by name, their
    own left out."""

    title: Labels
    questionnaire: QuestionnaireVersions
    opens_at: Moment
    freezes_at: Moment
    groups: Annotated[list[GroupBody], Field(min_length=1, max_length=MOST_GROUPS)]
    minimum: Annotated[int, bounded_integer(LEAST, 1_000)] = LEAST

    @field_validator("freezes_at")
    @classmethod
    def _after_the_opening(cls, value: datetime, info: ValidationInfo) -> datetime:
        opens_at = info.data.get("opens_at")
        if opens_at is not None and value <= opens_at:
            raise refused(FREEZES_FIRST)
        return value

    @field_validator("groups")
    @classmethod
    def _each_once(cls, value: list[GroupBody]) -> list[GroupBody]:
        if len({group.id for group in value}) < len(value):
            raise refused(TWICE)
        return value


class MergeBody(RequestModel):
    """Several groups become one; its id may be that of one of them."""

    id: Identifier
    label: Labels
    groups: Annotated[list[Identifier], Field(min_length=1, max_length=MOST_GROUPS)]

    def merge(self) -> Merge:
        return Merge(self.id, dict(self.label), tuple(self.groups))


class Regrouping(RequestModel):
    """Groups to be merged and groups to be dropped."""

    drop: Annotated[list[Identifier], Field(max_length=MOST_GROUPS, default_factory=list)]
    merge: Annotated[list[MergeBody], Field(max_length=MOST_GROUPS, default_factory=list)]


class Publication(RequestModel):
    """How a wave is published. `suppress`: leave out what gives somebody away instead of refusing."""

    suppress: bool = False


class ConsentBody(RequestModel):
    """The consent of a municipality to take part in a wave. `named`: compare by name with others who do so too."""

    wave: Identifier
    assessment: Identifier
    named: bool = False


class WaveNamed(RequestModel):
    """The wave alone counts where a consent is taken back."""

    wave: Identifier
    assessment: Identifier | None = None
    named: bool = False


class ClassResponse(ResponseModel):
    """Scores from `from` up to, not including, `to`; the last class holds 100."""

    from_: Annotated[int, Field(alias="from", serialization_alias="from")]
    to: int

    model_config = ConfigDict(populate_by_name=True)


class SpanResponse(ResponseModel):
    """From this number up to, not including, that one; null is without end."""

    from_: Annotated[int | None, Field(serialization_alias="from")]
    to: int | None


class RuleResponse(ResponseModel):
    """Who belongs to a group; what is null does not count."""

    population: SpanResponse | None
    kind: str | None
    state: str | None
    density: SpanResponse | None


class GroupResponse(ResponseModel):
    """A comparison group of a wave. `rules`: more than one after a merge; whoever fits one of them belongs to it."""

    id: str
    label: dict[str, str]
    rules: list[RuleResponse]


class WaveResponse(ResponseModel):
    """A wave. `taking_part`: municipalities, for the programme office alone while the wave is open."""

    id: str
    title: dict[str, str]
    status: Status
    questionnaire: dict[str, Any]
    opens_at: datetime
    freezes_at: datetime
    frozen_at: datetime | None
    published_at: datetime | None
    minimum: int
    groups: list[GroupResponse]
    taking_part: int | None = None
    certificate: dict[str, Any] | None = None


class WaveList(ResponseModel):
    """Benchmark waves, the newest first."""

    items: list[WaveResponse]
    next: str | None = None


class ConsentResponse(ResponseModel):
    """A consent: to which wave, with which self-check, and whether by name."""

    wave: str
    assessment: str
    named: bool
    at: datetime


class ConsentList(ResponseModel):
    """The municipality's consents, the newest wave first."""

    items: list[ConsentResponse]


class BenchmarkFieldResponse(ResponseModel):
    """A field of action compared in a group. `municipalities`, `median` and `quartiles` are null where too few give a figure, or
    where it would give somebody away; quartiles also where there are fewer than ten others. `own`: the municipality's own figure,
    as it gave it."""

    title: dict[str, str]
    municipalities: int | None
    median: ClassResponse | None
    quartiles: tuple[ClassResponse, ClassResponse] | None
    own: float | None
    own_band: Band | None


class OfferedGroup(ResponseModel):
    """A comparison group to look at. `own`: the municipality belongs to it."""

    id: str
    label: dict[str, str]
    own: bool


class NamedMunicipalityResponse(ResponseModel):
    """A municipality that compares itself by name, with its figures."""

    municipality: dict[str, Any]
    fields: dict[str, float]


class BenchmarkResponse(ResponseModel):
    """The comparison of a municipality in a wave. `named`: municipalities that compare themselves by name, where this one does so
    too."""

    wave: str
    title: dict[str, str]
    group: OfferedGroup
    groups: list[OfferedGroup]
    fields: dict[str, BenchmarkFieldResponse]
    named: list[NamedMunicipalityResponse]
    certificate: dict[str, Any]
    as_of: datetime
