"""A municipality for tests: the service on the real MongoDB with a mail server of its own, and its clock in hand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP
from starlette.requests import Request
from starlette.responses import Response

from chassis.clock import Clock
from chassis.identity.tokens import Identity, LocalIssuer
from chassis.service import Service
from chassis.settings import Settings
from services.notifications.domain.facts import Contact, Fact, Gathering, Group
from services.notifications.messages.enqueue import new_message
from services.notifications.service import compose
from tests.service.notifications.projected import admit, appoint, enqueue_messages, store_facts
from tests.support.conformity import conforms

TENANT = "wilhelmshaven"
FACTS = {"languages": ("de", "uk"), "colour": "#a01020", "phone": "04421 1234", "phone_hours": {"de": "Mo–Fr 9–12"}}
"""What the tests' municipality says of itself."""

MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+@[a-z0-9.-]+>")
"""As RFC 5322 writes them, without the dots that may stand before the @."""


@dataclass
class MailSink:
    """Keeps what it is sent; refuses with the next of `answers`, if there is one. While it `withholds_answers` it keeps its answers to itself."""

    answers: list[str] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)
    envelopes: list[Any] = field(default_factory=list)
    withholds_answers: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        self.envelopes.append(envelope)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        while self.withholds_answers:
            await asyncio.sleep(0.01)
        return "250 kept"


class ManualClock(Clock):
    """Stands where it is put."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        return self.time


@dataclass
class Town:
    service: Service
    sink: MailSink
    clock: ManualClock
    coordinator: httpx.AsyncClient
    app: Any

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """A browser of its own."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    @property
    def database(self) -> Any:
        return self.service.context.database

    async def add_gathering(self, id: str = "g", *, tenant: str = TENANT, **fields: Any) -> None:
        start = self.clock.time + timedelta(days=20)
        fields = {"title": {"de": "Dialog"}, "starts_at": start, "ends_at": start + timedelta(hours=2), **fields}
        await self.store_facts("gatherings", Gathering(id=id, **fields), tenant=tenant)

    async def add_person(
        self,
        id: str,
        *,
        status: str = "confirmed",
        gathering: str = "g",
        group: Any = None,
        tenant: str = TENANT,
        **contact: Any,
    ) -> None:
        fields = {"name": "Olena", "email": f"{id}@example.org", "codes": {"manage": "c0de"}, **contact}
        await self.store_facts("contacts", Contact(id=id, **fields), tenant=tenant)
        row = {"gathering": gathering, "status": status, "sure": status != "unconfirmed", **(group or {})}
        await self.store_facts("participants", Group(id=id, **row), tenant=tenant)

    async def add_coordinator(self, id: str, email: str, key: str | None = None) -> None:
        """A coordinator of the municipality; `key`: of the address that they were invited under."""
        await self.store_facts("contacts", Contact(id=id, name="Karla", email=email, kind="staff"))
        await appoint(self.database, {id: TENANT}, key)

    async def store_facts(self, collection: str, *facts: Fact, tenant: str = TENANT) -> None:
        await store_facts(self.database, collection, *facts, tenant=tenant)

    async def enqueue_message(
        self,
        contact: str,
        kind: str,
        id: str = "",
        gathering: str | None = "g",
        *,
        tenant: str = TENANT,
        due: bool = True,
        **fields: Any,
    ) -> str:
        """Enqueue a message that is due now, or one that waits for nothing (any more); returns its id."""
        now, id = self.clock.time, id or f"m-{contact}"
        facts = ({"gathering": gathering} if gathering else {}) | ({"due_at": now} if due else {}) | fields
        await enqueue_messages(self.database, {id: new_message(kind, contact, now, tenant=tenant, **facts)})
        return id

    async def get_message(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.database["intents"].find_one({"_id": id})
        return found

    def job(self, name: str) -> Any:
        return next(one for one in self.service.definition.jobs if one.name == name)

    async def run(self, job: str = "deliver") -> None:
        """Handle what is due now in one job, once each."""
        found = self.job(job)
        due = found.documents.find({"due_at": {"$lte": self.clock.time}}).sort("due_at", 1)
        for document in await due.to_list(None):
            fresh = await found.documents.find_one({"_id": document["_id"], "due_at": {"$lte": self.clock.time}})
            if fresh and job == "deliver":
                await found.deliver.carry_out(
                    fresh, lambda: True
                )  # on a slow machine its range might fall to others meanwhile
            elif fresh:
                await found.handle(fresh)
        for mail in self.sink.mails:
            assert MESSAGE_ID.fullmatch(mail["Message-ID"]), mail["Message-ID"]


@asynccontextmanager
async def town_on(settings: Settings, **more: Any) -> AsyncIterator[Town]:
    sink = MailSink()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink, enable_SMTPUTF8=False), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    changed = {"smtp_url": f"smtp://127.0.0.1:{port}", **more}
    clock = ManualClock()
    service = Service("notifications", compose_with_clock(clock), settings.model_copy(update=changed))
    await service.prepare()
    await admit(service.context.database, TENANT, **FACTS)
    app = service.app(works=False)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    token = LocalIssuer(settings).issue(TENANT, "coordinator")
    client = httpx.AsyncClient(
        transport=transport,
        base_url="http://test",
        headers={"Authorization": f"Bearer {token}"},
        event_hooks={"response": [conforms(app)]},
    )
    try:
        yield Town(service, sink, clock, client, app)
    finally:
        server.close()
        await service.context.database.close()


def compose_with_clock(clock: Clock) -> Any:
    def composed(context: Any) -> Any:
        context.clock = clock
        return compose(context)

    return composed


def signed_in(town: Town, email: str | None) -> dict[str, str]:
    """Headers of a coordinator's browser who signed in under this address, as it sends them from a page of ours."""
    request = Request({"type": "http", "scheme": "http", "headers": [], "server": ("test", 80), "path": "/"})
    response, grants = Response(), {TENANT: frozenset({"coordinator"})}
    town.app.state.sessions.start(request, response, Identity("c", email, frozenset(), grants))
    cookie = response.headers["set-cookie"].partition(";")[0]
    return {"Cookie": cookie, "Authorization": "", "Sec-Fetch-Site": "same-origin"}
