"""Staff of a municipality: invited, given other roles, taken out, forgotten."""

from __future__ import annotations

from typing import Any

import orjson

from tests.service.registration.conftest import People

STAFF = "/registration/v1/wilhelmshaven/staff"
FIRST = "canary@wilhelmshaven.example"
CANARY = "canary.clerk@wilhelmshaven.example"


async def _document(people: People) -> dict[str, Any]:
    found = await people.service.context.database["municipalities"].find_one({"_id": "wilhelmshaven"})
    assert found is not None
    return found


async def _told(people: People, type: str) -> list[dict[str, Any]]:
    """Data of the events of a type that wait to be published, with their key."""
    outbox = (await _document(people))["outbox"]
    return [{"key": e["k"], **(orjson.loads(e["d"]) if e["d"] else {})} for e in outbox if e["y"] == type]


async def _roles(people: People, email: str) -> frozenset[str]:
    key = people.service.context.secrets.email_key(email)
    tenant_registry = people.service.definition.tenant_registry
    assert tenant_registry is not None
    return await tenant_registry.roles("wilhelmshaven", key)


async def test_the_applicant_is_the_first_coordinator(people: People) -> None:
    listed = (await people.coordinator.get(STAFF)).json()
    assert [(one["email"], one["roles"], one["name"]) for one in listed["items"]] == [
        (FIRST, ["coordinator"], "Canary Contact")
    ]


async def test_somebody_is_invited_in_their_language_and_can_act(people: People) -> None:
    assert await _roles(people, CANARY) == frozenset()
    body = {"roles": ["moderator", "intake"], "name": "Olena", "language": "uk"}
    granted = await people.coordinator.put(f"{STAFF}/{CANARY.title()}", json=body)
    assert granted.status_code == 200, granted.text
    assert granted.json() | {"since": "", "person_id": ""} == {
        "email": CANARY,
        "name": "Olena",
        "language": "uk",
        "roles": ["intake", "moderator"],
        "since": "",
        "person_id": "",
    }
    assert await _roles(people, CANARY) == {"intake", "moderator"}, "at once, in the process that granted it"
    key = people.service.context.secrets.email_key(CANARY)
    person = granted.json()["person_id"]
    assert (await _told(people, "registration.staff.granted.v1"))[-1] == {
        "key": f"wilhelmshaven:{key}",
        "email_key": key,
        "roles": ["intake", "moderator"],
        "contact_id": person,
    }
    contact = (await _told(people, "contacts.contact.recorded.v1"))[-1]
    assert (contact["key"], contact["kind"], contact["language"], contact["email"]) == (person, "staff", "uk", CANARY)


async def test_the_same_again_tells_nobody_and_another_role_invites_no_more(people: People) -> None:
    for roles in (["intake"], ["intake"], ["moderator"]):
        await people.coordinator.put(f"{STAFF}/{CANARY}", json={"roles": roles})
    granted = (await _told(people, "registration.staff.granted.v1"))[1:]
    assert [(one["roles"], "contact_id" in one) for one in granted] == [(["intake"], True), (["moderator"], False)]
    assert len(await _told(people, "contacts.contact.recorded.v1")) == 2


async def test_the_last_coordinator_stays(people: People) -> None:
    for refused in (
        await people.coordinator.delete(f"{STAFF}/{FIRST}"),
        await people.coordinator.put(f"{STAFF}/{FIRST}", json={"roles": ["intake"]}),
    ):
        assert refused.status_code == 409
        assert refused.json()["type"].endswith("last-coordinator")
        assert "Give somebody else the role" in refused.json()["detail"]
    await people.coordinator.put(f"{STAFF}/{CANARY}", json={"roles": ["coordinator"]})
    assert (await people.coordinator.delete(f"{STAFF}/{FIRST}")).json() == {"email": FIRST, "roles": []}
    assert (await people.coordinator.delete(f"{STAFF}/{CANARY}")).status_code == 409


async def test_who_is_taken_out_is_forgotten(people: People) -> None:
    person = (await people.coordinator.put(f"{STAFF}/{CANARY}", json={"roles": ["intake"]})).json()["person_id"]
    await people.coordinator.delete(f"{STAFF}/{CANARY}")
    assert await _roles(people, CANARY) == frozenset()
    assert (await people.coordinator.delete(f"{STAFF}/{CANARY}")).status_code == 404
    assert "canary.clerk" not in str(await _document(people)), "the invitation that was not yet sent is gone as well"
    assert (await _told(people, "contacts.contact.recorded.v1"))[-1] == {"key": person}, "a tombstone"
    again = (await people.coordinator.put(f"{STAFF}/{CANARY}", json={"roles": ["intake"]})).json()
    assert again["person_id"] != person, "who was erased stays erased; coming back is a new contact"


