"""Reporting on the real MongoDB without Kafka: what other services tell is made by hand and handled at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
from fastapi import FastAPI

from chassis.clock import rfc3339
from chassis.identity.tokens import LocalIssuer
from chassis.ids import new_id
from chassis.messaging.records import Record
from chassis.service import Service
from chassis.settings import Settings
from contracts import registration as r
from contracts import selfcheck as s
from contracts.envelope import Envelope, Event
from services.reporting.service import compose
from tests.support.conformity import conforms

START = datetime(2026, 11, 1, 10, tzinfo=UTC)
BASE = "/reporting/v1/wilhelmshaven"


@dataclass
class Topics:
    """Makes records as relays would: a gap-free sequence per aggregate, a minute between events."""

    records: list[Record] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)

    def tell(self, key: str, event: Event, tenant: str = "wilhelmshaven") -> str:
        """Append an event; its time as the API gives it."""
        ordering_key = f"{event.topic}:{key}"
        self.sequences[ordering_key] = self.sequences.get(ordering_key, 0) + 1
        time = rfc3339(START + timedelta(minutes=len(self.records)))
        envelope = Envelope(
            new_id(),
            event.event_type,
            event.topic.partition(".")[0],
            time,
            key,
            tenant,
            self.sequences[ordering_key],
            event.model_dump_json().encode(),
        )
        headers = tuple((name, value) for name, value in envelope.headers())
        self.records.append(Record(event.topic, 0, len(self.records), key, envelope.data, headers))
        return time


@dataclass
class Reporting:
    service: Service
    issuer: LocalIssuer
    topics: Topics
    transport: httpx.ASGITransport

    def client(self, tenant: str | None, role: str = "coordinator") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.issuer.issue(tenant, role)}"} if tenant else {}
        hooks = {"response": [conforms(cast(FastAPI, self.transport.app))]}
        return httpx.AsyncClient(transport=self.transport, base_url="http://test", headers=headers, event_hooks=hooks)

    async def freeze(self) -> None:
        """What the nightly job does, for all municipalities that are due."""
        job = next(job for job in self.service.definition.jobs if job.name == "freeze")
        for tenant in ("wilhelmshaven", "wolfsburg"):
            await self.service.definition.state["services"].freezing.carry_out({"_id": tenant, "tenant": tenant})
        assert job.collection == "freezings"

    async def handle(self, records: list[Record]) -> None:
        assert self.service.context.processor is not None
        await self.service.context.processor.handle(records)


def gathering(id: str = "g1", capacity: int = 35) -> r.Gathering:
    return r.Gathering(
        gathering_id=id,
        title={"de": "Zusammenleben in Vielfalt"},
        description={"de": "-"},
        kind="dialogue",
        starts_at=datetime(2026, 11, 30, 16, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 30, 19, tzinfo=UTC),
        mode="online",
        capacity=capacity,
        party_max=4,
        allocation="first_come",
        offer_hours=24,
        confirm_minutes=60,
        support=(r.Support(id="interpreter.uk", label={"de": "Dolmetschen Ukrainisch"}, capacity=2),),
    )


def registered(
    id: str, status: r.SeatStatus, size: int = 1, language: str = "de", support: tuple[str, ...] = ()
) -> r.ParticipantRegistered:
    return r.ParticipantRegistered(
        gathering_id="g1",
        registration_id=id,
        status=status,
        size=size,
        language=language,
        channel="web",
        support=support,
    )


def admitted(slug: str) -> r.MunicipalityAdmitted:
    return r.MunicipalityAdmitted(
        slug=slug,
        name={"de": slug.capitalize()},
        kind="city",
        state="Niedersachsen",
        inhabitants=75_000,
        languages=("de", "uk"),
        contact_id="c",
    )


@asynccontextmanager
async def reporting_on(settings: Settings) -> AsyncIterator[Reporting]:
    """Two admitted municipalities."""
    service = Service("reporting", compose, settings)
    await service.prepare()
    topics = Topics()
    transport = httpx.ASGITransport(service.app(works=False), raise_app_exceptions=False)
    made = Reporting(service, LocalIssuer(settings), topics, transport)
    for slug in ("wilhelmshaven", "wolfsburg"):
        topics.tell(slug, admitted(slug), slug)
    await made.handle(topics.records)
    yield made
    await service.context.database.close()


def tell_participation(topics: Topics) -> str:
    """The time of the last event."""
    topics.tell("g1", r.GatheringPublished(gathering=gathering()))
    topics.tell("g1", registered("p1", "unconfirmed", 2, "uk", ("interpreter.uk",)))
    topics.tell("g1", r.ParticipantConfirmed(gathering_id="g1", registration_id="p1", by="address"))
    topics.tell("g1", registered("p2", "confirmed", 3))
    topics.tell("g1", registered("p3", "waiting", 1, "uk"))
    topics.tell("g1", registered("p4", "confirmed", 4, "ar", ("interpreter.uk",)))
    topics.tell("g1", r.ParticipantCancelled(gathering_id="g1", registration_id="p4", by="holder"))
    return topics.tell("g1", r.ParticipantArrived(gathering_id="g1", registration_id="p2"))


def tell_assessment(topics: Topics) -> str:
    """A closed assessment with one perspective hidden; the time of its closing."""
    fields = tuple(s.Titled(id=f"f{n}", title={"de": f"Feld {n}", "en": f"Field {n}"}) for n in range(1, 8))
    topics.tell(
        "q:1",
        s.QuestionnairePublished(
            questionnaire_id="q", version="1", title={"de": "Q"}, content_hash="0", fields=fields, questions=()
        ),
        "-",
    )
    topics.tell(
        "a1",
        s.AssessmentCreated(
            assessment_id="a1",
            title={"de": "=Selbstcheck 2026"},
            questionnaire_id="q",
            version="1",
            minimum_group=3,
            perspectives=(
                s.Titled(id="admin", title={"de": "Verwaltung"}),
                s.Titled(id="civil", title={"de": "Zivilgesellschaft"}),
            ),
        ),
    )
    figure = {"score": 62.0, "coverage": 0.8, "answered": 4}
    hidden = {"score": None, "coverage": None, "answered": None}
    one = {**figure, "consensus_score": None, "perspectives": {"admin": figure, "civil": hidden}}
    result = {
        "overall": {**figure, "consensus_score": 64.0},
        "fields": {f"f{n}": one for n in range(1, 8)},
        "questions": {"a.b:c": figure},
    }
    return topics.tell("a1", s.AssessmentClosed(assessment_id="a1", result=result))
