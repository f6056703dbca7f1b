"""The door's pages without a script: codes and names, people who walk in, the list on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.service.registration.conftest import People
from tests.service.registration.desk_pages import DESK, send
from tests.service.registration.test_door import code_of


async def test_the_door_takes_codes_and_names(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering, name="Olena", party=["Iryna", ""])).json()["id"]
    code = await code_of(people, id)
    opened = await people.intake.get(f"{DESK}/{gathering}/arrive/{code}")
    assert "Olena" in opened.text
    assert (await people.intake.get(f"/registration/v1/wilhelmshaven/registrations/{id}")).json()[
        "status"
    ] == "confirmed"
    scanned = await send(people.intake, f"{DESK}/{gathering}/door", "/door", "entry", entry=f"https://x/arrive/{code}")
    assert "Angekommen (3 von 3)" in scanned.text
    assert "Zuletzt gekommen" in scanned.text
    fewer = await send(people.intake, f"{DESK}/{gathering}/arrive/{code}", "/arrival", "people", people="2")
    assert "Angekommen (2 von 3)" in fewer.text
    back = await send(people.intake, f"{DESK}/{gathering}/door", "/arrival", "people", people="0")
    assert "zurückgenommen:" in back.text
    named = await send(people.intake, f"{DESK}/{gathering}/door", "/door", "entry", entry="iryna")
    assert f"registrations/{id}/arrival" in named.text
    unknown = await send(people.intake, f"{DESK}/{gathering}/door", "/door", "entry", entry="BCDF-GHJK")
    assert unknown.status_code == 422
    assert "Keine Anmeldung zu dieser Veranstaltung hat diesen Code." in unknown.text


async def test_people_walk_in_at_the_door(people: People) -> None:
    gathering = await people.gathering(capacity=3, party_max=3)
    door = f"{DESK}/{gathering}/door"
    let_in = await send(people.intake, door, "/walk-ins", people="2", language="ar")
    assert "Angekommen (2 von 2)" in let_in.text
    too_many = await send(people.intake, door, "/walk-ins", people="2", language="ar")
    assert too_many.status_code == 422
    for wrong in (
        {"people": "many", "language": "ar"},
        {"people": "1", "language": "xx"},
        {"people": "", "language": ""},
    ):
        assert (await send(people.intake, door, "/walk-ins", **wrong)).status_code == 422
    people.move(timedelta(days=6, hours=3))
    after = await people.intake.get(door)
    assert "Wer nicht gekommen ist" in after.text
    told = await send(people.intake, door, "/attendance")
    assert "Die Zahlen sind an den Bericht gemeldet." in told.text


async def test_who_walks_in_is_asked_what_is_required_of_everybody(people: People) -> None:
    car = {"id": "car", "label": {"de": "Kommen Sie mit dem Auto?"}, "kind": "boolean", "required": True}
    plate = {"id": "plate", "label": {"de": "Kennzeichen?"}, "kind": "text", "required": True}
    plate["shown_if"] = {"question": "car", "equals": True}
    diet = {"id": "diet", "label": {"de": "Was essen Sie?"}, "kind": "text", "per": "person", "required": True}
    diet["special"] = True
    hobby = {"id": "hobby", "label": {"de": "Und sonst?"}, "kind": "text"}
    gathering = await people.gathering(capacity=9, questions=[car, plate, diet, hobby])
    door = f"{DESK}/{gathering}/door"
    let_in = await send(people.intake, door, "/walk-ins", people="2", language="ar")
    assert "Was diese Veranstaltung noch von ihnen wissen muss" in let_in.text
    assert "Und sonst?" not in let_in.text, "what nobody has to answer does not hold up the door"
    came = str(let_in.url)
    missing = await send(people.intake, came, "/answers", **{"answer.all.car": "true", "answer.0.diet": "vegan"})
    assert missing.status_code == 422
    assert 'id="error-answer.all.plate"' in missing.text
    assert 'id="error-answer.1.diet"' in missing.text
    answers = {"answer.all.car": "true", "answer.all.plate": "WHV-X 1", "answer.0.diet": "vegan", "answer.1.diet": "-"}
    kept = await send(people.intake, came, "/answers", **answers)
    assert "Angekommen (2 von 2)" in kept.text
    assert "Was diese Veranstaltung noch" not in kept.text, "nor is the clerk asked again for what they may not see"
    registrations = people.service.context.database["registrations"]
    stored = await registrations.find_one({"gathering": gathering})
    assert stored is not None
    assert {one["question"]: one["value"] for one in stored["answers"]} == {
        "car": True,
        "plate": "WHV-X 1",
        "diet": ["vegan", "-"],
    }
    assert stored["outbox"] == [], "nobody is written to"
    registered = (await people.register(gathering, answers={"car": False, "diet": ["-"]})).json()["id"]
    checked_in = await send(people.intake, door, "/door", "entry", entry=await code_of(people, registered))
    assert "Was diese Veranstaltung noch" not in checked_in.text, "who signed up was asked then"


@pytest.mark.parametrize("what", ["attendance", "badges", "needs"])
async def test_paper_has_whoever_holds_seats_with_names_isolated(people: People, what: str) -> None:
    gathering = await people.gathering(capacity=3, party_max=3)
    await people.register(gathering, name="مريم حسن", party=["<b>Omar</b>"], support=["interpreter.uk"])
    await people.register(gathering, name="Waiting Person", party=["", ""])
    page = await people.intake.get(f"{DESK}/{gathering}/print/{what}")
    assert page.status_code == 200
    assert "<bdi>مريم حسن</bdi>" in page.text
    assert "Waiting Person" not in page.text
    assert "<b>Omar" not in page.text
    if what != "needs":
        assert "<bdi>&lt;b&gt;Omar&lt;/b&gt;</bdi>" in page.text


async def test_the_holder_sees_the_code_for_the_door(people: People) -> None:
    gathering = await people.gathering(mode="onsite", place="Rathaus", join_url=None)
    id = (await people.register(gathering)).json()["id"]
    link = people.service.context.secrets.code("manage", id)
    page = (await people.public.get(f"/registration/wilhelmshaven/my/{id}/{link}", params={"lang": "uk"})).text
    code = await code_of(people, id)
    assert f"{code[:4]}-{code[4:]}" in page
    assert "<svg" in page
    assert code not in page, "the way to the desk stands in the square alone"
    refused = await people.public.get(f"{DESK}/{gathering}/arrive/{code}")
    assert refused.status_code == 401