async def test_an_erasure_ends_the_roles_as_well(people: People) -> None:
    person = (await people.coordinator.put(f"{STAFF}/{CANARY}", json={"roles": ["intake"]})).json()["person_id"]
    asked = await people.coordinator.post("/registration/v1/wilhelmshaven/erasures", json={"person_id": person})
    assert asked.status_code == 201
    erasures = people.service.context.database["erasures"]
    for _ in range(2):
        await people.work("erase", {"_id": asked.json()["id"]})
    receipts = [e for e in (await erasures.find_one({}))["outbox"] if e["y"] == "registration.erasure.receipted.v1"]
    assert [orjson.loads(one["d"])["removed"] for one in receipts] == [{"staff members": 1}]
    assert "canary.clerk" not in str(await _document(people))
    assert await _roles(people, CANARY) == frozenset()


async def test_bad_input_and_callers_without_permission_are_refused(people: People) -> None:
    for email, body, pointer in (
        ("nobody", {"roles": ["intake"]}, "/path/email"),
        (CANARY, {"roles": []}, "/roles"),
        (CANARY, {"roles": ["mayor"]}, "/roles/0"),
        (CANARY, {"roles": ["intake"], "language": "xx"}, "/language"),
    ):
        refused = await people.coordinator.put(f"{STAFF}/{email}", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await people.intake.get(STAFF)).status_code == 403
    assert (await people.stranger.get(STAFF)).status_code == 404
    assert (await people.stranger.put(f"{STAFF}/{CANARY}", json={"roles": ["coordinator"]})).status_code == 404


async def _erasure(people: People, person: str) -> dict[str, Any]:
    asked = await people.coordinator.post("/registration/v1/wilhelmshaven/erasures", json={"person_id": person})
    assert asked.status_code == 201, asked.text
    found: dict[str, Any] = asked.json()
    return found


async def _told_of_erasure(people: People) -> list[str]:
    found = await people.service.context.database["erasures"].find_one({})
    assert found is not None
    return [entry["y"] for entry in found["outbox"]]


async def test_the_erasure_of_the_last_coordinator_waits_for_a_successor_and_says_so(people: People) -> None:
    [first] = (await people.coordinator.get(STAFF)).json()["items"]
    asked = await _erasure(people, first["person_id"])
    assert (asked["status"], asked["waits_for"]) == ("waiting", "successor")
    await people.forget()
    assert await _told_of_erasure(people) == [], "nobody is told to delete anything yet"
    assert await _roles(people, FIRST) == {"coordinator"}
    appointed = await people.office.put(
        "/registration/v1/municipalities/wilhelmshaven/coordinator", json={"email": CANARY, "name": "Olena"}
    )
    assert (appointed.status_code, appointed.json()["roles"]) == (200, ["coordinator"])
    await people.forget()
    assert await _told_of_erasure(people) == ["registration.person.erased.v1", "registration.erasure.receipted.v1"]
    assert await _roles(people, FIRST) == frozenset()
    found = (await people.coordinator.get(f"/registration/v1/wilhelmshaven/erasures/{asked['id']}")).json()
    assert (found["status"], "waits_for" in found) == ("running", False)


async def test_who_coordinated_beside_others_when_they_asked_and_alone_when_it_comes_to_it_waits_too(
    people: People,
) -> None:
    await people.coordinator.put(f"{STAFF}/{CANARY}", json={"roles": ["coordinator"]})
    first = next(one for one in (await people.coordinator.get(STAFF)).json()["items"] if one["email"] == FIRST)
    asked = await _erasure(people, first["person_id"])
    assert asked["status"] == "running"
    await people.coordinator.delete(f"{STAFF}/{CANARY}")
    await people.forget()
    found = (await people.coordinator.get(f"/registration/v1/wilhelmshaven/erasures/{asked['id']}")).json()
    assert found["status"] == "waiting"
    assert await _roles(people, FIRST) == {"coordinator"}


async def test_the_office_appoints_beside_the_roles_somebody_holds_and_nobody_else_does(people: People) -> None:
    path = "/registration/v1/municipalities/wilhelmshaven/coordinator"
    await people.coordinator.put(f"{STAFF}/{CANARY}", json={"roles": ["intake"], "name": "Olena"})
    appointed = (await people.office.put(path, json={"email": CANARY})).json()
    assert (appointed["roles"], appointed["name"]) == (["coordinator", "intake"], "Olena")
    assert (await people.coordinator.put(path, json={"email": CANARY})).status_code == 403
    assert (
        await people.office.put(path.replace("wilhelmshaven", "nowhere"), json={"email": CANARY})
    ).status_code == 404
    assert (await people.office.put(path, json={"email": "nobody"})).status_code == 422
