"""Registration's API on the real MongoDB, and people who use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.identity.tokens import LocalIssuer
from chassis.service import Service
from chassis.settings import Settings
from services.registration.service import compose
from tests.service.registration.towns import town  # noqa: F401 - a fixture for this folder
from tests.support.conformity import conforms
from tests.support.waiting import until


@dataclass
class People:
    """HTTP clients by role, all of Wilhelmshaven but the office."""

    service: Service
    public: httpx.AsyncClient
    office: httpx.AsyncClient
    coordinator: httpx.AsyncClient
    intake: httpx.AsyncClient
    stranger: httpx.AsyncClient
    clock: Path
    transport: httpx.ASGITransport

    def visitor(self, **headers: str) -> httpx.AsyncClient:
        """A browser that was never here."""
        return httpx.AsyncClient(transport=self.transport, base_url="http://test", headers=headers)

    def move(self, ahead: timedelta) -> None:
        """From now on it is so much later than it really is."""
        self.clock.write_text(str(ahead.total_seconds()))

    def move_to(self, moment: datetime) -> None:
        """From now on it is this moment, at whatever hour of the day the test runs."""
        self.move(moment - datetime.now(UTC))

    async def forget(self) -> None:
        """Carry out the erasures that were asked for."""
        await self.work("erase", {})

    async def work(self, job: str, of: dict[str, Any]) -> None:
        """Let a scheduled job handle these documents now, due or not."""
        (found,) = (due for due in self.service.definition.jobs if due.name == job)
        for document in await found.documents.find(of).to_list(None):
            await found.handle(document)

    async def released(self, id: str) -> None:
        """Wait until a registration's claim stands and the registration was told: what it was signed up with stands with the claim alone."""
        registrations = self.service.context.database["registrations"]

        async def told() -> bool:
            stored = await registrations.find_one({"_id": id})
            return stored is not None and not {"due_at", "quota", "invitation"} & stored.keys()

        await until(told, "the release")

    async def gathering(self, **changes: Any) -> str:
        """A published gathering; its id."""
        start = datetime.now(UTC) + timedelta(days=6)
        body = {
            "title": {"de": "Zusammenleben in Vielfalt"},
            "description": {"de": "Wir reden miteinander."},
            "kind": "dialogue",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=2.5)).isoformat(),
            "mode": "online",
            "join_url": "https://meet.example/secret",
            "capacity": 35,
            "party_max": 4,
            "offer_hours": 24,
            "support": [{"id": "interpreter.uk", "label": {"de": "Dolmetschen Ukrainisch"}, "capacity": 2}],
        } | changes
        created = await self.coordinator.post("/registration/v1/wilhelmshaven/gatherings", json=body)
        assert created.status_code == 201, created.text
        id: str = created.json()["id"]
        published = await self.coordinator.post(f"/registration/v1/wilhelmshaven/gatherings/{id}/publication")
        assert published.status_code == 200, published.text
        return id

    async def register(
        self, gathering: str, who: httpx.AsyncClient | None = None, key: str | None = None, **changes: Any
    ) -> httpx.Response:
        body = {
            "name": "Olena",
            "contact": {"phone": "+49 4421 1234"},
            "language": "uk",
            "party": [],
            "support": [],
            "channel": "phone",
            "consent": {"text_version": "1"},
        } | changes
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/registration/v1/wilhelmshaven/gatherings/{gathering}/registrations"
        return await (who or self.intake).post(path, json=body, headers=headers)

    async def seats(self, gathering: str) -> dict[str, int]:
        shown = await self.public.get(f"/registration/v1/wilhelmshaven/gatherings/{gathering}")
        seats: dict[str, int] = shown.json()["seats"]
        return seats


@pytest.fixture
async def people(settings: Settings) -> AsyncIterator[People]:
    """Wilhelmshaven is admitted."""
    settings = settings.model_copy(update={"clock_file": settings.state_dir / "clock"})
    service = Service("registration", compose, settings)
    await service.prepare()
    app = service.app(works=False)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    hooks = {"response": [conforms(app)]}
    issuer = LocalIssuer(settings)

    def client(tenant: str | None = None, role: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {issuer.issue(tenant, role)}"} if tenant else {}
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, event_hooks=hooks)

    everyone = People(
        service,
        client(),
        client("-", "programme_office"),
        client("wilhelmshaven", "coordinator"),
        client("wilhelmshaven", "intake"),
        client("wolfsburg", "coordinator"),
        settings.state_dir / "clock",
        transport,
    )
    application = {
        "slug": "wilhelmshaven",
        "name": "Wilhelmshaven",
        "kind": "city",
        "state": "Niedersachsen",
        "inhabitants": 75_000,
        "contact": {"name": "Canary Contact", "email": "canary@wilhelmshaven.example"},
        "languages": ["de", "uk", "ar"],
    }
    assert (await everyone.public.post("/registration/v1/municipalities", json=application)).status_code == 201
    decided = await everyone.office.post(
        "/registration/v1/municipalities/wilhelmshaven/decision", json={"decision": "admitted", "reason": ""}
    )
    assert decided.json() == {"slug": "wilhelmshaven", "status": "admitted"}
    yield everyone
    await service.context.database.close()
