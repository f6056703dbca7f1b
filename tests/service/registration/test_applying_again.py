"""Whoever was declined or withdrew applies again under the same short name, and nothing of the former application is mixed in."""

from __future__ import annotations

from datetime import timedelta

import httpx

from chassis.storage.mongo import Document
from services.registration.applications.applying import MOST_UNDECIDED
from tests.service.registration.conftest import People
from tests.service.registration.pages import open_page, send
from tests.service.registration.test_administration_pages import APPLICATION, OFFICE

API = "/registration/v1/municipalities"
FIRST = {"name": "Canary Veronika", "email": "canary@kaufbeuren.example", "phone": None}
SECOND = {"name": "Sperling Sofie", "email": "sperling@kaufbeuren.example", "phone": "+49 8341 1"}


def _link(people: People, number: int) -> dict[str, str]:
    subject = "kaufbeuren" if number == 1 else f"kaufbeuren:{number}"
    return {"Authorization": f"Link {people.service.context.secrets.code('application', subject)}"}


async def _apply(people: People, contact: Document, key: str = "", **changes: object) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await people.public.post(API, json={**APPLICATION, "contact": contact, **changes}, headers=headers)


async def _decline(people: People) -> None:
    body = {"decision": "declined", "reason": "No capacity this year."}
    assert (await people.office.post(f"{API}/kaufbeuren/decision", json=body)).status_code == 200


async def _stored(people: People) -> Document:
    found = await people.service.context.database["municipalities"].find_one({"_id": "kaufbeuren"})
    assert found is not None
    return found


async def _due(people: People) -> None:
    await people.work("municipalities", {"_id": "kaufbeuren"})


async def test_a_declined_municipality_applies_again_and_is_admitted(people: People) -> None:
    assert (await _apply(people, FIRST, "first")).status_code == 201
    await _decline(people)
    declined = (await people.public.get(f"{API}/kaufbeuren/application", headers=_link(people, 1))).json()
    assert "You can apply again" in await open_page(people.public, _page(people, 1))

    again = await _apply(people, SECOND, "second", inhabitants=47_000)
    assert (again.status_code, again.json()["status"]) == (201, "applied")
    # A repeat of either request gets its own first answer and changes nothing.
    for contact, key, changes in ((FIRST, "first", {}), (SECOND, "second", {"inhabitants": 47_000})):
        repeated = await _apply(people, contact, key, **changes)
        assert (repeated.status_code, repeated.headers["idempotent-replayed"]) == (201, "true")

    # Each link is of one application.
    old = (await people.public.get(f"{API}/kaufbeuren/application", headers=_link(people, 1))).json()
    assert old == declined | {"last": 2}
    new = (await people.public.get(f"{API}/kaufbeuren/application", headers=_link(people, 2))).json()
    assert (new["status"], new["inhabitants"], new["decision"], new["questions"]) == ("applied", 47_000, None, [])
    assert "applied again after that" in await open_page(people.public, _page(people, 1))
    asked = await people.office.post(f"{API}/kaufbeuren/questions", json={"question": "What is new?"})
    assert asked.status_code == 201
    answer = {"answer": "A new council."}
    for number, expected in ((1, 409), (2, 201)):
        sent = await people.public.post(f"{API}/kaufbeuren/answers", json=answer, headers=_link(people, number))
        assert sent.status_code == expected, sent.text
    page = await open_page(people.public, _page(people, 1))
    assert "new council" not in page
    assert "Sperling" not in await open_page(people.public, f"{_page(people, 1)}/data")

    # Who applied before is corrected, by themselves and by the office, without touching who applies now.
    right = {**FIRST, "name": "Canary Vera"}
    path = f"{API}/kaufbeuren/contact"
    assert (await people.public.put(path, json=right, headers=_link(people, 1))).status_code == 200
    seen = (await people.office.get(f"{API}/kaufbeuren/application")).json()
    assert (seen["contact"]["name"], [one["number"] for one in seen["former"]]) == (SECOND["name"], [1])
    office = f"{OFFICE}/kaufbeuren"
    assert "?application=1" in await open_page(people.office, office)
    assert "Canary" not in await open_page(people.office, office)
    earlier = f"{office}?application=1"
    sent = await send(people.office, earlier, {"name": "Canary Veronika V"}, f"{office}/contact?application=1")
    assert (sent.status_code, sent.headers["location"]) == (303, earlier)
    assert "Canary Veronika V" in await open_page(people.office, earlier)
    assert (await people.office.get(f"{API}/kaufbeuren/application?number=3")).status_code == 404

    admitted = await people.office.post(f"{API}/kaufbeuren/decision", json={"decision": "admitted"})
    assert admitted.status_code == 200
    document = await _stored(people)
    assert [one["email"] for one in document["people"].values()] == [SECOND["email"]]
    # Reasons need not be talked about any more: who applied before is forgotten, here and by a tombstone.
    former = document["former"][0]
    assert (former.get("contact"), former.get("questions"), former["decided"]["reason"]) == (
        None,
        None,
        "No capacity this year.",
    )
    assert "due_at" not in document
    told = [entry for entry in document["outbox"] if entry["o"] == "contacts.v1"]
    assert [(entry["k"], entry["d"] is None) for entry in told] == [
        (document["contact_id"], False),
        (former["contact_id"], True),
    ]
    assert document["contact_id"] != former["contact_id"]
    assert (await people.public.get(f"{API}/kaufbeuren/application", headers=_link(people, 1))).status_code == 200
    assert (await _apply(people, FIRST)).status_code == 409


