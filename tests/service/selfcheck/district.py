"""A district with three members, and a stranger, in one selfcheck on the real MongoDB; the worker's rounds by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson

from chassis.identity.tokens import LocalIssuer
from chassis.service import Service
from chassis.settings import Settings
from tests.service.selfcheck.town import PERSPECTIVES, TENANT, Town, town_of

DISTRICT = "landkreis"
MEMBERS = ("adorf", "bedorf", "cedorf")
STRANGER = TENANT
A, B, C = MEMBERS
WELL = {"a1": 4, "a2": 4, "b1": 3, "b2": 3}
POOR = {"a1": 0, "a2": 1, "b1": 1, "b2": 1}
SOON = (datetime.now(UTC) + timedelta(days=20)).replace(microsecond=0)
ROUND = ("assessments", "joint")


@dataclass
class District:
    """`town` is the stranger's; all share the service."""

    town: Town

    @property
    def service(self) -> Service:
        return self.town.service

    def client(self, tenant: str, role: str = "coordinator") -> httpx.AsyncClient:
        headers = {
            "Accept-Language": "de",
            "Authorization": f"Bearer {LocalIssuer(self.town.settings).issue(tenant, role)}",
        }
        transport = httpx.ASGITransport(self.town.app, raise_app_exceptions=False)
        hooks = {"response": [self.town.conforms]}
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, event_hooks=hooks)

    async def call(
        self, method: str, tenant: str, path: str, body: Any = None, role: str = "moderator"
    ) -> httpx.Response:
        """Of the joint self-checks of a tenant: `path` after the collection."""
        return await self.client(tenant, role).request(
            method, f"/selfcheck/v1/{tenant}/joint-assessments{path}", json=body
        )

    async def opened(self, members: Sequence[str] = MEMBERS, **changes: Any) -> str:
        made = await self.call("POST", DISTRICT, "", joint(members, **changes))
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def accepted(self, id: str, tenant: str) -> str:
        """The member's own self-check."""
        answer = await self.call("POST", tenant, f"/{id}/acceptance")
        assert answer.status_code == 200, answer.text
        return str(next(one["assessment"] for one in answer.json()["members"] if one["municipality"] == tenant))

    async def finished(
        self,
        tenant: str,
        assessment: str,
        people: Mapping[str, Sequence[Mapping[str, Any]]],
        agreed: Mapping[str, int] | None = None,
    ) -> None:
        """Invited, answered, revealed, agreed on and closed by the member itself; then the worker has been round."""
        base = f"/selfcheck/v1/{tenant}/assessments/{assessment}"
        for perspective, sheets in people.items():
            for answers in sheets:
                made = await self.client(tenant).post(f"{base}/invitations", json={"perspective": perspective})
                assert made.status_code == 201, made.text
                await self.town.answer(made.json()["answer_url"].rpartition("/")[2], answers)
        moderator = self.client(tenant, "moderator")
        assert (await moderator.post(f"{base}/reveal")).status_code == 200
        for question, level in (agreed or {}).items():
            body = {"question": question, "level": level, "reason": "gemeinsam"}
            assert (await moderator.post(f"{base}/consensus", json=body)).status_code == 200
        assert (await moderator.post(f"{base}/closing")).status_code == 200
        await self.work()

    async def work(self) -> None:
        """What the worker does with what is due now."""
        for due in self.service.definition.jobs:
            if due.name in ROUND:
                now = {"due_at": {"$lte": datetime.now(UTC)}}
                for document in await due.documents.find(now).to_list(None):
                    await due.handle(document)

    async def events(self, id: str) -> list[tuple[str, dict[str, Any]]]:
        row = await self.service.context.database["joint_assessments"].find_one({"_id": id})
        assert row is not None
        return [(entry["y"], orjson.loads(entry["d"])) for entry in row["outbox"]]


def joint(members: Sequence[str] = MEMBERS, **changes: Any) -> dict[str, Any]:
    return {
        "questionnaire": {"id": "small", "version": "1"},
        "title": {"de": "Gemeinsam"},
        "minimum_group": 3,
        "perspectives": [{"id": one, "title": {"de": one.title()}} for one in PERSPECTIVES],
        "members": list(members),
    } | changes


@asynccontextmanager
async def district_of(settings: Settings) -> AsyncIterator[District]:
    async with town_of(settings) as town:
        database = town.service.context.database
        for slug in (DISTRICT, *MEMBERS):
            facts = {"status": "admitted", "name": {"de": slug.title()}, "kind": "city", "languages": ["de", "en"]}
            await database["tenants"].insert_one({"_id": slug, "tenant": slug, "seq": 1, **facts})
        for member in MEMBERS:
            await database["memberships"].insert_one(membership(member))
        yield District(town)


def membership(member: str, since: str = "2020-01-01", until: str = "9999-12-31") -> dict[str, Any]:
    return {
        "_id": f"{DISTRICT}:{member}",
        "tenant": member,
        "seq": 1,
        "district": DISTRICT,
        "member": member,
        "periods": [{"from": since, "until": until}],
    }


def people(answers: Mapping[str, int], number: int = 5) -> dict[str, list[Any]]:
    """So many of two perspectives who answer the same."""
    return {"administration": [answers] * number, "civil_society": [answers] * number}
