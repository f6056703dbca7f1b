"""The retention rule runs by itself, at the times that the municipality sets, whatever the clock does in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import ShiftedClock
from chassis.settings import Settings
from services.registration.seats.repository import SeatLedgers
from tests.service.security.conftest import Everything, build_everything
from tests.service.security.test_bad_input import DRAFT, PERSON

BASE = "/registration/v1/wilhelmshaven"


class Town:
    """Wilhelmshaven, with a clock that is moved."""

    def __init__(self, everything: Everything, clock: Path) -> None:
        self.everything = everything
        self.coordinator = everything.client("wilhelmshaven", "coordinator")
        self._clock = clock

    @property
    def registration(self) -> Any:
        return self.everything.services["registration"]

    async def get(self, path: str) -> Any:
        answer = await self.coordinator.get(self.everything.url(BASE + path))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self.coordinator.post(self.everything.url(BASE + path), json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def gathering(self) -> str:
        id = str((await self.post("/gatherings", DRAFT))["id"])
        await self.post(f"/gatherings/{id}/publication")
        return id

    async def at(self, shift: timedelta, rounds: int = 3) -> None:
        """Move the clock, and let every worker do what is due then."""
        self._clock.write_text(str(shift.total_seconds()))
        for _ in range(rounds):
            for service in self.everything.services.values():
                for due in service.definition.jobs:
                    if due.name == "announce":
                        continue
                    waiting = {due.field: {"$lte": service.context.clock.now()}}
                    for document in await due.documents.find(waiting).to_list(None):
                        await due.handle(document)
            await self.everything.spread_all()

    async def held(self, gathering: str) -> int:
        remaining = await self.get(f"/gatherings/{gathering}/remaining")
        assert remaining["fields"]["name"] == remaining["registrations"]
        return int(remaining["registrations"])


@pytest.fixture
async def town(settings: Settings, tmp_path: Path) -> AsyncIterator[Town]:
    clock = tmp_path / "clock"
    built = await build_everything(settings.model_copy(update={"clock_file": clock}))
    yield Town(built, clock)
    await built.close()


async def _register(town: Town, gathering: str, number: int, **more: Any) -> str:
    body = PERSON | {
        "name": f"Mensch {number}",
        "contact": {"phone": f"+49 4421 {number:06}"},
        "party": ["Kind"],
        "channel": "phone",
    }
    return str((await town.post(f"/gatherings/{gathering}/registrations", body | more))["id"])


async def test_each_goes_when_their_time_is_up(town: Town) -> None:
    gathering = await town.gathering()
    kept = [await _register(town, gathering, number) for number in range(3)]
    cancelled = await _register(town, gathering, 3)
    public = town.everything.client()
    web = PERSON | {"channel": "web", "contact": {"email": "niemand@example.org"}, "party": []}
    lapsing = (await public.post(town.everything.url(f"{BASE}/gatherings/{gathering}/registrations"), json=web)).json()[
        "id"
    ]
    await town.post(f"/registrations/{cancelled}/cancellation")

    await town.at(timedelta(hours=2))  # the unconfirmed one lapses
    await town.at(timedelta(hours=47))
    assert await town.held(gathering) == 5
    await town.at(timedelta(hours=49))
    assert await town.held(gathering) == 4, "who cancelled 48 hours ago is forgotten"
    await town.at(timedelta(hours=51))
    assert await town.held(gathering) == 3, "who never confirmed too"
    await town.at(timedelta(0))
    assert await town.held(gathering) == 3, "a clock that goes back brings nobody back"

    facts = await town.registration.context.database["gatherings"].find_one({"_id": gathering})
    over = facts["facts"]["ends_at"] - ShiftedClock(Path("/nowhere")).now()
    await town.at(over + timedelta(days=27))
    assert await town.held(gathering) == 3
    await town.at(over + timedelta(days=28, hours=1))
    remaining = await town.get(f"/gatherings/{gathering}/remaining")
    assert remaining["registrations"] == 0
    assert {name: count for name, count in remaining["fields"].items() if count} == {"proof_of_consent": 5}
    assert [(run["people"], run["reason"]) for run in remaining["runs"]] == [
        (1, "retention"),
        (1, "retention"),
        (3, "retention"),
    ]
    for run in remaining["runs"]:
        certificate = await town.get(f"/erasures/{run['id']}")
        assert certificate["status"] == "complete"
        assert certificate["receipts"]["registration"]["removed"]["registrations"] == run["people"]
        assert certificate["receipts"]["notifications"]["removed"] == {"contacts": run["people"]}

    contacts = await town.everything.services["notifications"].context.database["contacts"].find({}).to_list(None)
    assert all(contact.get("erased") for contact in contacts if contact["_id"] in {*kept, cancelled, lapsing})
    await town.at(over + timedelta(days=28 + 1094))
    assert (await town.get(f"/gatherings/{gathering}/remaining"))["fields"]["proof_of_consent"] == 3
    await town.at(over + timedelta(days=28 + 1096))
    assert not any((await town.get(f"/gatherings/{gathering}/remaining"))["fields"].values())


async def test_a_run_that_is_cut_off_is_taken_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches are begun before the gathering is marked: whatever stops in between, everybody is forgotten once."""
    monkeypatch.setattr("services.registration.retention.retention.BATCH", 2)
    gathering = await town.gathering()
    for number in range(5):
        await _register(town, gathering, number)
    (look,) = (due for due in town.registration.definition.jobs if due.name == "retention")
    document = await town.registration.context.database["gatherings"].find_one({"_id": gathering})
    assert document["forget_at"] == document["facts"]["ends_at"]
    await town.at(timedelta(days=400), rounds=0)

    async def dies(*_: Any, **__: Any) -> Any:
        raise ConnectionError("cut off")

    with monkeypatch.context() as cut:
        cut.setattr(SeatLedgers, "execute", dies)
        with pytest.raises(ConnectionError):
            await look.handle(document)
    await town.at(timedelta(days=400))
    remaining = await town.get(f"/gatherings/{gathering}/remaining")
    assert (remaining["registrations"], sum(one["people"] for one in remaining["runs"])) == (0, 5)
    assert (await town.registration.context.database["gatherings"].find_one({"_id": gathering}))["forget_at"] is None


async def test_the_rule_looks_through_indexes_alone(town: Town) -> None:
    """However many registrations there are, a look reads those of its gathering."""
    gathering = await town.gathering()
    await _register(town, gathering, 1)
    scope = {"tenant": "wilhelmshaven", "gathering": gathering, "erased": None}
    questions: dict[str, Any] = {
        "gatherings": {"forget_at": {"$lte": town.registration.context.clock.now()}},
        "registrations": {"$and": [scope, {"_id": {"$gt": ""}}]},
    }
    for collection, wanted in questions.items():
        sort = {"forget_at": 1} if collection == "gatherings" else {"_id": 1}
        explain = {"explain": {"find": collection, "filter": wanted, "sort": sort}, "verbosity": "queryPlanner"}
        plan = repr((await town.registration.context.database.command(explain))["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in plan
        assert "COLLSCAN" not in plan
        assert "'SORT'" not in plan
