"""HTTP of benchmark waves: for the programme office, and for municipalities that take part."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key
from chassis.http.openapi import refusals
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, invalid
from chassis.http.routing import APIRouter
from disclosure.wave_figures import Class
from services.reporting.domain.wave import Group, Span
from services.reporting.http import read_idempotency_key
from services.reporting.permissions import Coordinator, ProgrammeOffice, Staff, WaveReader
from services.reporting.services import get_services
from services.reporting.waves.benchmark import Benchmark, Line
from services.reporting.waves.documents import Wave
from services.reporting.waves.schemas import (
    BenchmarkFieldResponse,
    BenchmarkResponse,
    ClassResponse,
    ConsentBody,
    ConsentList,
    ConsentResponse,
    GroupResponse,
    NamedMunicipalityResponse,
    OfferedGroup,
    Publication,
    Regrouping,
    RuleResponse,
    SpanResponse,
    WaveBody,
    WaveList,
    WaveNamed,
    WaveResponse,
)

router = APIRouter(prefix="/reporting/v1", tags=["benchmark waves"])


@router.get("/benchmark-waves", summary="Benchmark waves")
async def list_waves(request: Request, caller: WaveReader) -> WaveList:
    """The newest first."""
    return WaveList(items=[wave_response(wave) for wave in await get_services(request).waves.list_all()])


@router.post("/benchmark-waves", summary="Open a benchmark wave", status_code=201, response_model=WaveResponse)
async def open_wave(request: Request, caller: ProgrammeOffice, body: WaveBody, key: Key = None) -> Response:
    """Municipalities may take part from `opens_at` on; at `freezes_at` it freezes by itself."""
    wave, replayed = await get_services(request).waves.open(
        body.title,
        body.questionnaire.id,
        body.questionnaire.versions,
        [group.group() for group in body.groups],
        body.minimum,
        body.opens_at,
        body.freezes_at,
        read_idempotency_key(request, key, body),
    )
    return json_response(wave_response(wave).model_dump(mode="json", by_alias=True), 201, replayed)


@router.get("/benchmark-waves/{id}", summary="A benchmark wave")
async def get_wave(request: Request, caller: WaveReader, id: str) -> WaveResponse:
    waves = get_services(request).waves
    wave = await waves.get(id)
    taking_part = wave.municipalities if wave.status != "open" else None
    if taking_part is None and "programme_office" in caller.roles:
        taking_part = await waves.count_taking_part(id)
    return wave_response(wave, taking_part)


@router.delete("/benchmark-waves/{id}", summary="Remove a wave", status_code=204, **refusals("wave-has-members"))
async def remove_wave(request: Request, caller: ProgrammeOffice, id: str) -> Response:
    """Only while no municipality takes part; afterwards it stays."""
    await get_services(request).waves.remove(id)
    return Response(status_code=204)


@router.post("/benchmark-waves/{id}/regrouping", summary="Merge or drop groups")
async def regroup_wave(
    request: Request, caller: ProgrammeOffice, id: str, body: Regrouping, key: Key = None
) -> WaveResponse:
    """Before the publication, where the audit found that somebody could be recognised."""
    return wave_response(await get_services(request).waves.regroup(id, body.drop, [one.merge() for one in body.merge]))


@router.post("/benchmark-waves/{id}/freezing", summary="Freeze a wave")
async def freeze_wave(request: Request, caller: ProgrammeOffice, id: str, key: Key = None) -> WaveResponse:
    """Who takes part, with which figures, stands from now on: one step, before or after each consent."""
    wave = await get_services(request).freeze_waves.freeze(id, read_idempotency_key(request, key))
    return wave_response(wave, wave.municipalities)


@router.post("/benchmark-waves/{id}/publication", summary="Audit and publish a wave")
async def publish_wave(
    request: Request, caller: ProgrammeOffice, id: str, body: Publication | None = None, key: Key = None
) -> WaveResponse:
    """Audit the wave and publish it. Raises 409 `disclosure` with `counterexample`, groups by field, where somebody could tell another municipality's figure within
    ten points; with `suppress` what gives it away is left out instead. The `certificate` says what was checked."""
    suppress = body is not None and body.suppress
    wave = await get_services(request).publish_waves.publish(id, suppress, read_idempotency_key(request, key, body))
    return wave_response(wave, wave.municipalities)


@router.get("/{tenant}/benchmark-consent", summary="In which waves the municipality takes part")
async def list_consents(request: Request, caller: Staff) -> ConsentList:
    """Of all waves."""
    consents = await get_services(request).waves.list_consents(caller.scope)
    return ConsentList(
        items=[
            ConsentResponse(wave=id, assessment=one.assessment, named=one.named, at=one.at)
            for id, one in consents.items()
        ]
    )


@router.put("/{tenant}/benchmark-consent", summary="Take part in a wave")
async def give_consent(request: Request, caller: Coordinator, body: ConsentBody) -> ConsentResponse:
    """With a closed self-check, until the wave is frozen; again to change it."""
    consent = await get_services(request).waves.give_consent(caller.scope, body.wave, body.assessment, body.named)
    return ConsentResponse(wave=body.wave, assessment=consent.assessment, named=consent.named, at=consent.at)


@router.delete("/{tenant}/benchmark-consent", summary="Take the consent back", status_code=204)
async def withdraw_consent(
    request: Request, caller: Coordinator, body: WaveNamed | None = None, wave: Filter = ""
) -> Response:
    """Until the wave is frozen. The wave stands in the body or in the address."""
    id = body.wave if body is not None else wave
    if not id:
        raise invalid(FieldError("/wave", "Please name the wave."))
    await get_services(request).waves.withdraw(caller.scope, id)
    return Response(status_code=204)


@router.get("/{tenant}/benchmark", summary="A published wave, and where the municipality stands")
async def get_benchmark(request: Request, caller: Staff, wave: Filter = "", group: Filter = "") -> BenchmarkResponse:
    """Without `wave` the newest, without `group` the first that the municipality belongs to."""
    return await benchmark_of(request, caller, wave, group)


async def benchmark_of(request: Request, caller: Caller, wave: str, group: str) -> BenchmarkResponse:
    services = get_services(request)
    benchmark = await services.benchmarks.get(caller.scope, wave, group)
    names = await services.municipalities.get_names([one.slug for one in benchmark.named])
    assert benchmark.wave.published_at is not None
    return BenchmarkResponse(
        wave=benchmark.wave.id,
        title=benchmark.wave.title,
        group=_offered_group(benchmark.group, benchmark),
        groups=[_offered_group(one, benchmark) for one in benchmark.wave.groups],
        fields={line.field.id: _field(line) for line in benchmark.lines},
        named=[
            NamedMunicipalityResponse(
                municipality={"slug": one.slug, "name": dict(names[one.slug])}, fields=dict(one.scores)
            )
            for one in benchmark.named
        ],
        certificate=benchmark.wave.certificate or {},
        as_of=benchmark.wave.published_at,
    )


def wave_response(wave: Wave, taking_part: int | None = None) -> WaveResponse:
    return WaveResponse(
        id=wave.id,
        title=wave.title,
        status=wave.status,
        questionnaire={"id": wave.questionnaire, "versions": list(wave.versions)},
        opens_at=wave.opens_at,
        freezes_at=wave.freezes_at,
        frozen_at=wave.frozen_at,
        published_at=wave.published_at,
        minimum=wave.minimum,
        groups=[_group(group) for group in wave.groups],
        taking_part=taking_part,
        certificate=wave.certificate,
    )


def _group(group: Group) -> GroupResponse:
    rules = [
        RuleResponse(population=_span(rule.population), kind=rule.kind, state=rule.state, density=_span(rule.density))
        for rule in group.rules
    ]
    return GroupResponse(id=group.id, label=group.label, rules=rules)


def _span(span: Span | None) -> SpanResponse | None:
    return None if span is None else SpanResponse(from_=span.low, to=span.high)


def _offered_group(group: Group, benchmark: Benchmark) -> OfferedGroup:
    return OfferedGroup(id=group.id, label=group.label, own=group.id in benchmark.own_groups)


def _field(line: Line) -> BenchmarkFieldResponse:
    published = line.published
    quartiles = published.quartiles if published is not None else None
    return BenchmarkFieldResponse(
        title=line.field.title,
        municipalities=None if published is None else published.municipalities,
        median=None if published is None else _class_response(published.median),
        quartiles=None if quartiles is None else (_class_response(quartiles[0]), _class_response(quartiles[1])),
        own=line.own,
        own_band=line.band,
    )


def _class_response(score_class: Class) -> ClassResponse:
    return ClassResponse(from_=score_class.low, to=score_class.high)
