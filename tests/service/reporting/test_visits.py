"""Visits among peers: asked for or offered, accepted, drafted as a gathering, reported on."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.envelope import Envelope
from contracts.reporting import VisitAccepted
from services.registration.peer_visits.event_handlers import HANDLERS
from services.reporting.visits import visits
from tests.service.reporting.exchange import notifications
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, Reporting

OTHER = "/reporting/v1/wolfsburg/visits"
BODY: dict[str, Any] = {
    "kind": "ask",
    "title": "Dolmetschpool ansehen",
    "municipalities": ["wolfsburg"],
    "starts_at": "2090-03-01T09:00:00Z",
    "ends_at": "2090-03-02T16:00:00Z",
    "agenda": ["Rundgang", "Gespräch mit der Fachstelle"],
    "questions": ["Wie finden Sie neue Dolmetschende?"],
}


async def past(reporting: Reporting, id: str) -> None:
    """The visit was long ago."""
    change = {"$set": {"state.starts_at": _at("2020-01-01"), "state.ends_at": _at("2020-01-02")}}
    await reporting.service.context.database["visits"].update_one({"_id": id}, change)


def _at(day: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(f"{day}T10:00:00+00:00")


async def test_asked_for_accepted_and_reported_on(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as guest, reporting.client("wolfsburg") as host:
        made = await guest.post(f"{BASE}/visits", json=BODY, headers={"Idempotency-Key": "k"})
        assert made.status_code == 201, made.text
        again = await guest.post(f"{BASE}/visits", json=BODY, headers={"Idempotency-Key": "k"})
        assert (again.json()["id"], again.headers["idempotent-replayed"]) == (made.json()["id"], "true")
        id = made.json()["id"]
        [seen] = (await host.get(OTHER)).json()["items"]
        assert (seen["status"], seen["may_accept"], seen["host"]["slug"]) == ("proposed", True, "wolfsburg")
        assert (await guest.post(f"{BASE}/visits/{id}/report", json={"report": "Gut."})).status_code == 409
        accepted = await host.post(f"{OTHER}/{id}/acceptance")
        assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
        assert (await host.post(f"{OTHER}/{id}/acceptance")).json()["status"] == "accepted", "repeating changes nothing"
        asked = await host.post(f"{OTHER}/{id}/questions", json={"text": "Wie viele kommen?"})
        assert [one["by"]["slug"] for one in asked.json()["questions"]] == ["wilhelmshaven", "wolfsburg"]
        early = await guest.post(f"{BASE}/visits/{id}/report", json={"report": "Gut."})
        assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "visit-ahead")
        await past(reporting, id)
        row = await reporting.service.context.database["visits"].find_one({"_id": id})
        assert row is not None
        assert (row["due_at"] - _at("2090-03-02")).days == 23, "reminded a week before the month is over"
        await reporting.service.definition.state["services"].visits.ask_for_report(row)
        done = await guest.post(
            f"{BASE}/visits/{id}/report", json={"report": "Wir fangen auch an.", "findings": ["Ein Telefon genügt."]}
        )
        assert (done.json()["status"], done.json()["findings"][0]["text"]) == ("reported", "Ein Telefon genügt.")
        assert (await host.post(f"{OTHER}/{id}/questions", json={"text": "Noch etwas?"})).status_code == 409
    assert await notifications(reporting) == [
        ("visit-asked", ("wolfsburg",)),
        ("visit-accepted", ("wilhelmshaven",)),
        ("visit-report-due", ("wilhelmshaven", "wolfsburg")),
    ]
    row = await reporting.service.context.database["visits"].find_one({"_id": id})
    assert row is not None
    types = [entry["y"] for entry in row["outbox"]]
    assert types.count("reporting.visit.accepted.v1") == 1
    assert not any("Dolmetsch" in str(entry["d"]) or "Telefon" in str(entry["d"]) for entry in row["outbox"])


async def test_an_offer_is_for_those_who_were_invited(reporting: Reporting) -> None:
    async with (
        reporting.client("wilhelmshaven") as host,
        reporting.client("wolfsburg") as guest,
        reporting.client("wolfsburg", "intake") as clerk,
    ):
        id = (await host.post(f"{BASE}/visits", json=BODY | {"kind": "offer"})).json()["id"]
        assert (await clerk.post(f"{OTHER}/{id}/acceptance")).status_code == 403
        accepted = (await guest.post(f"{OTHER}/{id}/acceptance")).json()
        assert (accepted["host"]["slug"], [one["slug"] for one in accepted["visitors"]]) == (
            "wilhelmshaven",
            ["wolfsburg"],
        )
        gone = (await host.post(f"{BASE}/visits/{id}/withdrawal")).json()
        assert gone["status"] == "cancelled"
        assert (await guest.post(f"{OTHER}/nirgends/acceptance")).status_code == 404


async def test_nobody_visits_a_municipality_whose_pages_are_closed(reporting: Reporting) -> None:
    tenants = reporting.service.context.database["tenants"]
    async with reporting.client("wilhelmshaven") as host, reporting.client("wolfsburg") as guest:
        id = (await host.post(f"{BASE}/visits", json=BODY | {"kind": "offer"})).json()["id"]
        await tenants.update_one({"_id": "wilhelmshaven"}, {"$set": {"status": "suspended"}})
        reporting.service.definition.tenant_registry.clear()
        refused = await guest.post(f"{OTHER}/{id}/acceptance")
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "host-away")
        asked = await guest.post(OTHER, json=BODY | {"municipalities": ["wilhelmshaven"]})
        assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "/municipalities/0")
        await tenants.update_one({"_id": "wilhelmshaven"}, {"$set": {"status": "admitted"}})
        reporting.service.definition.tenant_registry.clear()
        assert (await guest.post(f"{OTHER}/{id}/acceptance")).status_code == 200


async def test_what_others_propose_takes_nothing_from_what_one_may_propose(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "MOST_PROPOSED", 2)
    async with reporting.client("wilhelmshaven") as town, reporting.client("wolfsburg") as other:
        for _ in range(2):
            assert (await town.post(f"{BASE}/visits", json=BODY)).status_code == 201
        refused = await town.post(f"{BASE}/visits", json=BODY)
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "too-many-visits")
        own = await other.post(OTHER, json=BODY | {"municipalities": ["wilhelmshaven"]})
        assert own.status_code == 201, "they concern the other one too, who has proposed none"
        first = (await other.get(f"{OTHER}?limit=2")).json()
        then = (await other.get(f"{OTHER}?limit=2&cursor={first['next']}")).json()
    assert [len(page["items"]) for page in (first, then)] == [2, 1]
    assert (len({one["id"] for one in first["items"] + then["items"]}), then["next"]) == (3, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"municipalities": []},
        {"municipalities": ["wilhelmshaven"]},
        {"kind": "ask", "municipalities": ["wolfsburg", "wilhelmshaven"]},
        {"municipalities": ["x"] * 7},
        {"ends_at": "2090-02-01T09:00:00Z"},
        {"ends_at": "2091-02-01T09:00:00Z"},
        {"agenda": ["Anruf 04421 / 16 12 34"]},
        {"mode": "zu Fuß"},
        {"municipalities": ["Wolfsburg"]},
    ],
)
async def test_a_visit_that_cannot_take_place_is_refused(reporting: Reporting, wrong: dict[str, Any]) -> None:
    async with reporting.client("wilhelmshaven") as town:
        assert (await town.post(f"{BASE}/visits", json=BODY | wrong)).status_code == 422
        assert (await town.get(f"{BASE}/visits")).json()["items"] == []


async def test_what_is_wrong_is_named_at_its_place(reporting: Reporting) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"kind": "offer", "municipalities": ["wolfsburg", "nirgends"]}, "/municipalities/1"),
        ({"starts_at": "2020-03-01T09:00:00Z", "ends_at": "2020-03-01T10:00:00Z"}, "/starts_at"),
        ({"ends_at": "2090-02-01T09:00:00Z"}, "/ends_at"),
    ]
    async with reporting.client("wilhelmshaven") as town:
        for change, pointer in wrong:
            answer = await town.post(f"{BASE}/visits", json=BODY | change)
            assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, [pointer])
        await town.post(f"{BASE}/visits", json=BODY)
        assert len((await town.get(f"{BASE}/visits?limit=1")).json()["items"]) == 1
        assert (await town.get(f"{BASE}/visits?limit=100000")).status_code == 422


def test_an_acceptance_owes_the_host_one_draft() -> None:
    event = VisitAccepted(
        visit_id="v",
        host="wolfsburg",
        visitors=("w",),
        starts_at=_at("2027-01-01"),
        ends_at=_at("2027-01-02"),
        mode="onsite",
    )
    envelope = Envelope("e", event.event_type, "reporting", "2026-11-01T10:00:00.000Z", "v", "w", 2, b"{}")
    [write] = HANDLERS[event.event_type](envelope, event)
    assert (write.id, write.fields["tenant"]) == ("wolfsburg:v", "wolfsburg")


async def test_a_visit_is_asked_for_accepted_and_reported_on_pages(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town, reporting.client("wolfsburg") as host:
        for client in (town, host):
            client.headers.update({"Sec-Fetch-Site": "same-origin"})
        page = (await town.get("/reporting/wilhelmshaven/visits/new?municipality=wolfsburg&lang=de")).text
        entered = {
            "form_token": token(page),
            "kind": "ask",
            "title": "<i>Ansehen</i>",
            "municipalities": "wolfsburg",
            "starts_at": "2090-03-01T09:00",
            "ends_at": "2090-02-01T09:00",
            "mode": "onsite",
            "agenda": "Rundgang\n\nGespräch",
        }
        refused = await town.post("/reporting/wilhelmshaven/visits/new?lang=de", data=entered)
        assert refused.status_code == 422
        assert "innerhalb von zwei Wochen" in refused.text
        unknown = await town.post(
            "/reporting/wilhelmshaven/visits/new?lang=de", data=entered | {"municipalities": "Emden Kaufbeuren"}
        )
        assert (unknown.status_code, 'id="error-municipalities"' in unknown.text) == (422, True)
        assert "&lt;i&gt;Ansehen&lt;/i&gt;" in unknown.text, "what was entered is still there"
        assert 'value="wolfsburg"' in unknown.text, "those that take part are offered"
        too_many = {
            "municipalities": [f"stadt-{one}" for one in range(7)],
            "agenda": "\n".join("Rundgang" for _ in range(21)),
        }
        many = await town.post("/reporting/wilhelmshaven/visits/new?lang=de", data=entered | too_many)
        assert many.status_code == 422
        assert "oder bis zu sechs, die kommen dürfen" in many.text
        assert "höchstens 20 Punkte" in many.text
        made = await town.post("/reporting/wilhelmshaven/visits/new", data=entered | {"ends_at": "2090-03-02T16:00"})
        assert made.status_code == 303, made.text
        id = made.headers["location"].rpartition("/")[2]
        page = (await host.get(f"/reporting/wolfsburg/visits/{id}?lang=de")).text
        assert "&lt;i&gt;Ansehen&lt;/i&gt;" in page
        assert "1. März 2090, 09:00" in page
        assert "2. März 2090, 16:00" in page
        done = await host.post(
            f"/reporting/wolfsburg/visits/{id}", data={"form_token": token(page), "button": "accept"}
        )
        assert done.status_code == 303, done.text
        assert "findet statt" in (await town.get("/reporting/wilhelmshaven/visits?lang=de")).text
        early = await town.post(
            f"/reporting/wilhelmshaven/visits/{id}?lang=de",
            data={
                "form_token": token((await town.get(f"/reporting/wilhelmshaven/visits/{id}")).text),
                "button": "report",
                "report": "Schon gut.",
            },
        )
        assert (early.status_code, "Schon gut." in early.text) == (422, True)
        assert "erst aufschreiben" in early.text
