"""What may stand in a practice, and what becomes of what a change does not name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.reporting.practices import BODY, WHOLE, token
from tests.service.reporting.towns import BASE, Reporting
from tests.service.reporting.waves import closed


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"steps": "Fragen an maria.muster@web.example"}, "/steps"),
        ({"steps": {"de": "Anruf unter 04421 / 16 12 34 genügt"}}, "/steps/de"),
        ({"steps": "x" * 1_000_000}, "/steps/de"),
        ({"title": {"de": "\u0000"}}, "/title/de"),
        ({"cost": {"from": 5, "to": 1}}, "/cost/to"),
        ({"cost": {"from": "1.000", "to": 2_000}}, "/cost/from"),
        ({"contact": {"office": "Amt", "email": "nirgends"}}, "/contact/email"),
        ({"documents": [{"title": "x", "url": "javascript:alert(1)"}]}, "/documents/0/url"),
        ({"title": {"xx": "Titel"}}, "/title/xx"),
        ({"unknown": 1}, "/unknown"),
    ],
)
async def test_bad_input_is_named_at_its_place(reporting: Reporting, wrong: dict[str, Any], pointer: str) -> None:
    async with reporting.client("wilhelmshaven") as town:
        answer = await town.post(f"{BASE}/practices", json=BODY | wrong)
        stored = (await town.get(f"{BASE}/practices")).json()["items"]
    assert answer.status_code in (413, 422)
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert stored == [], "nothing is stored"


async def test_what_readers_need_has_to_be_there_before_the_office_reads(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town:
        made = (await town.post(f"{BASE}/practices", json={"title": "Nur ein Titel", "fields": []})).json()
        answer = await town.post(f"{BASE}/practices/{made['id']}/submission")
        again = await town.post(f"{BASE}/practices", json=BODY, headers={"Idempotency-Key": "k"})
        replay = await town.post(f"{BASE}/practices", json=BODY, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/start",
        "/goal",
        "/steps",
        "/result",
        "/fields",
    }
    assert (replay.json()["id"], replay.headers["idempotent-replayed"]) == (again.json()["id"], "true")


async def test_who_seems_to_name_somebody_is_told_and_so_is_the_office(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town, reporting.client("-", "programme_office") as office:
        made = (await town.post(f"{BASE}/practices", json=BODY | {"steps": "Fragen beantwortet Frau Muster."})).json()
        plain = (await town.post(f"{BASE}/practices", json=BODY)).json()
        assert (made["hints"], plain["hints"]) == (["names-a-person"], [])
        for contact in (
            {"office": "Frau Muster", "email": "integration@stadt.example"},
            {"office": "Fachstelle", "email": "erika.muster@stadt.example"},
        ):
            of_person = (await town.post(f"{BASE}/practices", json=BODY | {"contact": contact})).json()
            assert of_person["hints"] == ["names-a-person"], contact
        assert (await town.post(f"{BASE}/practices/{made['id']}/submission")).status_code == 200
        pages = [
            (await town.get(f"/reporting/wilhelmshaven/practices/{made['id']}/edit?lang=de")).text,
            (await office.get(f"/reporting/practices/{made['id']}?lang=de")).text,
        ]
    assert all("Hier wird wohl eine Person genannt." in page for page in pages)


async def test_fields_are_those_of_the_questionnaire(reporting: Reporting) -> None:
    await closed(reporting, {})
    async with reporting.client("wilhelmshaven") as town:
        for fields in (["intercultural"], ["f1", "intercultural"]):
            answer = await town.post(f"{BASE}/practices", json=BODY | {"fields": fields})
            [error] = answer.json()["errors"]
            assert (answer.status_code, error["pointer"]) == (422, f"/fields/{len(fields) - 1}")
            assert "f1, f2" in error["detail"]
        made = (await town.post(f"{BASE}/practices", json=BODY)).json()
        changed = await town.patch(f"{BASE}/practices/{made['id']}", json=BODY | {"fields": ["intercultural"]})
        assert (changed.status_code, changed.json()["errors"][0]["pointer"]) == (422, "/fields/0")
        town.headers.update({"Sec-Fetch-Site": "same-origin"})
        edit = f"/reporting/wilhelmshaven/practices/{made['id']}/edit"
        entered = {"form_token": token((await town.get(edit)).text), "title": "Lotsen", "fields": "intercultural"}
        refused = await town.post(edit, data=entered)
        assert (refused.status_code, 'id="error-fields"' in refused.text) == (422, True)


CHANGES: dict[str, dict[str, Any]] = {
    "title": {"de": "Sprachmittlung"},
    "goal": {"en": "Everybody is understood."},
    "fields": ["f2"],
    "cost": {"yearly": True},
    "contact": {"office": "Integrationsbüro"},
    "documents": [],
    "languages": ["tr"],
    "named": False,
    "public": True,
}


async def test_what_a_patch_does_not_name_stays(reporting: Reporting) -> None:
    """On every PATCH route of the service; a new one has to be added here."""
    patched = {
        route.path
        for route in reporting.transport.app.routes
        if "PATCH" in (getattr(route, "methods", None) or ())  # type: ignore[attr-defined]
    }
    assert patched == {"/reporting/v1/{tenant}/practices/{id}"}
    async with reporting.client("wilhelmshaven") as town:
        made = await town.post(f"{BASE}/practices", json=WHOLE)
        assert made.status_code == 201, made.text
        address = f"{BASE}/practices/{made.json()['id']}"
        before = (await town.get(address)).json()
        moving = {"revision", "as_of", "hints"}
        for name, change in [("", {}), *CHANGES.items()]:
            answer = await town.patch(address, json={name: change} if name else {})
            assert answer.status_code == 200, answer.text
            after = (await town.get(address)).json()
            others = {part: value for part, value in before.items() if part != name and part not in moving}
            assert {part: after[part] for part in others} == others, name
            before = after
        assert before["title"] == {"de": "Sprachmittlung", "uk": "Перекладачі на виклик"}
        assert before["goal"] == {"de": BODY["goal"], "en": "Everybody is understood."}
        assert before["cost"] == {"from": 10_000, "to": 20_000, "yearly": True}
        assert before["contact"] == {"office": "Integrationsbüro", "email": "integration@stadt.example"}
        taken = (await town.patch(address, json={"cost": None, "title": {"uk": None}, "went_wrong": None})).json()
        assert (taken["cost"], taken["title"], taken["went_wrong"]) == (None, {"de": "Sprachmittlung"}, {})
        for wrong, pointer in (
            ({"title": None}, "/title"),
            ({"title": {"de": None}}, "/title"),
            ({"cost": {"from": 5}}, "/cost/to"),
            ({"contact": {"email": None}}, "/contact/email"),
            ({"goal": {"de": "Anruf unter 04421 / 16 12 34"}}, "/goal/de"),
            ({"documents": [{"title": "Konzept"}]}, "/documents/0/url"),
            ({"colour": "red"}, "/colour"),
        ):
            refused = await town.patch(address, json=wrong)
            assert refused.status_code == 422, wrong
            assert pointer in [one["pointer"] for one in refused.json()["errors"]], refused.text
        assert (await town.get(address)).json()["title"] == {"de": "Sprachmittlung"}
