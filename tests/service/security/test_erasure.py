"""A person is forgotten by all services, and the certificate says what each removed."""

from __future__ import annotations

from typing import Any

from tests.service.security.conftest import Everything
from tests.service.security.test_bad_input import DRAFT, PERSON

CANARY = "Kanarienvogel"
BASE = "/registration/v1/wilhelmshaven"
COLLECTIONS = {
    "registration": ("municipalities", "gatherings", "registrations", "erasures"), "selfcheck": ("erasures",),
    "notifications": ("intents", "erasures"), "reporting": ("erasures",),
}  # fmt: skip


async def _carry_out(everything: Everything) -> None:
    """What the workers do: due erasures, and events from every outbox to every service, twice."""
    for service in everything.services.values():
        for due in service.parts.due:
            if due.name == "erase":
                for document in await due._collection.find({"due_at": {"$exists": True}}).to_list(None):
                    await due._handle(document)
    for _ in range(2):
        for name, collections in COLLECTIONS.items():
            for collection in collections:
                await everything.spread(collection, name)


async def _everything_stored(everything: Everything) -> str:
    found: list[Any] = []
    for service in everything.services.values():
        database = service.context.database
        for collection in await database._database.list_collection_names():
            found += await database[collection].find({}).to_list(None)
    return repr(found)


async def test_forgotten_everywhere_with_a_receipt_of_each(everything: Everything) -> None:
    coordinator, public = everything.client("wilhelmshaven", "coordinator"), everything.client()
    drafted = await coordinator.post(everything.url(f"{BASE}/gatherings"), json=DRAFT)
    gathering = everything.url(f"{BASE}/gatherings/{drafted.json()['id']}")
    await coordinator.post(f"{gathering}/publication")
    person = PERSON | {
        "name": f"{CANARY} A", "party": [f"{CANARY} B"], "contact": {"email": f"{CANARY}@example.org", "phone": "+49 4421 1"},
    }  # fmt: skip
    id = (await public.post(f"{gathering}/registrations", json=person)).json()["id"]
    code = everything.services["registration"].context.secrets.code("manage", id)
    holder = {"Authorization": f"Link {code}"}
    await _carry_out(everything)

    ours = await public.get(everything.url(f"{BASE}/people/{id}/export"), headers=holder)
    assert ours.json()["registration"]["name"] == f"{CANARY} A"
    theirs = await public.get(everything.url(f"/notifications/v1/wilhelmshaven/people/{id}/export"), headers=holder)
    assert theirs.json()["contact"]["email"] == f"{CANARY}@example.org"
    assert [message["kind"] for message in theirs.json()["messages"]] == ["confirm-address"]

    erasures = everything.url(f"{BASE}/erasures")
    assert (
        await public.post(erasures, json={"person_id": id}, headers={"Authorization": "Link no"})
    ).status_code == 404
    asked = await public.post(erasures, json={"person_id": id}, headers=holder)
    assert asked.status_code == 201
    assert (asked.json()["status"], len(asked.json()["awaited"])) == ("running", 4)
    again = await coordinator.post(erasures, json={"person_id": id})
    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (asked.json()["id"], "true")
    await _carry_out(everything)
    await _carry_out(everything)

    certificate = (await public.get(f"{erasures}/{asked.json()['id']}", headers=holder)).json()
    assert (certificate["status"], certificate["awaited"]) == ("complete", [])
    assert certificate["receipts"]["registration"]["removed"] == {"registrations": 1, "names of companions": 1}
    assert certificate["receipts"]["notifications"]["removed"] == {"contacts": 1}
    assert all(part["remains"] for name, part in certificate["receipts"].items() if name != "selfcheck")
    assert (await public.get(everything.url(f"{BASE}/people/{id}/export"), headers=holder)).status_code == 404
    listed = (await coordinator.get(f"{gathering}/registrations")).json()["items"]
    assert listed == []
    assert (await public.get(gathering)).json()["seats"]["taken"] == 0
    for service in everything.services.values():  # outboxes are emptied by the relay, which does not run here
        for name in COLLECTIONS[service.name]:
            await service.context.database[name].update_many({}, {"$set": {"outbox": []}})
    assert CANARY not in await _everything_stored(everything)