async def test_applications_of_one_name_stand_side_by_side_and_the_office_decides_each(people: People) -> None:
    """Whoever applies first in a municipality's name keeps nobody from applying who really is of it."""
    assert (await _apply(people, FIRST)).status_code == 201
    assert (await _apply(people, SECOND)).status_code == 201
    decline = {"decision": "declined", "reason": "You are not of this municipality."}
    for path, body in (("decision", decline), ("decision", {"decision": "admitted"}), ("questions", {"question": "?"})):
        unclear = await people.office.post(f"{API}/kaufbeuren/{path}", json=body)
        assert (unclear.status_code, unclear.json()["type"].rpartition(":")[2]) == (409, "application-needed")
    asked = await people.office.post(f"{API}/kaufbeuren/questions?application=1", json={"question": "Who are you?"})
    assert [one["question"] for one in asked.json()["questions"]] == ["Who are you?"]
    answered = await people.public.post(f"{API}/kaufbeuren/answers", json={"answer": "X"}, headers=_link(people, 1))
    assert answered.status_code == 201
    other = (await people.public.get(f"{API}/kaufbeuren/application", headers=_link(people, 2))).json()
    assert (other["questions"], other["status"]) == ([], "applied")
    early = await people.office.post(f"{API}/kaufbeuren/decision?application=2", json={"decision": "admitted"})
    assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "others-wait")
    page = f"{OFFICE}/kaufbeuren?application=1"
    sent = await send(people.office, page, decline, f"{OFFICE}/kaufbeuren/decision?application=1")
    assert sent.status_code == 303, sent.text
    assert (await people.office.post(f"{API}/kaufbeuren/decision?application=3", json=decline)).status_code == 404
    admitted = await people.office.post(f"{API}/kaufbeuren/decision", json={"decision": "admitted"})
    assert admitted.json() == {"slug": "kaufbeuren", "status": "admitted"}
    document = await _stored(people)
    assert [one["email"] for one in document["people"].values()] == [SECOND["email"]]
    assert [(one["status"], one.get("contact")) for one in document["former"]] == [("declined", None)]
    told = [entry["y"].removeprefix("registration.municipality.") for entry in document["outbox"]]
    assert told.count("declined.v1") == told.count("admitted.v1") == 1


