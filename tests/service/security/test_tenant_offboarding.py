"""A municipality leaves: nothing of it stays in any service, its neighbour keeps everything, and the certificate says so."""

from __future__ import annotations

from typing import Any

from tests.service.security.conftest import Everything
from tests.service.security.test_bad_input import DRAFT, PERSON

CANARY = "Kanarienvogel"
OFFICE = "/registration/v1/municipalities/wilhelmshaven/deletion"
WORK = ("erase", "municipalities", "depart")


async def _work(everything: Everything) -> None:
    """What workers and Kafka do: whatever is due, and every event to every service."""
    for service in everything.services.values():
        for due in service.definition.due:
            if due.name in WORK:
                for document in await due.documents.find({"due_at": {"$exists": True}}).to_list(None):
                    await due.handle(document)
    for name, service in everything.services.items():
        for collection in service.definition.outboxes:
            await everything.spread(collection, name)
            published = {"$set": {"outbox": [], "pending": False}}
            await service.context.database[collection].update_many({"pending": True}, published)


async def _stored(everything: Everything, tenant: str) -> dict[str, list[Any]]:
    """All documents of a tenant, by service and collection."""
    found: dict[str, list[Any]] = {}
    for name, service in everything.services.items():
        for collection in await service.context.database.collections():
            rows = await service.context.database[collection].find({"tenant": tenant}).to_list(None)
            if rows:
                found[f"{name}.{collection}"] = rows
    return found


async def _fill(everything: Everything, tenant: str) -> None:
    """A gathering with somebody, a clerk, a self-check with somebody invited."""
    coordinator, base = everything.client(tenant, "coordinator"), everything.url(f"/registration/v1/{tenant}")
    drafted = await coordinator.post(f"{base}/gatherings", json=DRAFT)
    gathering = f"{base}/gatherings/{drafted.json()['id']}"
    await coordinator.post(f"{gathering}/publication")
    for number in range(3):
        person = PERSON | {"name": f"{CANARY} {number}", "contact": {"email": f"{CANARY}{number}@example.org"}}
        assert (await coordinator.post(f"{gathering}/registrations", json=person)).status_code == 201
    check = {
        "questionnaire": {"id": "weltoffene-kommune", "version": "1"},
        "title": "Selbstcheck",
        "perspectives": [{"id": "administration", "title": {"de": "Verwaltung"}}],
        "minimum_group": 5,
    }
    assessments = everything.url(f"/selfcheck/v1/{tenant}/assessments")
    made = await coordinator.post(assessments, json=check)
    assert made.status_code == 201, made.text
    invitation = {
        "perspective": "administration",
        "label": "Kulturamt",
        "contact": {"name": f"{CANARY} R", "email": f"{CANARY}R@{tenant}.example"},
    }
    invited = await coordinator.post(f"{assessments}/{made.json()['id']}/invitations", json=invitation)
    assert invited.status_code == 201, invited.text
    clerk = f"{CANARY.lower()}@{tenant}.example"
    assert (await coordinator.put(f"{base}/staff/{clerk}", json={"roles": ["intake"]})).status_code == 200


async def test_nothing_stays_and_the_neighbour_keeps_everything(everything: Everything) -> None:
    office, public = everything.client(role="programme_office"), everything.client()
    for tenant in ("wilhelmshaven", "wolfsburg"):
        await _fill(everything, tenant)
    for _ in range(3):
        await _work(everything)
    neighbour = {name: len(rows) for name, rows in (await _stored(everything, "wolfsburg")).items()}
    assert CANARY in str(await _stored(everything, "wilhelmshaven"))

    announced = await office.post(everything.url(OFFICE), json={"reason": "Agreement ended", "days": 0})
    assert announced.status_code == 201
    for _ in range(8):
        await _work(everything)

    certificate = (await office.get(everything.url(OFFICE))).json()
    assert (certificate["status"], certificate["awaited"]) == ("complete", [])
    assert certificate["receipts"]["registration"]["removed"]["registrations"] == 3
    assert certificate["receipts"]["notifications"]["removed"]["contacts"] >= 5
    assert certificate["receipts"]["reporting"]["removed"]["participants"] == 3
    assert all(receipt["remains"] for receipt in certificate["receipts"].values())

    left = await _stored(everything, "wilhelmshaven")
    assert set(left) == {
        "registration.municipalities",
        "registration.departure_receipts",
        *(f"{name}.departures" for name in everything.services),
    }
    for word in (CANARY, CANARY.lower(), "kontakt@wilhelmshaven", "Kontakt"):
        assert word not in str(left), word
    assert {name: len(rows) for name, rows in (await _stored(everything, "wolfsburg")).items()} == neighbour

    coordinator = everything.client("wilhelmshaven", "coordinator")
    for service in everything.services:
        path = {
            "registration": "gatherings",
            "selfcheck": "assessments/x/result",
            "notifications": "messages",
            "reporting": "overview",
        }
        gone = await coordinator.get(everything.url(f"/{service}/v1/wilhelmshaven/{path[service]}"))
        assert gone.status_code == 404, service
    again = await public.post(
        everything.url("/registration/v1/municipalities"),
        json={
            "slug": "wilhelmshaven",
            "name": {"de": "W"},
            "kind": "city",
            "state": "Niedersachsen",
            "inhabitants": 1,
            "contact": {"name": "K", "email": "k@w.example"},
            "languages": ["de"],
        },
    )
    assert again.status_code == 409, "the name is not given to another"


async def test_a_profiler_that_an_operator_turned_on_is_in_nobodys_way(everything: Everything) -> None:
    office = everything.client(role="programme_office")
    for service in everything.services.values():
        await service.context.database.command({"profile": 2})
    try:
        await _fill(everything, "wilhelmshaven")
        await office.post(everything.url(OFFICE), json={"reason": "Agreement ended", "days": 0})
        for _ in range(8):
            await _work(everything)
    finally:
        for service in everything.services.values():
            await service.context.database.command({"profile": 0})
    assert (await office.get(everything.url(OFFICE))).json()["status"] == "complete"


async def test_an_event_that_comes_late_brings_nothing_back_for_good(everything: Everything) -> None:
    office = everything.client(role="programme_office")
    await _fill(everything, "wilhelmshaven")
    await office.post(everything.url(OFFICE), json={"reason": "Agreement ended", "days": 0})
    for _ in range(10):
        await _work(everything)
        if (await office.get(everything.url(OFFICE))).json()["status"] == "complete":
            break
    participants = everything.services["reporting"].context.database["participants"]
    await participants.insert_one({"_id": "late", "tenant": "wilhelmshaven", "seq": 1})
    await _work(everything)
    assert await participants.count_documents({"tenant": "wilhelmshaven"}) == 0
