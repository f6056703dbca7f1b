"""Pages of the programme office, of applicants and of a municipality's settings."""

from __future__ import annotations

import orjson

from tests.service.registration.conftest import People
from tests.service.registration.pages import open_page, send
from tests.support.page_forms import form_of
from tests.unit.registration.test_crest import GOOD

OFFICE = "/registration/office"
SETTINGS = "/registration/wilhelmshaven/settings"
APPLICATION = {
    "slug": "kaufbeuren",
    "name": {"de": "Kaufbeuren"},
    "kind": "city",
    "state": "Bayern",
    "inhabitants": 46_000,
    "contact": {"name": "Canary Veronika", "email": "canary@kaufbeuren.example"},
    "languages": ["de"],
}


async def _apply(people: People) -> str:
    """An application; the address of the applicant's page."""
    assert (await people.public.post("/registration/v1/municipalities", json=APPLICATION)).status_code == 201
    return f"/registration/applications/kaufbeuren/{people.service.context.secrets.code('application', 'kaufbeuren')}"


async def _told(people: People, slug: str) -> list[str]:
    row = await people.service.context.database["municipalities"].find_one({"_id": slug})
    assert row is not None
    for entry in row["outbox"]:
        if entry["o"] != "contacts.v1":
            assert b"anary" not in entry["d"]
    return [entry["y"].split(".", 1)[1] for entry in row["outbox"]]


async def test_an_application_is_asked_back_answered_and_admitted(people: People) -> None:
    mine = await _apply(people)
    assert "Kaufbeuren" in await open_page(people.office, OFFICE)
    one = f"{OFFICE}/kaufbeuren"
    assert "canary@kaufbeuren.example" in await open_page(people.office, one)
    empty = await send(people.office, one, {}, f"{one}/questions")
    assert (empty.status_code, "Please fill in this field" in empty.text) == (422, True)
    asked = await send(people.office, one, {"question": "Does the council agree?"}, f"{one}/questions")
    assert (asked.status_code, asked.headers["location"]) == (303, one)
    assert "waits for an answer" in await open_page(people.office, one)
    assert "Does the council agree?" in await open_page(people.public, mine)
    assert (await people.public.get(mine[:-1] + "x")).status_code == 404
    assert (await send(people.public, mine, {"answer": "Yes, <b>since May</b>."})).status_code == 303
    page = await open_page(people.office, one)
    assert "Yes, &lt;b&gt;since May&lt;/b&gt;." in page
    assert "to be decided" in page
    again = await people.public.post(
        "/registration/v1/municipalities/kaufbeuren/answers",
        json={"answer": "More"},
        headers={"Authorization": f"Link {mine.rpartition('/')[2]}"},
    )
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "nothing-asked")
    assert (await send(people.office, one, {"decision": "admitted"}, f"{one}/decision")).status_code == 303
    assert "takes part" in await open_page(people.office, one)
    assert "Sign in with the address" in await open_page(people.public, mine)
    assert await _told(people, "kaufbeuren") == [
        "municipality.applied.v1",
        "contact.recorded.v1",
        "municipality.asked.v1",
        "municipality.answered.v1",
        "municipality.admitted.v1",
        "staff.granted.v1",
    ]
    assert "Kaufbeuren" in await open_page(people.public, "/registration/")


async def test_declining_needs_a_reason_which_the_applicant_reads(people: People) -> None:
    mine = await _apply(people)
    one = f"{OFFICE}/kaufbeuren"
    assert (await send(people.office, one, {"decision": "declined"}, f"{one}/decision")).status_code == 422
    await send(people.office, one, {"decision": "declined", "reason": "No capacity this year."}, f"{one}/decision")
    assert "No capacity this year." in await open_page(people.public, mine)
    too_late = await people.office.post(
        "/registration/v1/municipalities/kaufbeuren/questions", json={"question": "Why?"}
    )
    assert too_late.status_code == 409
    assert "Kaufbeuren" not in await open_page(people.public, "/registration/")


async def test_the_office_finds_by_name_and_standing(people: People) -> None:
    await _apply(people)
    for query, wanted in (
        ("?q=kaufb", True),
        ("?q=wilh", False),
        ("?standing=applied", True),
        ("?standing=declined", False),
    ):
        assert ("office/kaufbeuren" in await open_page(people.office, OFFICE + query)) is wanted, query
    listed = (await people.office.get("/registration/v1/applications?status=applied")).json()
    assert [one["slug"] for one in listed["items"]] == ["kaufbeuren"]
    assert (await people.coordinator.get(OFFICE)).status_code in (403, 404)


async def test_repeating_a_question_with_its_key_asks_once(people: People) -> None:
    await _apply(people)
    path = "/registration/v1/municipalities/kaufbeuren/questions"
    answers = [
        await people.office.post(path, json={"question": "Why?"}, headers={"Idempotency-Key": "q"}) for _ in range(3)
    ]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert len(answers[0].json()["questions"]) == 1


