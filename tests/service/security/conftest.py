"""The four services in one process on the real MongoDB, with two municipalities."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from chassis.identity.tokens import LocalIssuer
from chassis.messaging.outbox import envelope
from chassis.messaging.records import Record
from chassis.pages.form_tokens import Forms
from chassis.service import Service
from chassis.settings import Settings
from kommune.services import NAMES, build
from tests.support.separation import own

TENANTS = ("wilhelmshaven", "wolfsburg")


@dataclass
class Everything:
    """Each service with its application, and clients by role (no role: nobody in particular)."""

    services: dict[str, Service]
    apps: dict[str, FastAPI]
    issuer: LocalIssuer

    def client(self, tenant: str = "-", role: str = "", token: str = "") -> httpx.AsyncClient:
        transports = {name: httpx.ASGITransport(app, raise_app_exceptions=False) for name, app in self.apps.items()}
        token = token or (self.issuer.issue(tenant, role) if role else "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        mounts = {f"all://{name}.test": transport for name, transport in transports.items()}
        # Nothing here speaks TLS, and reading the machine's certificates takes longer than a request.
        return httpx.AsyncClient(mounts=mounts, headers=headers, verify=False)

    def url(self, path: str) -> str:
        """Each service answers under a host of its own here."""
        return f"http://{path.split('/', 2)[1]}.test{path}"

    async def spread(self, collection: str, service: str = "registration") -> None:
        """What relay and Kafka do: tell all services the events that stand in an outbox (and leave them there)."""
        rows = await self.services[service].context.database[collection].find({"outbox": {"$ne": None}}).to_list(None)
        records = [
            Record(
                entry["o"],
                0,
                offset,
                entry["k"],
                entry["d"],
                tuple(envelope(entry, row["tenant"], "/registration").headers()),
            )
            for row in rows
            for offset, entry in enumerate(row["outbox"])
        ]
        for service in self.services.values():
            assert service.context.processor is not None
            await service.context.processor.handle(records)

    async def spread_all(self) -> None:
        """One round of what the relays do."""
        for name, service in self.services.items():
            for collection in service.definition.outboxes:
                await self.spread(collection, name)

    async def close(self) -> None:
        """Leave nothing behind."""
        for service in self.services.values():
            await service.context.database.close()

    async def counts(self) -> dict[str, int]:
        """How many documents each collection of each service holds."""
        found = {}
        for name, service in self.services.items():
            database = service.context.database
            for collection in await database.collections():
                found[f"{name}.{collection}"] = await database[collection].count_documents({})
        return found


async def build_everything(settings: Settings, furnish: bool = True) -> Everything:
    """`furnish=False`: without the municipalities, because they are there."""
    settings = settings.model_copy(update={"public_rate_limit": "100000/minute"})
    services = {name: build(name, own(settings, name)) for name in NAMES}
    for service in services.values():
        await service.prepare()
    apps = {name: service.app(works=False) for name, service in services.items()}
    built = Everything(services, apps, LocalIssuer(settings))
    if not furnish:
        return built
    for slug in TENANTS:
        await admit(built, slug)
    await built.spread("municipalities")
    return built


async def admit(everything: Everything, slug: str, kind: str = "city", decided: bool = True) -> None:
    """One more municipality; where it was admitted before, nothing changes. `decided=False`: it only applied."""
    office, base = everything.client(role="programme_office"), everything.url("/registration/v1/municipalities")
    application = {
        "slug": slug,
        "name": {"de": slug.title()},
        "kind": kind,
        "state": "Niedersachsen",
        "inhabitants": 75_000,
        "contact": {"name": "Kontakt", "email": f"kontakt@{slug}.example"},
        "languages": ["de", "uk"],
    }
    applied = await office.post(base, json=application)
    if applied.status_code == 409:
        return
    assert applied.status_code == 201, applied.text
    if not decided:
        return
    decision = {"decision": "admitted", "reason": "Willkommen"}
    assert (await office.post(f"{base}/{slug}/decision", json=decision)).status_code == 200


@pytest.fixture
async def everything(settings: Settings) -> AsyncIterator[Everything]:
    built = await build_everything(settings)
    yield built
    await built.close()


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms act without the token of their page, so that it is not this that holds somebody back; tokens are tested elsewhere."""
    monkeypatch.setattr(Forms, "token_error", lambda *_: None)
