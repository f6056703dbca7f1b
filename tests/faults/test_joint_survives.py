"""kill -9 of the worker between what a district and its members do and what follows from it: the joint result is the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chassis.settings import Settings
from chassis.storage.mongo import Database, connect
from kommune.demo.platform import Platform
from tests.service.selfcheck.district import DISTRICT, MEMBERS, joint, membership
from tests.service.selfcheck.town import QUESTIONS, questionnaire
from tests.support.deployment import Deployment

A, B, C = MEMBERS
LEVELS = {A: 4, B: 0, C: 2}
LATE = "dedorf"
"""Agrees, and is not ready when the district closes."""
PEOPLE = 5
WORKER = "selfcheck.worker"


class Joint:
    """A joint self-check of a district whose members answer, driven over HTTP."""

    def __init__(self, town: Deployment, platform: Platform, database: Database) -> None:
        self._town, self._platform, self._database = town, platform, database
        self.id = ""
        self.own: dict[str, str] = {}

    async def begin(self) -> None:
        """All four agree."""
        await self._platform.call("POST", "/selfcheck/v1/questionnaires", questionnaire(), role="programme_office")
        self.id = (await self.call(DISTRICT, "", joint([*MEMBERS, LATE]), path=""))["id"]
        for tenant in (*MEMBERS, LATE):
            members = (await self.call(tenant, "/acceptance"))["members"]
            self.own[tenant] = next(one["assessment"] for one in members if one["municipality"] == tenant)

    async def call(
        self, tenant: str, step: str, body: Any = None, method: str = "POST", path: str | None = None
    ) -> Any:
        where = f"/selfcheck/v1/{tenant}/joint-assessments{f'/{self.id}' if path is None else path}{step}"
        return await self._platform.call(method, where, body, role="moderator", tenant=tenant)

    async def of_own(self, tenant: str, step: str = "", body: Any = None, method: str = "POST", role: str = "") -> Any:
        where = f"/selfcheck/v1/{tenant}/assessments/{self.own[tenant]}{step}"
        return await self._platform.call(method, where, body, role=role or "moderator", tenant=tenant)

    async def answered(self, tenant: str) -> None:
        """By enough people to be shown beyond the member; opened in its workshop."""
        answers = dict.fromkeys(QUESTIONS, LEVELS[tenant])

        async def one(_: int) -> None:
            asked = {"perspective": "administration"}
            made = await self.of_own(tenant, "/invitations", asked, role="coordinator")
            code = made["answer_url"].rpartition("/")[2]
            await self._platform.call("PUT", f"/selfcheck/v1/answers/{code}", {"answers": answers})

        await asyncio.gather(*map(one, range(PEOPLE)))
        await self.of_own(tenant, "/reveal")

    @asynccontextmanager
    async def killed(self, failpoint: str) -> AsyncIterator[None]:
        """What is done inside is followed by a worker that dies at the failpoint, and then by one that does not."""
        self._town.stop(WORKER)
        yield
        self._town.start(WORKER, f"{failpoint}=kill:1")
        await self._town.dead(WORKER)
        self._town.start(WORKER)

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        await self._platform.eventually("the worker catching up", holds)

    async def has_deadline(self, tenant: str, deadline: datetime) -> bool:
        found = (await self.of_own(tenant, method="GET"))["deadline"]
        return found is not None and datetime.fromisoformat(found) == deadline

    async def has_let_go(self, tenant: str) -> bool:
        return (await self.of_own(tenant, method="GET"))["joint"] is None

    async def are_in(self, *tenants: str) -> bool:
        members = (await self.call(DISTRICT, "", method="GET"))["members"]
        return {one["municipality"] for one in members if one["finished"]} == set(tenants)

    async def result(self) -> tuple[dict[str, float], float]:
        """Each member's overall score, and the one together."""
        found = await self.call(DISTRICT, "/result", method="GET")
        scores = {one["municipality"]: one["overall"]["score"] for one in found["members"]}
        return scores, found["together"]["overall"]["score"]

    async def is_done(self) -> bool:
        """Nothing is due, and everything has been told."""
        rows = [self._database[name] for name in ("assessments", "joint_assessments")]
        left = {"$or": [{"due_at": {"$lte": datetime.now(UTC)}}, {"pending": True}]}
        return not any([await one.count_documents(left) for one in rows])

    async def told(self) -> int:
        """How many events there were of it."""
        row = await self._database["joint_assessments"].find_one({"_id": self.id})
        assert row is not None
        return sum(row["seq"].values())


@asynccontextmanager
async def _joint(settings: Settings, folder: Path) -> AsyncIterator[Joint]:
    async with Deployment(settings, folder, ("selfcheck",)) as town, town.platform() as platform:
        database = connect(settings, "selfcheck")
        for slug in (DISTRICT, *MEMBERS, LATE):
            facts = {"status": "admitted", "name": {"de": slug.title()}, "kind": "city", "languages": ["de"]}
            await database["tenants"].insert_one({"_id": slug, "tenant": slug, "seq": 1, **facts})
        for member in (*MEMBERS, LATE):
            await database["memberships"].insert_one(membership(member))
        yield Joint(town, platform, database)
        await database.close()


async def test_a_worker_dies_between_a_step_and_what_follows_from_it(settings: Settings, tmp_path: Path) -> None:
    async with _joint(settings, tmp_path) as joint:
        await joint.begin()
        deadline = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
        async with joint.killed("aggregate.after_commit"):  # one member has the deadline, the others not yet
            await joint.call(DISTRICT, "/deadline", {"deadline": deadline.isoformat()}, method="PUT")
        for tenant in joint.own:
            await joint.until(lambda tenant=tenant: joint.has_deadline(tenant, deadline))  # type: ignore[misc]
        for tenant in MEMBERS:
            await joint.answered(tenant)
        async with joint.killed("aggregate.before_commit"):  # closed, and its figures are not in yet
            await joint.of_own(A, "/closing")
        for tenant in (B, C):
            await joint.of_own(tenant, "/closing")
        await joint.until(lambda: joint.are_in(A, B, C))
        await joint.call(DISTRICT, "/closing")
        assert await joint.result() == ({A: 100, B: 0, C: 50}, 50)
        await joint.until(lambda: joint.has_let_go(LATE))
        await joint.of_own(A, "/deletion", role="coordinator")
        await joint.until(joint.is_done)
        assert await joint.result() == ({B: 0, C: 50}, 25)
        assert await joint.told() == 8, "opened, four agreed, closed; one went, and closed without it"
