"""The desk's pages without a script: registering callers, the privacy notice, doubles, lists, callers who call again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx

from chassis.text.languages import LANGUAGES
from tests.service.registration.conftest import People
from tests.service.registration.desk_pages import CALLER, DESK, send
from tests.support.page_forms import form_of


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
