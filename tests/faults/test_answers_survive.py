"""kill -9 of the API while people answer: every answer that was acknowledged is there afterwards."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import httpx

from chassis.settings import Settings
from kommune.demo import steps
from kommune.demo.places import PLACES
from kommune.demo.platform import Platform
from tests.support.deployment import Deployment

PEOPLE = 12
SAVES = 15


class Respondent:
    """Saves one answer after the other, each again until it is acknowledged, as `static/queue.js` does."""

    def __init__(self, path: str, questions: list[str], number: int) -> None:
        self._path = path
        self._questions = questions
        self._chance = random.Random(number)
        self.acknowledged: dict[str, int] = {}
        # The browser's own code, so that a first save whose answer was lost can be sent again.
        self.headers = {"X-Resume-Code": "".join(self._chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))}

    async def answer(self, client: httpx.AsyncClient) -> None:
        for _ in range(SAVES):
            question, level = self._chance.choice(self._questions), self._chance.randrange(5)
            seen = [self.acknowledged.get(question), level]
            body = {"answers": {question: level}, "seen": {"answers": {question: seen}}}
            while not await self._saved(client, body):
                await asyncio.sleep(0.05)
            self.acknowledged[question] = level

    async def _saved(self, client: httpx.AsyncClient, body: dict[str, Any]) -> bool:
        try:
            answer = await client.put(self._path, json=body, headers=self.headers)
        except httpx.TransportError:
            return False
        if answer.status_code == 503:
            return False
        assert answer.status_code == 200, answer.text
        assert answer.json()["conflicts"] == []
        return True

    async def kept(self, client: httpx.AsyncClient) -> dict[str, int]:
        answer = await client.get(self._path, headers=self.headers)
        found: dict[str, int] = answer.json()["answers"]
        return found


async def _respondents(platform: Platform, town: Deployment) -> list[Respondent]:
    place = next(place for place in PLACES if place.slug == "wolfsburg")
    await steps.admit(platform, place)
    await platform.eventually("selfcheck knowing the municipality", lambda: _known(platform))
    assessment = await steps.open_assessment(platform, "wolfsburg", "Selbstcheck", "kills")
    questions = [
        q["id"] for f in (await steps.questionnaire(platform))["fields"] for c in f["criteria"] for q in c["questions"]
    ]
    wanted = [{"perspective": "administration", "label": str(number)} for number in range(PEOPLE)]
    made = await platform.call(
        "POST",
        f"/selfcheck/v1/wolfsburg/assessments/{assessment['id']}/invitations/batch",
        {"invitations": wanted},
        role="coordinator",
        tenant="wolfsburg",
    )
    api = f"http://127.0.0.1:{town.ports['selfcheck.api']}/selfcheck/v1/answers/"
    return [Respondent(api + one["answer_url"].rsplit("/", 1)[1], questions, n) for n, one in enumerate(made["items"])]


async def _known(platform: Platform) -> bool:
    await platform.call("GET", "/selfcheck/v1/wolfsburg/assessments", role="coordinator", tenant="wolfsburg")
    return True


async def test_an_api_dies_while_people_answer(settings: Settings, tmp_path: Path) -> None:
    async with (
        Deployment(settings, tmp_path, ("registration", "selfcheck")) as town,
        town.platform() as platform,
        httpx.AsyncClient(timeout=None) as client,
    ):
        people = await _respondents(platform, town)
        for failpoint in ("sheets.before_commit", "sheets.after_commit"):
            town.stop("selfcheck.api")
            answering = [asyncio.create_task(one.answer(client)) for one in people]  # at least 15 commits
            for hit in (2, 7):
                town.start("selfcheck.api", f"{failpoint}=kill:{hit}")
                await town.dead("selfcheck.api")
            town.start("selfcheck.api")
            await asyncio.gather(*answering)
            for one in people:
                assert await one.kept(client) == one.acknowledged
        assert sum(len(one.acknowledged) for one in people) > PEOPLE
