"""People who register, confirm and cancel while things break; they repeat what got no answer, with the same key, as the API says."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from chassis.ids import new_id
from kommune.demo import steps
from kommune.demo.places import WOLFSBURG
from kommune.demo.platform import DemoError, Platform
from tests.support.gathering_drafts import gathering_draft
from tests.support.waiting import patience

SLUG = WOLFSBURG.slug
REPEATED = ("does not answer", " 503 ", " 500 ")
CANARY = "Kanarienvogel"


class Crowd:
    """`acknowledged`: ids of registrations that were answered."""

    def __init__(self, platform: Platform, seed: int = 1) -> None:
        self.platform = platform
        self.acknowledged: set[str] = set()
        self._dice = random.Random(seed)
        self._asked = 0

    async def gather(self, capacity: int = 40, **more: Any) -> str:
        """The municipality and a published gathering with so many seats."""
        await steps.admit(self.platform, WOLFSBURG)
        draft = gathering_draft(capacity=capacity, party_max=4, **more)
        return await steps.publish_gathering(self.platform, SLUG, draft, f"crowd-{new_id()}")

    async def register(self, gathering: str, people: int, at_once: int = 8) -> None:
        """Everybody registers; whoever has a low number cancels again."""
        limit = asyncio.Semaphore(at_once)

        async def one(party: list[str], cancels: bool) -> None:
            async with limit:
                answer = await self.persist(
                    f"/registration/v1/{SLUG}/gatherings/{gathering}/registrations", self._person(gathering, party)
                )
                self.acknowledged.add(answer["id"])
                if cancels:
                    await self.persist(f"/registration/v1/{SLUG}/registrations/{answer['id']}/cancellation", None)

        plans = [([""] * self._dice.choice((0, 0, 1, 2, 3)), self._dice.random() < 0.2) for _ in range(people)]
        await asyncio.gather(*(one(*plan) for plan in plans))

    async def register_once(self, gathering: str) -> None:
        """One person asks once. Raises DemoError where no answer came: nothing was promised then."""
        answer = await self.platform.call(
            "POST",
            f"/registration/v1/{SLUG}/gatherings/{gathering}/registrations",
            self._person(gathering, []),
            role="intake",
            tenant=SLUG,
            key=new_id(),
        )
        self.acknowledged.add(answer["id"])

    def _person(self, gathering: str, party: list[str]) -> dict[str, Any]:
        self._asked += 1
        return {
            "name": f"{CANARY} {self._asked}",
            "contact": {"email": f"kanarie.{gathering[-6:]}.{self._asked}@example.org"},
            "language": "de",
            "party": party,
            "support": [],
            "channel": "email",
            "consent": {"text_version": "1"},
        }

    async def move(self, gathering: str, meetings: list[dict[str, Any]]) -> None:
        """Its meetings take place then."""
        await self.persist(f"/registration/v1/{SLUG}/gatherings/{gathering}", {"meetings": meetings}, "PATCH")

    async def mails(self) -> list[dict[str, Any]]:
        """Everything the mail sink took."""
        found: list[dict[str, Any]] = await self.platform.call("GET", "/mailbox.json")
        return found

    async def persist(self, path: str, body: Any, method: str = "POST") -> Any:
        """One request, repeated with its key until it is answered."""
        key = new_id()
        async with patience(f"an answer to {path}"):
            while True:
                try:
                    role = "intake" if method == "POST" else "coordinator"
                    return await self.platform.call(method, path, body, role=role, tenant=SLUG, key=key)
                except DemoError as error:
                    if not any(sign in str(error) for sign in REPEATED):
                        raise
                    await asyncio.sleep(0.1)
