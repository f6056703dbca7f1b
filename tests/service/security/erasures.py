"""Erasures of people, carried out as workers do, and a look at all that is stored."""

from __future__ import annotations

from typing import Any

from services.registration.registrations.links import link_code
from tests.service.security.conftest import Everything
from tests.service.security.test_bad_input import DRAFT

CANARY = "Kanarienvogel"
BASE = "/registration/v1/wilhelmshaven"


async def carry_out_erasures(everything: Everything) -> None:
    """What the workers do: due erasures, and events from every outbox to every service, twice."""
    for service in everything.services.values():
        for due in service.definition.jobs:
            if due.name == "erase":
                for document in await due.documents.find({"due_at": {"$exists": True}}).to_list(None):
                    await due.handle(document)
    for _ in range(2):
        await everything.spread_all()


async def everything_stored(everything: Everything) -> str:
    found: list[Any] = []
    for service in everything.services.values():
        database = service.context.database
        for collection in await database.collections():
            found += await database[collection].find({}).to_list(None)
    return repr(found)


async def published_gathering(everything: Everything) -> str:
    """The address of a published gathering."""
    coordinator = everything.client("wilhelmshaven", "coordinator")
    drafted = await coordinator.post(everything.url(f"{BASE}/gatherings"), json=DRAFT)
    gathering = everything.url(f"{BASE}/gatherings/{drafted.json()['id']}")
    assert (await coordinator.post(f"{gathering}/publication")).status_code == 200
    return gathering


def link_of(everything: Everything, id: str, generation: int = 0) -> dict[str, str]:
    """The link of a registration; who helped may hold the former one, so erasing a helper makes a new one."""
    return {"Authorization": f"Link {link_code(everything.services['registration'].context.secrets, id, generation)}"}