async def test_the_profile_is_arranged_on_its_page(people: People) -> None:
    saved = await send(
        people.coordinator,
        SETTINGS,
        {"phone_hours.de": "Immer", "languages": ["uk"], "inhabitants": "76.000", "colour": "#ffd200"},
    )
    assert (saved.status_code, saved.headers["location"]) == (303, SETTINGS)
    profile = (await people.public.get("/registration/v1/wilhelmshaven/profile")).json()
    assert (profile["languages"], profile["inhabitants"], profile["phone_hours"]) == (
        ["de", "uk"],
        76_000,
        {"de": "Immer"},
    )
    page = await open_page(people.coordinator, SETTINGS)
    assert 'value="Immer"' in page
    wrong = await send(
        people.coordinator,
        SETTINGS,
        {
            "colour": "#808080",
            "phone": "ring",
            "contact.email": "büro@whv.example",
            "unconfirmed_hours": "100",
            "name.de": "",
        },
    )
    assert wrong.status_code == 422
    assert "Bitte füllen Sie dieses Feld aus" in wrong.text
    wrong = await send(
        people.coordinator,
        SETTINGS,
        {"colour": "#808080", "phone": "ring", "contact.email": "x", "unconfirmed_hours": "100"},
    )
    for words in (
        "weder weiße noch schwarze",
        "mit Vorwahl",
        "name@example.org",
        "als Zahl von 1 bis 72",
        "auch die Stelle",
    ):
        assert words in wrong.text, words


async def test_a_crest_is_uploaded_and_removed_on_the_page(people: People) -> None:
    action = f"{SETTINGS}/crest"
    refused = await send(
        people.coordinator, SETTINGS, {}, action, {"crest": ("a.svg", b"<svg onload='x'/>", "image/svg+xml")}
    )
    assert (refused.status_code, "SVG" in refused.text) == (422, True)
    assert "Möglich sind nur SVG" in refused.text
    sent = await send(people.coordinator, SETTINGS, {}, action, {"crest": ("a.svg", GOOD.encode(), "image/svg+xml")})
    assert sent.status_code == 303
    assert "/registration/wilhelmshaven/crest/" in await open_page(people.public, "/registration/wilhelmshaven/")
    assert (await send(people.coordinator, SETTINGS, {"remove": "yes"}, action)).status_code == 303
    assert "/crest/" not in await open_page(people.public, "/registration/wilhelmshaven/")


async def test_texts_are_put_into_force_on_their_page(people: People) -> None:
    page = f"{SETTINGS}/texts"
    written = {"imprint.de": "Stadt Wilhelmshaven\n\nRathausplatz 1", "imprint.uk": ""}
    assert (await send(people.coordinator, page, written, f"{SETTINGS}/texts/imprint")).status_code == 303
    assert "Rathausplatz 1" in await open_page(people.public, "/registration/wilhelmshaven/imprint?lang=de")
    assert "Fassung 2" in await open_page(people.coordinator, page)
    assert (await send(people.coordinator, page, {"privacy.de": " "}, f"{SETTINGS}/texts/privacy")).status_code == 422


async def test_staff_are_invited_changed_and_taken_out_on_their_page(people: People) -> None:
    page = f"{SETTINGS}/staff"
    new = {"email": "Olena@Example.org", "roles": ["intake", "moderator"], "language": "uk", "name": "Olena"}
    assert (await send(people.coordinator, page, {"email": "no", "roles": []})).status_code == 422
    assert (await send(people.coordinator, page, new)).status_code == 303
    shown = await open_page(people.coordinator, page)
    assert "olena@example.org" in shown
    assert "Anmeldestelle, Moderation" in shown
    listed = (await people.coordinator.get("/registration/v1/wilhelmshaven/staff")).json()["items"]
    person = next(one["person_id"] for one in listed if one["name"] == "Olena")
    assert f"?change={person}" in shown
    assert "change=olena" not in shown, "addresses don't belong into URLs"
    change = await send(people.coordinator, f"{page}?change={person}", {"roles": ["moderator"]}, "")
    assert change.status_code == 303
    after = (await people.coordinator.get("/registration/v1/wilhelmshaven/staff")).json()["items"]
    assert next(one for one in after if one["name"] == "Olena")["roles"] == ["moderator"]
    refused = await _remove(people, "canary@wilhelmshaven.example")
    assert (refused.status_code, "einzige Person, die koordiniert" in refused.text) == (422, True)
    assert (await _remove(people, "olena@example.org")).status_code == 303
    assert "olena@example.org" not in await open_page(people.coordinator, page)
    row = await people.service.context.database["municipalities"].find_one({"_id": "wilhelmshaven"})
    assert row is not None
    assert "olena" not in str(orjson.dumps(row, default=str)).lower()


async def _remove(people: People, email: str):  # type: ignore[no-untyped-def]
    return await send(people.coordinator, f"{SETTINGS}/staff", {"email": email}, f"{SETTINGS}/staff/removal")


