"""A municipality with an assessment of two fields, people who answer, and the notifications that write to them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from chassis.settings import Settings
from tests.service.security.conftest import Everything, build_everything

HOST = "http://selfcheck.test"
BASE = f"{HOST}/selfcheck/v1/wilhelmshaven/assessments"
PERSPECTIVES = [
    {"id": "administration", "title": {"de": "Verwaltung"}},
    {"id": "civil_society", "title": {"de": "Zivilgesellschaft"}},
]


def small() -> dict[str, Any]:
    """Two fields of two and one questions on a scale from 0 to 4."""

    def field(id: str, *numbers: int) -> dict[str, Any]:
        questions = [{"id": f"{id}.c.{n}", "text": {"de": f"Frage {id}{n}"}, "weight": 1} for n in numbers]
        criteria = [{"id": f"{id}.c", "title": {"de": "Kriterium"}, "questions": questions}]
        return {"id": id, "title": {"de": f"Feld {id}"}, "weight": 1, "criteria": criteria}

    return {
        "id": "small",
        "version": "1",
        "title": {"de": "Klein"},
        "scale": {"min": 0, "max": 4, "labels": [{"de": f"Stufe {level}"} for level in range(5)]},
        "rules": {
            "unsure": "exclude",
            "unanswered": "exclude",
            "overall": "fields",
            "minimum_coverage": 0,
            "decimals": 1,
        },
        "fields": [field("f", 1, 2), field("g", 1)],
    }


@dataclass
class Town:
    """Wilhelmshaven, its staff, and anybody."""

    everything: Everything
    coordinator: httpx.AsyncClient
    moderator: httpx.AsyncClient
    anybody: httpx.AsyncClient

    async def open(self, **more: Any) -> str:
        """The id of a new assessment."""
        body = {
            "questionnaire": {"id": "small", "version": "1"},
            "title": {"de": "Selbstcheck"},
            "perspectives": PERSPECTIVES,
            "minimum_group": 3,
            **more,
        }
        answer = await self.coordinator.post(BASE, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def invite(self, assessment: str, **more: Any) -> dict[str, Any]:
        """The answer to an invitation, with `path` of the sheet's API and `page` where a link was shown."""
        body = {"perspective": "administration", "label": "Bauamt", **more}
        answer = await self.coordinator.post(f"{BASE}/{assessment}/invitations", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        if "answer_url" in made:
            code = made["answer_url"].rsplit("/", 1)[1]
            made |= {"path": f"{HOST}/selfcheck/v1/answers/{code}", "page": f"{HOST}/selfcheck/answers/{code}"}
        return made

    async def answered(self, assessment: str, perspective: str = "administration", **answers: Any) -> dict[str, Any]:
        """Somebody who was invited and has answered; with `resume`, the headers to go on with."""
        made = await self.invite(assessment, perspective=perspective)
        saved = await self.anybody.put(made["path"], json={"answers": answers or {"f.c.1": 3}})
        assert saved.status_code == 200, saved.text
        return made | {"resume": {"X-Resume-Code": saved.json()["resume_code"]}}

    async def reveal(self, assessment: str) -> None:
        answer = await self.moderator.post(f"{BASE}/{assessment}/reveal")
        assert answer.status_code == 200, answer.text

    async def close(self, assessment: str) -> None:
        await self.reveal(assessment)
        assert (await self.moderator.post(f"{BASE}/{assessment}/closing")).status_code == 200

    def browser(self, tenant: str = "-", role: str = "") -> httpx.AsyncClient:
        """Like a browser without JavaScript: cookies, pages, redirects left to the test."""
        client = self.everything.client(tenant, role)
        client.headers.update({"Accept": "text/html", "Accept-Language": "de"})
        return client

    def database(self, service: str = "selfcheck") -> Any:
        return self.everything.services[service].context.database


def token_of(html: str, action: str = "") -> str:
    """The token of a form on a page, of the one with this action where there are several."""
    after = html[html.index(f'action="{action}"') :] if action else html
    found = re.search(r'name="form_token" value="([^"]+)"', after)
    assert found, "there is no form"
    return found[1]


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    everything = await build_everything(settings)
    office = everything.client(role="programme_office")
    assert (await office.post(f"{HOST}/selfcheck/v1/questionnaires", json=small())).status_code == 201
    yield Town(
        everything,
        everything.client("wilhelmshaven", "coordinator"),
        everything.client("wilhelmshaven", "moderator"),
        everything.client(),
    )
    await everything.close()
