"""Selfcheck for one municipality on the real MongoDB: clients by role, a small questionnaire, a workshop in any phase."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from chassis.identity.tokens import LocalIssuer
from chassis.service import Service
from chassis.settings import Settings
from kommune.http import server
from services.selfcheck.service import compose
from tests.support.conformity import conforms
from tests.support.deployment import free_port
from tests.support.namespaces import namespace

TENANT = "wilhelmshaven"
QUESTIONS = ("a1", "a2", "b1", "b2")
PERSPECTIVES = ("administration", "civil_society")
FORM = re.compile(
    r"<form[^>]*action=\"([^\"]*)\"[^>]*>\s*<input type=\"hidden\" name=\"form_token\" value=\"([^\"]+)\""
)


def questionnaire(per_field: int = 2, **changes: Any) -> dict[str, Any]:
    """Two fields of so many questions each, levels from 0 to 4."""

    def field(name: str) -> dict[str, Any]:
        questions = [
            {"id": f"{name}{n}", "text": {"de": f"Frage {name}{n}", "en": f"Question {name}{n}"}, "weight": 1}
            for n in range(1, per_field + 1)
        ]
        criteria = [{"id": f"{name}.c", "title": {"de": "Kriterium"}, "questions": questions}]
        return {"id": name, "title": {"de": f"Feld {name}", "en": f"Field {name}"}, "weight": 1, "criteria": criteria}

    return {
        "id": "small",
        "version": "1",
        "title": {"de": "Klein"},
        "scale": {
            "min": 0,
            "max": 4,
            "labels": [{"de": f"Stufe {level}", "en": f"Level {level}"} for level in range(5)],
        },
        "rules": {
            "unsure": "exclude",
            "unanswered": "exclude",
            "overall": "fields",
            "minimum_coverage": 0.5,
            "decimals": 0,
        },
        "fields": [field("a"), field("b")],
    } | changes


@dataclass
class Town:
    """`service` without its worker; events stay in the outboxes."""

    service: Service
    app: FastAPI
    settings: Settings

    @cached_property
    def conforms(self) -> Callable[[httpx.Response], Awaitable[None]]:
        return conforms(self.app)

    def client(self, role: str = "", language: str = "de") -> httpx.AsyncClient:
        headers = {"Accept-Language": language}
        if role:
            headers["Authorization"] = f"Bearer {LocalIssuer(self.settings).issue(TENANT, role)}"
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        hooks = {"response": [self.conforms]}
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, event_hooks=hooks)

    async def assessment(
        self,
        minimum_group: int = 3,
        perspectives: Sequence[str] = PERSPECTIVES,
        repeats: str | None = None,
        asked: str = "small",
        institutions: Sequence[str] = (),
    ) -> str:
        body = {
            "questionnaire": {"id": asked, "version": "1"},
            "title": {"de": "Probe"},
            "minimum_group": minimum_group,
            "perspectives": [
                {"id": one, "title": {"de": one.title()}, "speaks": "institution" if one in institutions else "person"}
                for one in perspectives
            ],
            "repeats": repeats,
        }
        made = await self.client("coordinator").post(f"/selfcheck/v1/{TENANT}/assessments", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def invite(self, id: str, perspective: str) -> str:
        """The code of a link to answer."""
        made = await self.client("coordinator").post(f"{self.api(id)}/invitations", json={"perspective": perspective})
        assert made.status_code == 201, made.text
        return str(made.json()["answer_url"]).rpartition("/")[2]

    async def answer(self, code: str, answers: Mapping[str, Any]) -> None:
        done = await self.client().put(f"/selfcheck/v1/answers/{code}", json={"answers": dict(answers)})
        assert done.status_code == 200, done.text

    async def answered(
        self, people: Mapping[str, Sequence[Mapping[str, Any]]], minimum_group: int = 3, **options: Any
    ) -> str:
        """An assessment that so many people of each perspective answered."""
        id = await self.assessment(minimum_group, list(people), **options)
        for perspective, sheets in people.items():
            for answers in sheets:
                await self.answer(await self.invite(id, perspective), answers)
        return id

    async def publish(self, document: dict[str, Any]) -> None:
        office = {"Authorization": f"Bearer {LocalIssuer(self.settings).issue('-', 'programme_office')}"}
        published = await self.client().post("/selfcheck/v1/questionnaires", json=document, headers=office)
        assert published.status_code == 201, published.text

    async def revealed(
        self, people: Mapping[str, Sequence[Mapping[str, Any]]], minimum_group: int = 3, **options: Any
    ) -> str:
        id = await self.answered(people, minimum_group, **options)
        assert (await self.moderate(id, "reveal")).status_code == 200
        return id

    async def moderate(self, id: str, step: str, body: Any = None) -> httpx.Response:
        return await self.client("moderator").post(f"{self.api(id)}/{step}", json=body)

    def api(self, id: str) -> str:
        return f"/selfcheck/v1/{TENANT}/assessments/{id}"

    def page(self, id: str) -> str:
        return f"/selfcheck/{TENANT}/assessments/{id}"

    async def submit(self, client: httpx.AsyncClient, page: str, action: str, **fields: str) -> httpx.Response:
        """Open a page and send its form that goes to `action` (empty: to the page itself)."""
        shown = await client.get(page)
        assert shown.status_code == 200, shown.text
        tokens = {unescape(where): token for where, token in FORM.findall(shown.text)}
        return await client.post(action or page, data={"form_token": tokens[action], **fields})

    async def events(self, id: str, collection: str = "assessments") -> list[tuple[str, dict[str, Any]]]:
        """What stands in a document's outbox: (type, data)."""
        document = await self.service.context.database[collection].find_one({"_id": id})
        assert document is not None
        return [(entry["y"], orjson.loads(entry["d"])) for entry in document["outbox"]]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The address of a real server, for streams."""
        port = free_port()
        running = server(self.app, self.settings, port)
        # Its end would close the database, which the test still needs; what its start prepares is prepared.
        running.config.lifespan = "off"
        task = asyncio.create_task(running.serve())
        while not running.started:
            assert not task.done()
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            running.should_exit = running.force_exit = True
            await task


@asynccontextmanager
async def town_of(settings: Settings) -> AsyncIterator[Town]:
    """Selfcheck for one municipality, with databases of its own."""
    with namespace(settings.mongodb_uri) as own:
        async with _town(settings.model_copy(update={"namespace": own, "public_rate_limit": "100000/minute"})) as made:
            yield made


@asynccontextmanager
async def _town(settings: Settings) -> AsyncIterator[Town]:
    service = Service("selfcheck", compose, settings)
    await service.prepare()
    database = service.context.database
    facts = {"status": "admitted", "name": {"de": "Wilhelmshaven"}, "kind": "city", "languages": ["de", "en", "uk"]}
    await database["tenants"].insert_one({"_id": TENANT, "tenant": TENANT, "seq": 1, **facts})
    made = Town(service, service.app(works=False), settings)
    await made.publish(questionnaire())
    yield made
    await database.close()
