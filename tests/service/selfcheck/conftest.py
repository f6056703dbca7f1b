"""Selfcheck on the real MongoDB, with clients by role."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from chassis.identity.tokens import LocalIssuer
from chassis.messaging.records import Record
from chassis.service import Service
from chassis.settings import Settings
from contracts.envelope import Envelope
from contracts.registration import MunicipalityAdmitted
from services.selfcheck.service import compose
from tests.service.selfcheck.district import District, district_of
from tests.service.selfcheck.town import Town, town_of

Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    made = Service("selfcheck", compose, settings)
    await made.prepare()
    yield made
    await made.context.database.close()


@pytest.fixture
def client(service: Service, settings: Settings) -> Client:
    transport = httpx.ASGITransport(service.app(works=False), raise_app_exceptions=False)

    def make(tenant: str | None = None, role: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {LocalIssuer(settings).issue(tenant, role)}"} if tenant else {}
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    return make


@pytest.fixture
def office(client: Client) -> httpx.AsyncClient:
    return client("-", "programme_office")


@pytest.fixture
async def wilhelmshaven(service: Service) -> str:
    """A municipality this service knows."""
    event = MunicipalityAdmitted(
        slug="wilhelmshaven",
        name={"de": "Wilhelmshaven"},
        kind="city",
        state="Niedersachsen",
        inhabitants=75_000,
        languages=("de", "en"),
        contact_id="c",
    )
    told = Envelope(
        "e1",
        event.event_type,
        "registration",
        "2026-11-01T10:00:00Z",
        "wilhelmshaven",
        "wilhelmshaven",
        1,
        event.model_dump_json().encode(),
    )
    assert service.context.processor is not None
    await service.context.processor.handle(
        [Record(event.topic, 0, 0, "wilhelmshaven", told.data, tuple((name, value) for name, value in told.headers()))]
    )
    return "wilhelmshaven"


def small(**changes: Any) -> dict[str, Any]:
    """Two questions on a scale from 0 to 4."""
    questions = [{"id": f"f.c.{n}", "text": {"de": f"Frage {n}"}, "weight": 1} for n in (1, 2)]
    return {
        "id": "small",
        "version": "1",
        "title": {"de": "Klein"},
        "scale": {"min": 0, "max": 4, "labels": [{"de": str(level)} for level in range(5)]},
        "rules": {
            "unsure": "exclude",
            "unanswered": "exclude",
            "overall": "fields",
            "minimum_coverage": 0,
            "decimals": 1,
        },
        "fields": [
            {
                "id": "f",
                "title": {"de": "Feld"},
                "weight": 1,
                "criteria": [{"id": "f.c", "title": {"de": "Kriterium"}, "questions": questions}],
            }
        ],
    } | changes


def second(relations: tuple[str | None, str | None] = ("same", "comparable")) -> dict[str, Any]:
    """Version 2 of it: the first question as it was, the second in other words."""
    made = small(version="2")
    for question, relation in zip(made["fields"][0]["criteria"][0]["questions"], relations, strict=True):
        if relation:
            question["continues"] = {"question": question["id"], "relation": relation}
    made["fields"][0]["criteria"][0]["questions"][1]["text"] = {"de": "Frage 2, anders gestellt"}
    return made


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    """Selfcheck for one municipality, with a small questionnaire."""
    async with town_of(settings) as made:
        yield made


@pytest.fixture
async def district(settings: Settings) -> AsyncIterator[District]:
    async with district_of(settings) as made:
        yield made