async def test_everybody_begins_where_they_may(people: People) -> None:
    start = "/registration/wilhelmshaven/staff-start"
    assert (await people.intake.get(start)).headers["location"] == "/registration/wilhelmshaven/today"
    assert (await people.stranger.get(start)).status_code == 404


async def test_the_office_suspends_opens_announces_and_calls_off_on_its_page(people: People) -> None:
    one = f"{OFFICE}/wilhelmshaven"
    assert (await send(people.office, one, {}, f"{one}/suspension")).status_code == 422
    assert (await send(people.office, one, {"reason": "Agreement ended"}, f"{one}/suspension")).status_code == 303
    assert "suspended" in await open_page(people.office, one)
    assert (await people.public.get("/registration/wilhelmshaven/", headers={"Accept": "text/html"})).status_code == 403
    assert (await send(people.office, one, {}, f"{one}/resumption")).status_code == 303
    unsure = await send(people.office, one, {"reason": "Agreement ended", "days": "10"}, f"{one}/deletion")
    assert unsure.status_code == 422
    wrong = {"reason": "Agreement ended", "days": "never", "sure": "yes"}
    assert (await send(people.office, one, wrong, f"{one}/deletion")).status_code == 422
    assert (await send(people.office, one, {**wrong, "days": "10"}, f"{one}/deletion")).status_code == 303
    page = await open_page(people.office, one)
    assert "will be deleted" in page
    assert "Agreement ended" in page
    assert "angekündigt" in await open_page(people.coordinator, f"{SETTINGS}/data")
    certificate = await open_page(people.office, f"{one}/certificate")
    assert "announced" in certificate
    assert "Registration, Self-check, Messages, Reports" in certificate  # what is awaited, not in our own words
    assert (await send(people.office, one, {}, f"{one}/calling-off")).status_code == 303
    assert (await people.office.get(f"{one}/certificate")).status_code == 404


async def test_the_office_says_who_belongs_to_a_district_on_its_page(people: People) -> None:
    await _apply(people)
    await people.office.post(
        "/registration/v1/municipalities/kaufbeuren/decision", json={"decision": "admitted", "reason": ""}
    )
    profile = "/registration/v1/wilhelmshaven/profile"
    assert (await people.office.patch(profile, json={"kind": "district"})).status_code == 200
    one = f"{OFFICE}/kaufbeuren"
    said = {"district": "wilhelmshaven", "valid_from": "2026-01-01"}
    assert (
        await send(people.office, one, {**said, "valid_until": "2025-01-01"}, f"{one}/membership")
    ).status_code == 422
    assert (await send(people.office, one, said, f"{one}/membership")).status_code == 303
    assert "wilhelmshaven: 2026-01-01" in await open_page(people.office, one)
    members = f"{SETTINGS}/members"
    assert '<th scope="row">Kaufbeuren' in await open_page(people.coordinator, f"{members}?on=2026-02-01")
    assert (
        '<th scope="row">Kaufbeuren'
        not in (await open_page(people.coordinator, f"{members}?on=2025-02-01")).split("Alles, was")[0]
    )
    assert (await send(people.office, one, said, f"{one}/withdrawal")).status_code == 303
    assert "später berichtigt" in await open_page(people.coordinator, members)


async def test_legal_pages_of_the_platform_and_of_a_municipality_without_own_texts(people: People) -> None:
    for subject in ("accessibility", "privacy", "imprint"):
        await open_page(people.public, f"/registration/legal/{subject}")
    for subject in ("accessibility", "privacy", "imprint", "consent"):
        await open_page(people.public, f"/registration/wilhelmshaven/{subject}?lang=uk")
    assert "Schlichtungsstelle" in await open_page(people.public, "/registration/wilhelmshaven/accessibility?lang=de")


async def test_the_office_sees_that_a_successor_is_needed_and_appoints_one(people: People) -> None:
    [first] = (await people.coordinator.get("/registration/v1/wilhelmshaven/staff")).json()["items"]
    asked = await people.coordinator.post(
        "/registration/v1/wilhelmshaven/erasures", json={"person_id": first["person_id"]}
    )
    page = await people.office.get("/registration/office/wilhelmshaven?lang=de")
    assert "Die Löschung wartet, bis jemand anderes koordiniert" in page.text
    form = form_of(page.text, "/coordinator") | {"email": "olena@wilhelmshaven.example", "name": "Olena"}
    appointed = await people.office.post("/registration/office/wilhelmshaven/coordinator", data=form)
    assert appointed.status_code == 303, appointed.text
    await people.forget()
    found = await people.coordinator.get(f"/registration/v1/wilhelmshaven/erasures/{asked.json()['id']}")
    assert found.json()["status"] == "running"
    assert "Das wartet" not in (await people.office.get("/registration/office/wilhelmshaven?lang=de")).text