async def test_the_first_of_several_can_be_the_one_that_is_admitted(people: People) -> None:
    assert (await _apply(people, FIRST, "first")).status_code == 201
    assert (await _apply(people, SECOND)).status_code == 201
    decline = {"decision": "declined", "reason": "You are not of this municipality."}
    assert (await people.office.post(f"{API}/kaufbeuren/decision?application=2", json=decline)).status_code == 200
    listed = {
        one["slug"]: one["standing"]
        for one in (await people.office.get("/registration/v1/applications")).json()["items"]
    }
    assert listed["kaufbeuren"] == "applied"
    assert (await people.office.post(f"{API}/kaufbeuren/decision", json={"decision": "admitted"})).status_code == 200
    document = await _stored(people)
    assert (document["contact"]["email"], document["status"]) == (FIRST["email"], "admitted")
    for number, status in ((1, "admitted"), (2, "declined")):
        seen = await people.public.get(f"{API}/kaufbeuren/application", headers=_link(people, number))
        assert seen.json()["status"] == status
    assert (await _apply(people, FIRST, "first")).headers["idempotent-replayed"] == "true"


async def test_so_many_wait_side_by_side_and_no_more(people: People) -> None:
    for number in range(MOST_UNDECIDED):
        assert (await _apply(people, {**FIRST, "email": f"canary{number}@kaufbeuren.example"})).status_code == 201
    refused = await _apply(people, SECOND)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "too-many-applications")


async def test_who_withdrew_applies_again_and_each_is_forgotten_alone(people: People) -> None:
    assert (await _apply(people, FIRST)).status_code == 201
    assert (await people.public.post(f"{API}/kaufbeuren/erasure", headers=_link(people, 1))).status_code == 201
    await people.forget()
    assert (await _stored(people))["status"] == "withdrawn"
    assert (await _apply(people, SECOND)).status_code == 201
    await people.forget()  # the former erasure, once more
    assert (await _stored(people))["contact"]["name"] == SECOND["name"]
    await _decline(people)
    assert (await _apply(people, FIRST)).status_code == 201
    # The office is asked to forget who applied the second time.
    begun = await people.office.post(f"{API}/kaufbeuren/erasure?number=2")
    assert begun.status_code == 201
    await people.forget()
    document = await _stored(people)
    assert [one.get("contact") for one in document["former"]] == [None, None]
    assert [one["status"] for one in document["former"]] == ["withdrawn", "declined"]
    assert (document["status"], document["contact"]["name"]) == ("applied", FIRST["name"])
    assert "Sperling" not in repr(document)
    certificates = {
        (await people.public.get(f"{API}/kaufbeuren/erasure", headers=_link(people, number))).json()["id"]
        for number in (1, 2)
    }
    assert len(certificates) == 2
    assert (await people.public.get(f"{API}/kaufbeuren/erasure", headers=_link(people, 3))).status_code == 404


async def test_a_declined_applicant_is_forgotten_in_time_whatever_came_after(people: People) -> None:
    assert (await _apply(people, FIRST)).status_code == 201
    await _decline(people)
    first_due = (await _stored(people))["due_at"]
    people.move(timedelta(days=100))
    assert (await _apply(people, SECOND)).status_code == 201
    await _decline(people)
    assert (await _stored(people))["due_at"] == first_due
    people.move(timedelta(days=181))
    await _due(people)
    document = await _stored(people)
    assert (document["former"][0].get("contact"), document["contact"]["name"]) == (None, SECOND["name"])
    assert first_due < document["due_at"] <= first_due + timedelta(days=101)
    people.move(timedelta(days=281))
    await _due(people)
    document = await _stored(people)
    assert (document.get("contact"), "due_at" in document, document["status"]) == (None, False, "declined")


def _page(people: People, number: int) -> str:
    return f"/registration/applications/kaufbeuren/{_link(people, number)['Authorization'].removeprefix('Link ')}"
