"""A municipality leaves: nothing of it stays in any service, its neighbour keeps everything, and the certificate says so."""

from __future__ import annotations

from typing import Any

from tests.service.security.conftest import Everything
from tests.service.security.leaving import CANARY, furnish, work_and_spread

OFFICE = "/registration/v1/municipalities/wilhelmshaven/deletion"


async def _stored(everything: Everything, tenant: str) -> dict[str, list[Any]]:
    """All documents of a tenant, by service and collection."""
    found: dict[str, list[Any]] = {}
    for name, service in everything.services.items():
        for collection in await service.context.database.collections():
            rows = await service.context.database[collection].find({"tenant": tenant}).to_list(None)
            if rows:
                found[f"{name}.{collection}"] = rows
    return found


async def test_nothing_stays_and_the_neighbour_keeps_everything(everything: Everything) -> None:
    office, public = everything.client(role="programme_office"), everything.client()
    for tenant in ("wilhelmshaven", "wolfsburg"):
        await furnish(everything, tenant)
    for _ in range(3):
        await work_and_spread(everything)
    neighbour = {name: len(rows) for name, rows in (await _stored(everything, "wolfsburg")).items()}
    assert CANARY in str(await _stored(everything, "wilhelmshaven"))

    announced = await office.post(everything.url(OFFICE), json={"reason": "Agreement ended", "days": 0})
    assert announced.status_code == 201
    for _ in range(8):
        await work_and_spread(everything)

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
        await furnish(everything, "wilhelmshaven")
        await office.post(everything.url(OFFICE), json={"reason": "Agreement ended", "days": 0})
        for _ in range(8):
            await work_and_spread(everything)
    finally:
        for service in everything.services.values():
            await service.context.database.command({"profile": 0})
    assert (await office.get(everything.url(OFFICE))).json()["status"] == "complete"


async def test_an_event_that_comes_late_brings_nothing_back_for_good(everything: Everything) -> None:
    office = everything.client(role="programme_office")
    await furnish(everything, "wilhelmshaven")
    await office.post(everything.url(OFFICE), json={"reason": "Agreement ended", "days": 0})
    for _ in range(10):
        await work_and_spread(everything)
        if (await office.get(everything.url(OFFICE))).json()["status"] == "complete":
            break
    participants = everything.services["reporting"].context.database["participants"]
    await participants.insert_one({"_id": "late", "tenant": "wilhelmshaven", "seq": 1})
    await work_and_spread(everything)
    assert await participants.count_documents({"tenant": "wilhelmshaven"}) == 0
