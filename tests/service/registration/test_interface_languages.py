"""A municipality adds a language to its pages: uploaded, looked at, published, read by its residents alone, withdrawn."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from services.registration.interface_languages.template import sentences
from tests.service.registration.conftest import People
from tests.service.registration.pages import BROWSER, open_page, send

BASE = "/registration/v1/wilhelmshaven/interface-languages"
PAGE = "/registration/wilhelmshaven/settings/languages"
TOWN = "/registration/wilhelmshaven/"
READS_PASHTO = {"Accept-Language": "ps-AF,ps;q=0.9,en;q=0.1", "Accept": "text/html"}
NEXT, MEETINGS, LANGUAGE = "راتلونکې غونډې", "غونډې", "ژبه"
WORDS = {"Next meetings": NEXT, "Meetings": MEETINGS, "Language": f'"{LANGUAGE}"', "Sign up": "نوم لیکنه"}


def po(words: dict[str, str]) -> str:
    """A file that translates these."""
    return "\n\n".join(
        'msgid "{}"\nmsgstr "{}"'.format(*(one.replace('"', '\\"') for one in pair)) for pair in words.items()
    )


async def upload(people: People, code: str = "ps", **more: Any) -> Any:
    body = {"falls_back_to": "fa", "catalogue": po(WORDS)} | more
    return await people.coordinator.post(f"{BASE}/{code}/versions", json=body)


async def publish(people: People, code: str = "ps", version: int = 1) -> None:
    done = await people.coordinator.post(f"{BASE}/{code}/versions/{version}/publication")
    assert done.status_code == 200, done.text


async def staff_reads_english(people: People) -> None:
    changed = await people.coordinator.patch(
        "/registration/v1/wilhelmshaven/profile", json={"languages": ["de", "en", "uk"]}
    )
    assert changed.status_code == 200


async def test_residents_read_a_language_once_it_is_published(people: People) -> None:
    made = await upload(people)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["version"], told["name"], told["direction"], told["status"]) == (1, "پښتو", "rtl", "draft")
    assert (told["translated"], told["sentences"], len(told["missing"])) == (4, len(sentences()), len(sentences()) - 4)
    assert "پښتو" not in (await people.public.get(TOWN, headers=READS_PASHTO)).text, "a draft is nobody's to read"
    await publish(people)
    shown = await people.public.get(TOWN, headers=READS_PASHTO)
    assert shown.headers["content-language"] == "ps"
    assert '<html lang="ps" dir="rtl">' in shown.text
    assert NEXT in shown.text
    assert f"&#34;{LANGUAGE}&#34;: </span>پښتو" in shown.text, "words are never markup"
    assert "تماس" in shown.text or "شهرداری" in shown.text or "حفاظت" in shown.text, "what is missing reads in Farsi"
    assert re.search(r'gatherings\.ics\?language=fa"', shown.text), "calendars are there in our languages alone"
    assert ">پښتو</a>" in (await people.public.get(TOWN, headers={"Accept-Language": "de"})).text
    profile = (await people.public.get("/registration/v1/wilhelmshaven/profile")).json()
    assert profile["added_languages"] == [{"code": "ps", "name": "پښتو", "direction": "rtl", "falls_back_to": "fa"}]
    lost = await people.public.get(f"{TOWN}gatherings/none", headers=READS_PASHTO)
    assert (lost.status_code, '<html lang="ps" dir="rtl">' in lost.text) == (404, True)
    withdrawn = await people.coordinator.post(f"{BASE}/ps/withdrawal")
    assert withdrawn.json()["in_force"] is None
    assert [one["step"] for one in withdrawn.json()["steps"]] == ["withdrawn", "published", "uploaded"]
    assert "پښتو" not in (await people.public.get(TOWN, headers=READS_PASHTO)).text


async def test_who_chooses_the_language_is_written_to_in_the_one_behind_it(people: People) -> None:
    await staff_reads_english(people)
    gathering = await people.gathering()
    refused = await people.register(gathering, language="ps")
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/language"]
    assert "fa-AF" in refused.json()["errors"][0]["detail"]
    await upload(people)
    await publish(people)
    made = await people.register(gathering, language="ps", key="once")
    assert made.status_code == 201, made.text
    one = f"/registration/v1/wilhelmshaven/registrations/{made.json()['id']}"
    shown = (await people.intake.get(one)).json()
    assert (shown["language"], shown["added_language"]) == ("fa", "ps")
    [row] = await people.service.context.database["registrations"].find({}).to_list(None)
    assert b'"language":"fa"' in row["outbox"][0]["d"], "contacts.v1 carries what messages are written in"
    desk = await open_page(people.intake, f"{TOWN}desk/{gathering}/registrations/{made.json()['id']}")
    assert "پښتو" in desk
    assert "messages and calls in: Persian" in html.unescape(desk)
    await people.coordinator.post(f"{BASE}/ps/withdrawal")
    again = await people.register(gathering, language="ps", key="once")
    assert (again.status_code, again.json()["id"]) == (201, made.json()["id"]), "the same request has the same answer"
    kept = await people.intake.patch(one, json={"name": "Zarghuna", "language": "ps"})
    assert (kept.status_code, kept.json()["added_language"]) == (200, "ps"), "who keeps it may change something else"
    other = await people.intake.patch(one, json={"language": "uk"})
    assert (other.json()["language"], "added_language" in other.json()) == ("uk", False)
    assert (await people.intake.patch(one, json={"language": "ps"})).status_code == 422


async def test_signing_up_on_the_page_in_the_language(people: People) -> None:
    gathering = await people.gathering()
    await upload(people)
    await publish(people)
    page = await people.public.get(f"{TOWN}gatherings/{gathering}", headers=READS_PASHTO)
    told = "پښتو – پیام‌ها و تماس‌ها به زبان: فارسی"
    assert f'<option value="ps" selected>{told}</option>' in page.text, "who chooses it knows what is written to them"
    assert "نوم لیکنه" in page.text
    assert (await people.public.get(f"{TOWN}gatherings/{gathering}", headers=READS_PASHTO)).text.count(
        "ps"
    ) == page.text.count("ps")
    for address in (f"gatherings/{gathering}/calendar", f"gatherings/{gathering}/poster.pdf", "privacy", "fairness"):
        assert (await people.public.get(f"{TOWN}{address}", headers=READS_PASHTO)).status_code == 200, address


async def test_another_municipality_has_nothing_of_it(people: People) -> None:
    await upload(people)
    await publish(people)
    application = {
        "slug": "wolfsburg",
        "name": "Wolfsburg",
        "kind": "city",
        "state": "Niedersachsen",
        "inhabitants": 120_000,
        "contact": {"name": "A", "email": "a@wolfsburg.example"},
        "languages": ["de"],
    }
    await people.public.post("/registration/v1/municipalities", json=application)
    await people.office.post(
        "/registration/v1/municipalities/wolfsburg/decision", json={"decision": "admitted", "reason": ""}
    )
    theirs = "/registration/v1/wolfsburg/interface-languages"
    assert (await people.stranger.get(theirs)).json()["items"] == []
    assert (await people.stranger.get(f"{theirs}/ps/versions/1")).status_code == 404
    assert (await people.stranger.post(f"{theirs}/ps/versions/1/publication")).status_code == 404
    assert (await people.stranger.get(f"{BASE}/ps")).status_code == 404
    assert (await people.public.get("/registration/wolfsburg/", headers=READS_PASHTO)).headers[
        "content-language"
    ] == "de"
    assert (await people.intake.get(BASE)).status_code == 403
    assert (await people.public.get(BASE)).status_code == 401


@pytest.mark.parametrize(
    ("code", "change", "pointer"),
    [
        ("xx", {}, "/language"),
        ("fa", {}, "/language"),
        ("fa-AF", {}, "/language"),
        ("a b", {}, "/language"),
        ("prs", {}, "/name"),
        ("ps", {"name": "\x00"}, "/name"),
        ("ps", {"falls_back_to": "ps"}, "/falls_back_to"),
        ("ps", {"catalogue": ""}, "/catalogue"),
        ("ps", {"catalogue": "\x00"}, "/catalogue"),
        ("ps", {"catalogue": 'msgid "Nothing of ours"\nmsgstr "x"'}, "/catalogue"),
        ("ps", {"catalogue": 'msgid "Meetings"\nmsgstr ""'}, "/catalogue"),
        ("ps", {"catalogue": '\n\nmsgid "Meetings"\nmsgstr "<script>"'}, "/catalogue/3"),
        ("ps", {"catalogue": "x" * 600_001}, "/catalogue"),
    ],
)
async def test_what_can_not_be_taken_is_said_where_it_is(
    people: People, code: str, change: dict[str, Any], pointer: str
) -> None:
    answer = await upload(people, code, **change)
    assert (answer.status_code, [one["pointer"] for one in answer.json().get("errors", ())]) == (422, [pointer]), (
        answer.text
    )
    assert (await people.coordinator.get(BASE)).json()["items"] == []


async def test_a_file_of_twenty_megabytes_is_not_read(people: People) -> None:
    assert (await upload(people, catalogue="x" * 20_000_000)).status_code == 413


async def test_the_same_upload_twice_is_one_version_and_old_versions_give_way(people: People) -> None:
    body = {"falls_back_to": "en", "catalogue": po(WORDS)}
    for _ in range(2):
        made = await people.coordinator.post(f"{BASE}/ps/versions", json=body, headers={"Idempotency-Key": "k"})
        assert (made.status_code, made.json()["version"]) == (201, 1)
    await publish(people)
    for _ in range(21):
        made = await upload(people)
    kept = [one["version"] for one in (await people.coordinator.get(f"{BASE}/ps")).json()["versions"]]
    assert (len(kept), kept[0], kept[-1]) == (20, 22, 1), "the one that is read stays"
    assert await people.service.context.database["catalogue_words"].count_documents({}) == 20
    assert (await people.coordinator.get(f"{BASE}/ps/versions/2")).status_code == 404


async def test_a_coordinator_does_it_on_the_pages(people: People) -> None:
    await staff_reads_english(people)
    gathering = await people.gathering()
    template = await people.coordinator.get(f"{PAGE}/template", params={"template_code": "ps"}, headers=BROWSER)
    assert template.headers["content-disposition"] == 'attachment; filename="ps.po"'
    wrong = await people.coordinator.get(f"{PAGE}/template", params={"template_code": '"><b>'}, headers=BROWSER)
    assert (wrong.status_code, "Please write a language tag" in wrong.text, "<b>" in wrong.text) == (422, True, False)
    entries = {"code": "ps", "falls_back_to": "fa"}
    empty = await send(people.coordinator, PAGE, entries, PAGE, {"file": ("", b"")})
    assert (empty.status_code, "Please choose the translated file." in empty.text) == (422, True)
    for content, words in (
        (b'msgid "Meetings"\nmsgstr "\xe4"', "Line 2: the file is not written in UTF-8"),
        (b'msgid "Meetings"\nmsgstr "<i>"', "Line 1: please take out the signs < and >"),
        (b'msgid "Meetings"\nmsgstr "\x00"', "Line 2: please type this again"),
    ):
        bad = await send(people.coordinator, PAGE, entries, PAGE, {"file": ("ps.po", content)})
        assert bad.status_code == 422
        assert words in html.unescape(bad.text)
        assert "Nothing was taken from it" in bad.text
    filled = template.text.replace('msgid "Next meetings"\nmsgstr ""', f'msgid "Next meetings"\nmsgstr "{NEXT}"')
    taken = await send(people.coordinator, PAGE, entries, PAGE, {"file": ("ps.po", filled.encode())})
    assert (taken.status_code, taken.headers["location"]) == (303, f"{PAGE}/ps/1")
    assert NEXT in await open_page(people.coordinator, f"{PAGE}/ps/1")
    for address in (f"{PAGE}/ps/1/preview", f"{PAGE}/ps/1/preview?gathering={gathering}"):
        assert '<html lang="ps" dir="rtl">' in await open_page(people.coordinator, address)
    sent = await people.coordinator.post(f"{PAGE}/ps/1/preview", data={"name": "Zarghuna"}, headers=BROWSER)
    assert sent.headers["location"] == f"{PAGE}/ps/1", "a form that is only looked at registers nobody"
    assert (await send(people.coordinator, f"{PAGE}/ps/1", {}, f"{PAGE}/ps/1/publication")).status_code == 303
    listed = html.unescape(await open_page(people.coordinator, PAGE))
    assert "Residents read version 1" in listed
    assert (await send(people.coordinator, f"{PAGE}/ps/1", {}, f"{PAGE}/ps/1/withdrawal")).status_code == 303
    assert "Not published" in await open_page(people.coordinator, PAGE)
    assert (await people.coordinator.get(f"{PAGE}/so/1", headers=BROWSER)).status_code == 404
