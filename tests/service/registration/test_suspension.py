"""A suspended municipality: closed to the public, readable for staff, opened again; links of residents keep working."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.registration.conftest import People
from tests.service.registration.pages import BROWSER, open_page
from tests.support.page_forms import form_of

OFFICE = "/registration/v1/municipalities/wilhelmshaven"
BASE = "/registration/v1/wilhelmshaven"


async def _suspend(people: People) -> None:
    answer = await people.office.post(f"{OFFICE}/suspension", json={"reason": "Agreement ended"})
    assert answer.json() == {"slug": "wilhelmshaven", "status": "suspended"}


async def _told(people: People, type: str) -> list[dict[str, Any]]:
    row = await people.service.context.database["municipalities"].find_one({"_id": "wilhelmshaven"})
    assert row is not None
    return [entry for entry in row["outbox"] if entry["y"] == type]


async def test_closed_to_the_public_readable_for_staff_and_opened_again(people: People) -> None:
    gathering = await people.gathering()
    await _suspend(people)
    for path in (f"{BASE}/gatherings", f"{BASE}/gatherings/{gathering}", "/registration/wilhelmshaven/"):
        refused = await people.public.get(path)
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "suspended"), path
    assert (await people.register(gathering, people.public, channel="web")).status_code == 403
    assert (await people.register(gathering)).status_code == 403, "nor do staff register anybody"
    assert (await people.coordinator.get(f"{BASE}/gatherings/{gathering}/registrations")).status_code == 200
    assert (await people.coordinator.patch(f"{BASE}/profile", json={"inhabitants": 1})).status_code == 403
    assert (await people.stranger.get(f"{BASE}/staff")).status_code in (403, 404)
    closed = "hat diese Seiten vorübergehend geschlossen"
    for staff_page in ("desk", "desk/plan", "settings"):
        assert closed in await open_page(people.coordinator, f"/registration/wilhelmshaven/{staff_page}")
    page = await people.public.get("/registration/wilhelmshaven/?lang=de", headers=BROWSER)
    assert (page.status_code, "vorübergehend geschlossen" in page.text) == (403, True)
    assert "Wilhelmshaven" in page.text
    assert (await people.public.get("/registration/wilhelmshaven/privacy")).status_code == 200
    assert [one["slug"] for one in (await people.public.get("/registration/v1/municipalities")).json()["items"]] == []
    resumed = await people.office.post(f"{OFFICE}/resumption")
    assert resumed.json() == {"slug": "wilhelmshaven", "status": "admitted"}
    assert (await people.register(gathering)).status_code == 201
    assert closed not in await open_page(people.coordinator, "/registration/wilhelmshaven/desk")


async def test_the_rights_of_residents_do_not_rest(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    code = people.service.context.secrets.code("manage", id)
    link = {"Authorization": f"Link {code}"}
    await _suspend(people)
    assert (await people.public.get(f"/registration/wilhelmshaven/my/{id}/{code}")).status_code == 200
    assert (await people.public.get(f"{BASE}/people/{id}/export", headers=link)).status_code == 200
    cancelled = await people.public.post(f"{BASE}/registrations/{id}/cancellation", headers=link)
    assert cancelled.json()["status"] == "cancelled"
    assert (await people.public.post(f"{BASE}/erasures", json={"person_id": id}, headers=link)).status_code == 201


async def test_repeating_it_tells_nobody_twice_and_coordinators_are_told(people: People) -> None:
    for _ in range(2):
        await _suspend(people)
    assert len(await _told(people, "registration.municipality.suspended.v1")) == 1
    contact = (await people.office.get(f"{BASE}/staff")).status_code
    assert contact in (403, 404), "the office does not read who works there"
    assert b'"contact_ids":["' in (await _told(people, "registration.municipality.suspended.v1"))[0]["d"]
    for _ in range(2):
        await people.office.post(f"{OFFICE}/resumption")
    assert len(await _told(people, "registration.municipality.resumed.v1")) == 1


@pytest.mark.parametrize("step", ["suspension", "deletion"])
async def test_only_the_office_and_only_tenants(people: People, step: str) -> None:
    body = {"reason": "x"}
    assert (await people.coordinator.post(f"{OFFICE}/{step}", json=body)).status_code == 403
    assert (await people.public.post(f"{OFFICE}/{step}", json=body)).status_code == 401
    assert (await people.office.post(f"/registration/v1/municipalities/nowhere/{step}", json=body)).status_code == 404
    assert (await people.office.post(f"{OFFICE}/{step}", json={"reason": " "})).status_code == 422


async def test_a_deletion_is_announced_and_called_off(people: People) -> None:
    announced = await people.office.post(f"{OFFICE}/deletion", json={"reason": "Agreement ended", "days": 14})
    assert (announced.status_code, announced.json()["status"]) == (201, "announced")
    assert len(announced.json()["awaited"]) == 4
    again = await people.office.post(f"{OFFICE}/deletion", json={"reason": "Again"})
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "leaving-already")
    gathering = await people.gathering()
    assert (await people.register(gathering)).status_code == 201, "until then all goes on"
    assert (await people.office.post(f"{OFFICE}/deletion/calling-off")).json()["status"] == "called_off"
    assert (await people.office.post(f"{OFFICE}/deletion/calling-off")).status_code == 409
    assert (await people.office.get(f"{OFFICE}/deletion")).status_code == 404
    row = await people.service.context.database["municipalities"].find_one({"_id": "wilhelmshaven"})
    assert row is not None
    assert "due_at" not in row


async def test_the_page_of_what_is_stored_and_erasing_it_stay_open(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    data = f"/registration/wilhelmshaven/my/{id}/{people.service.context.secrets.code('manage', id)}/data"
    await _suspend(people)
    assert (await people.public.get(f"{data}/mine.json")).status_code == 200
    page = await people.public.get(data)
    assert page.status_code == 200
    form = form_of(page.text, "/erasure") | {"sure": "yes"}
    erased = await people.public.post(f"{data}/erasure", data=form)
    assert erased.status_code == 303, erased.text
    certificate = erased.headers["location"]
    assert (await people.public.get(certificate)).status_code == 200
    assert (await people.public.get(f"{certificate}/certificate.pdf")).status_code == 200
