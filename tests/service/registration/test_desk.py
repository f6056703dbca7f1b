"""The desk's pages without a script: registering callers, the privacy notice, doubles, lists, the door, paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.text.languages import LANGUAGES
from tests.service.registration.conftest import People
from tests.service.registration.test_door import code_of
from tests.support.page_forms import form_of

DESK = "/registration/wilhelmshaven/desk"
CALLER = {"name": "Olena Kovalenko", "phone": "04421 1234", "language": "uk", "read_out": "yes"}


async def send(
    client: httpx.AsyncClient, page: str, ends: str = "", holding: str = "form_token", **entered: Any
) -> httpx.Response:
    """Open a page, fill in its form that ends like this, send it; the page that follows."""
    shown = await client.get(page)
    assert shown.status_code == 200, shown.text
    action = next(one for one in re.findall(r'<form[^>]* action="([^"]*)"', shown.text) if one.endswith(ends))
    fields = {**form_of(shown.text, ends, holding), **entered}
    sent = await client.post(action or page, data={name: value for name, value in fields.items() if value is not None})
    if sent.status_code != 303:
        return sent
    where = sent.headers["location"]
    return await client.get(where, params=dict(httpx.URL(where).params))


async def test_a_caller_is_registered_and_the_page_is_ready_for_the_next(people: People) -> None:
    gathering = await people.gathering()
    page = await send(
        people.intake, f"{DESK}/{gathering}", gathering, **CALLER, companions="2", support="interpreter.uk"
    )
    assert page.status_code == 200
    assert "<bdi>Olena Kovalenko</bdi> ist angemeldet:" in page.text
    assert "bestätigt" in page.text
    assert "3 Personen" in page.text
    assert re.search(r"Code für den Einlass: <strong[^>]*>[0-9A-Z]{4}-[0-9A-Z]{4}<", page.text)
    fields = form_of(page.text, gathering, "phone")
    assert (fields["name"], fields["phone"], fields["language"]) == ([""], [""], ["de"])
    assert re.search(r'<input id="field-name"[^>]* autofocus', page.text)
    assert "32 Plätze frei" in page.text
    stored = await people.service.context.database["registrations"].find_one({"gathering": gathering})
    assert stored is not None
    assert stored["consent"]["text_version"] == "desk-1.uk"
    assert (stored["channel"], len(stored["party"])) == ("phone", 2)


async def test_the_notice_is_there_in_every_language_and_has_to_be_read_out(people: People) -> None:
    gathering = await people.gathering()
    shown = (await people.intake.get(f"{DESK}/{gathering}")).text
    assert re.findall(r'data-notice="([\w-]+)"', shown) == list(LANGUAGES)
    assert "Verantwortlich für Ihre Angaben: Wilhelmshaven" in shown
    assert '<p lang="ar" dir="rtl">' in shown
    refused = await send(people.intake, f"{DESK}/{gathering}", gathering, **CALLER | {"read_out": None})
    assert refused.status_code == 422
    assert 'href="#field-read_out"' in refused.text
    assert 'value="Olena Kovalenko"' in refused.text, "nothing has to be typed twice"
    mailed = CALLER | {"phone": "", "email": "olena@example.org", "read_out": None}
    assert "ist angemeldet" in (await send(people.intake, f"{DESK}/{gathering}", gathering, **mailed)).text
    stored = await people.service.context.database["registrations"].find_one({"gathering": gathering})
    assert stored is not None
    assert (stored["channel"], stored["consent"]["text_version"]) == ("email", "desk-1.uk.in-writing")


async def test_the_clerk_sees_that_a_caller_will_wait(people: People) -> None:
    gathering = await people.gathering(capacity=1, party_max=1)
    await people.register(gathering)
    before = (await people.intake.get(f"{DESK}/{gathering}")).text
    assert "alle Plätze sind vergeben" in before
    assert "niemand wartet" in before
    page = await send(people.intake, f"{DESK}/{gathering}", gathering, **CALLER)
    assert "wartet, Platz 1" in page.text
    part = await people.intake.get(f"{DESK}/{gathering}/now")
    assert "die nächste stünde auf Platz 2" in part.text


async def test_a_double_is_a_hint_while_typing_and_after_sending(people: People) -> None:
    gathering = await people.gathering()
    await people.register(gathering, name="Olena Kovalenko", contact={"phone": "+49 4421 1234"})
    token = form_of((await people.intake.get(f"{DESK}/{gathering}")).text, gathering, "phone")["form_token"]
    typed = {"form_token": token, "name": "Somebody", "phone": "04421/1234", "email": ""}
    hint = await people.intake.post(f"{DESK}/{gathering}/similar", data=typed)
    assert "gleiche Telefonnummer" in hint.text
    assert "Olena Kovalenko" in hint.text
    page = await send(people.intake, f"{DESK}/{gathering}", gathering, **CALLER)
    assert "<bdi>Olena Kovalenko</bdi> ist angemeldet:" in page.text
    assert page.text.count("gleicher Name, gleiche Telefonnummer") == 1
    assert (await people.seats(gathering))["taken"] == 2


async def test_no_name_stands_in_an_address(people: People) -> None:
    gathering = await people.gathering()
    await people.register(gathering, name="Canary Kovalenko")
    page = await send(people.intake, f"{DESK}/{gathering}/list", "/list", "q", q="canary")
    assert page.status_code == 200
    assert "Canary Kovalenko" in page.text
    assert not re.search(r'(href|action|src)="[^"]*anary', page.text)


async def test_the_list_is_filtered_and_goes_on(people: People) -> None:
    gathering = await people.gathering(capacity=52, party_max=1)
    for number in range(55):
        await people.register(gathering, name=f"Guest {number:02}", language="ar" if number % 5 == 0 else "uk")
    first = (await people.intake.get(f"{DESK}/{gathering}/list")).text
    assert re.findall(r"Guest (\d\d)", first) == [f"{number:02}" for number in range(50)]
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = (await people.intake.get(following[1].replace("&amp;", "&"))).text
    assert re.findall(r"Guest (\d\d)", second) == ["50", "51", "52", "53", "54"]
    line = (await people.intake.get(f"{DESK}/{gathering}/list", params={"status": "waiting"})).text
    assert re.findall(r"Guest (\d\d)", line) == ["52", "53", "54"]
    assert "wartet, Platz 3" in line
    arabic = (await people.intake.get(f"{DESK}/{gathering}/list", params={"language": "ar"})).text
    assert len(re.findall(r"Guest \d\d", arabic)) == 11
    nonsense = await people.intake.get(f"{DESK}/{gathering}/list", params={"status": "asleep", "language": "xx"})
    assert nonsense.status_code == 200


async def test_one_registration_is_shown_and_cancelled_only_when_meant(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering, name="Olena", party=["Iryna"])).json()["id"]
    page = f"{DESK}/{gathering}/registrations/{id}"
    shown = (await people.intake.get(page)).text
    assert "Iryna" in shown
    assert 'href="tel:' in shown
    refused = await send(people.intake, page, "/cancellation")
    assert refused.status_code == 422
    gone = await send(people.intake, page, "/cancellation", sure="yes")
    assert "abgesagt" in gone.text
    assert (await people.seats(gathering))["taken"] == 0
    assert (await people.intake.get(f"{DESK}/{gathering}/registrations/unknown")).status_code == 404


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


async def test_a_caller_who_calls_again_changes_what_they_said(people: People) -> None:
    gathering = await people.gathering(capacity=3, party_max=3)
    id = (await people.register(gathering, name="Olena", party=["Iryna"])).json()["id"]
    page = f"{DESK}/{gathering}/registrations/{id}"
    saved = await send(
        people.intake,
        page,
        "/change",
        "phone",
        name="Olena K",
        companions="2",
        names="Iryna",
        language="ru",
        support="interpreter.uk",
    )
    assert "Olena K" in saved.text
    found = (await people.intake.get(f"/registration/v1/wilhelmshaven/registrations/{id}")).json()
    assert (found["name"], found["party"], found["language"], found["support"]) == (
        "Olena K",
        ["Iryna", ""],
        "ru",
        ["interpreter.uk"],
    )
    assert found["contact"]["phone"] == "+49 4421 1234"
    found_by = await people.intake.post(
        f"{DESK.replace('/registration/', '/registration/v1/').replace('/desk', '')}/registrations/search",
        json={"gathering": gathering, "q": "olena k"},
    )
    assert [one["id"] for one in found_by.json()["items"]] == [id]
    refused = await send(people.intake, page, "/change", "phone", name="", phone="")
    assert refused.status_code == 422
    await people.register(gathering, name="Somebody else")
    full = await send(people.intake, page, "/change", "phone", companions="2", names="A\nB\nC\nD")
    assert full.status_code == 422


async def test_somebody_calls_for_a_person_who_has_neither_number_nor_address(people: People) -> None:
    gathering = await people.gathering()
    caller = {**CALLER, "phone": "", "helper": "Fatma von nebenan", "helper_phone": "04421 5678"}
    nameless = await send(people.intake, f"{DESK}/{gathering}", gathering, **{**caller, "helper": ""})
    assert (nameless.status_code, 'id="error-helper"' in nameless.text) == (422, True)
    page = await send(people.intake, f"{DESK}/{gathering}", gathering, **caller, companions="1")
    assert "ist angemeldet" in page.text, page.text
    stored = await people.service.context.database["registrations"].find_one({"gathering": gathering})
    assert stored is not None
    assert (stored["channel"], stored["helper"]["name"]) == ("phone", "Fatma von nebenan")
    assert stored["helper"]["contact"]["phone"] == "04421 5678"
    one = await people.intake.get(f"{DESK}/{gathering}/registrations/{stored['_id']}")
    for shown in (one, await people.intake.get(f"{DESK}/{gathering}/list")):
        assert "Fatma von nebenan" in shown.text
        assert "04421 5678" in shown.text
    found = await people.intake.post(
        "/registration/v1/wilhelmshaven/registrations/search", json={"gathering": gathering, "q": "04421 5678"}
    )
    assert [item["id"] for item in found.json()["items"]] == [stored["_id"]]


async def test_who_is_asked_once_more_and_calls_back_keeps_the_seats(people: People) -> None:
    start = datetime.now(UTC) + timedelta(hours=30)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    gathering = await people.gathering(**times)
    id = (await people.register(gathering)).json()["id"]
    asking = {"reconfirm": {"hours_before": 48, "hours_to_answer": 5}}
    assert (
        await people.coordinator.patch(f"/registration/v1/wilhelmshaven/gatherings/{gathering}", json=asking)
    ).is_success
    one = f"{DESK}/{gathering}/registrations/{id}"
    assert "Antwort bis" in (await people.intake.get(one)).text
    page = await send(people.intake, one, "/reconfirmation")
    assert page.status_code == 200
    assert "Antwort bis" not in page.text
    assert "reconfirm_by" not in (await people.intake.get(f"/registration/v1/wilhelmshaven/registrations/{id}")).json()


async def test_what_a_mail_said_stands_in_the_form_and_nothing_is_done(people: People) -> None:
    """As the inbox of notifications sends it: from another page, without a token of this form."""
    gathering = await people.gathering()
    mail = {
        "choose_language": "de",
        "name": "Olena Kovalenko",
        "email": "olena@example.org",
        "language": "de",
        "companions": "0",
    }
    page = await people.intake.post(f"{DESK}/{gathering}", data=mail)
    assert page.status_code == 200, page.text
    fields = form_of(page.text, gathering, "phone")
    assert (fields["name"], fields["email"]) == (["Olena Kovalenko"], ["olena@example.org"])
    assert 'class="error' not in page.text
    assert await people.service.context.database["registrations"].count_documents({"gathering": gathering}) == 0
    done = await people.intake.post(f"{DESK}/{gathering}", data={**fields, "email": "olena@example.org"})
    assert done.status_code == 303


async def test_the_clerk_notes_by_which_way_somebody_wishes_to_be_reached(people: People) -> None:
    gathering = await people.gathering()
    page = f"{DESK}/{gathering}"
    sent = await send(people.intake, page, gathering, **CALLER, post="Weg 1", reach_first="letter")
    id = httpx.URL(str(sent.url)).params["done"]
    one = f"{page}/registrations/{id}"
    assert "zuerst mit einem Brief" in (await people.intake.get(one, params={"lang": "de"})).text
    await send(people.intake, one, "/change", "phone", post="Weg 2", reach_first="call")
    found = (await people.intake.get(f"/registration/v1/wilhelmshaven/registrations/{id}")).json()
    assert (found["reach_first"], found["contact"]["post"]) == ("call", "Weg 2")
