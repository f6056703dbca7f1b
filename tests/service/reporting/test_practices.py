"""The practice library: from a draft by the office's review to what readers find."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chassis.text.languages import EVERYWHERE
from services.reporting.domain.ranking import RULES
from services.reporting.practices.repository import PracticeIndex
from services.reporting.practices.search import Filters, PracticeSearch
from tests.service.reporting.towns import BASE, Reporting
from tests.service.reporting.waves import closed

LIBRARY = "/reporting/v1/practices"
BODY: dict[str, Any] = {
    "title": "Dolmetschende auf Abruf",
    "fields": ["f1"],
    "start": "In den Ämtern verstand man sich oft nicht.",
    "goal": "Wer ein Amt besucht, wird verstanden.",
    "steps": "Ein Pool von Sprachmittlern wurde aufgebaut und geschult.",
    "result": "400 Einsätze im Jahr.",
    "went_wrong": "Am Anfang kannte ihn niemand.",
    "cost": {"from": 10_000, "to": 20_000},
    "contact": {"office": "Fachstelle Integration", "email": "integration@stadt.example"},
    "named": False,
    "public": False,
}


async def published(reporting: Reporting, **changes: Any) -> str:
    async with reporting.client("wilhelmshaven") as town, reporting.client("-", "programme_office") as office:
        made = await town.post(f"{BASE}/practices", json=BODY | changes)
        assert made.status_code == 201, made.text
        id = str(made.json()["id"])
        assert (await town.post(f"{BASE}/practices/{id}/submission")).status_code == 200
        assert (await office.post(f"{LIBRARY}/{id}/publication")).status_code == 200
    return id


async def told(reporting: Reporting) -> list[str]:
    """Events that practices have in their outboxes."""
    rows = await reporting.service.context.database["practices"].find({}).to_list(None)
    return [entry["y"].removeprefix("reporting.practice.") for row in rows for entry in row["outbox"]]


async def test_a_draft_is_nobody_elses_business_until_the_office_has_published_it(reporting: Reporting) -> None:
    async with (
        reporting.client("wilhelmshaven") as town,
        reporting.client("wolfsburg") as other,
        reporting.client("-", "programme_office") as office,
    ):
        made = (await town.post(f"{BASE}/practices", json=BODY)).json()
        assert (made["status"], made["edition"]) == ("draft", 0)
        assert (await other.get(f"{LIBRARY}/{made['id']}")).status_code == 404
        assert (await office.post(f"{LIBRARY}/{made['id']}/publication")).status_code == 409
        await town.post(f"{BASE}/practices/{made['id']}/submission")
        waiting = (await office.get(f"{LIBRARY}/submitted")).json()["items"]
        assert [one["id"] for one in waiting] == [made["id"]]
        back = await office.post(f"{LIBRARY}/{made['id']}/return", json={"note": "Was kostete es?"})
        assert (back.json()["status"], back.json()["note"]) == ("draft", "Was kostete es?")
        await town.post(f"{BASE}/practices/{made['id']}/submission")
        assert (await office.post(f"{LIBRARY}/{made['id']}/publication")).json()["status"] == "published"
        shown = (await other.get(f"{LIBRARY}/{made['id']}")).json()
        found = (await other.get(f"{LIBRARY}?q=Sprachmittlung")).json()["items"]
    assert (shown["municipality"], shown["size"], shown["licence"]) == (None, "medium", "CC BY 4.0"), "not named"
    assert [one["id"] for one in found] == [made["id"]]
    assert found[0]["matched"]
    assert await told(reporting) == ["submitted.v1", "returned.v1", "submitted.v1", "published.v1"]


async def test_only_what_a_municipality_made_public_is_shown_to_everybody(reporting: Reporting) -> None:
    hidden = await published(reporting)
    shown = await published(reporting, public=True, named=True, title="Offenes Rathaus")
    async with reporting.client(None) as anyone:
        items = (await anyone.get(LIBRARY)).json()["items"]
        assert [one["id"] for one in items] == [shown]
        assert items[0]["municipality"]["name"] == {"de": "Wilhelmshaven"}
        assert (await anyone.get(f"{LIBRARY}/{hidden}")).status_code == 404
        assert (await anyone.get(f"{LIBRARY}?q=Dolmetscher")).json()["items"][0]["id"] == shown


async def test_what_is_published_stays_while_a_new_edition_is_written(reporting: Reporting) -> None:
    id = await published(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client("-", "programme_office") as office:
        before = (await town.get(f"{BASE}/practices/{id}")).json()
        changed = await town.patch(
            f"{BASE}/practices/{id}", json=BODY | {"title": "Neu", "revision": before["revision"]}
        )
        assert changed.status_code == 200
        assert (await town.get(f"{LIBRARY}/{id}")).json()["title"] == {"de": "Dolmetschende auf Abruf"}
        stale = await town.patch(f"{BASE}/practices/{id}", json=BODY | {"revision": before["revision"]})
        assert (stale.status_code, stale.json()["type"].rpartition(":")[2]) == (409, "practice-changed")
        await town.post(f"{BASE}/practices/{id}/submission")
        after = (await office.post(f"/reporting/v1/wilhelmshaven/practices/{id}/publication")).json()
        assert (after["title"], after["edition"]) == ({"de": "Neu"}, 2)
        await town.post(f"{BASE}/practices/{id}/retirement")
        assert (await town.get(f"{LIBRARY}/{id}")).status_code == 404
        assert (await town.get(f"{LIBRARY}?q=Dolmetscher")).json()["items"] == []
        assert (await town.post(f"{BASE}/practices/{id}/confirmation")).status_code == 409


async def test_a_year_later_the_municipality_is_asked_and_its_answer_counts(reporting: Reporting) -> None:
    id = await published(reporting)
    library = reporting.service.definition.state["services"].practices
    row = await reporting.service.context.database["practices"].find_one({"_id": id})
    assert row is not None
    assert (row["due_at"] - row["changed_at"]).days == 365
    await library.ask_for_confirmation(row)
    async with reporting.client("wilhelmshaven") as town:
        await town.post(f"{BASE}/practices/{id}/confirmation")
    assert (await told(reporting))[-2:] == ["confirmation-due.v1", "confirmed.v1"]


async def test_the_index_is_written_again_where_that_was_cut_off(reporting: Reporting) -> None:
    id = await published(reporting)
    database = reporting.service.context.database
    await database["practice_index"].delete_one({"_id": id})
    row = await database["practices"].find_one({"_id": id})
    assert row is not None
    assert "index_at" in row
    await reporting.service.definition.state["services"].practices.index(row)
    assert await database["practice_index"].find_one({"_id": id}) is not None
    row = await database["practices"].find_one({"_id": id})
    assert row is not None
    assert "index_at" not in row


async def test_entries_of_earlier_rules_are_written_anew_after_the_start(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all municipalities, in batches, once; what is written by the present rules, or waits for it, is left alone."""
    monkeypatch.setattr("services.reporting.practices.indexing.BATCH", 2)
    database = reporting.service.context.database
    services = reporting.service.definition.state["services"]
    ids = [await published(reporting, title=f"Dolmetschende {number}") for number in range(5)]
    *earlier, waiting, present = ids
    for id in (*earlier, waiting):
        await database["practice_index"].update_one(
            {"_id": id}, {"$set": {"terms": [], "weights": {}}, "$unset": {"rules": ""}}
        )
    await database["practices"].update_many({"_id": {"$ne": waiting}}, {"$unset": {"index_at": ""}})
    await database["practices"].update_one({"_id": earlier[0]}, {"$set": {"tenant": "wolfsburg"}})
    await database["practice_index"].update_one({"_id": earlier[0]}, {"$set": {"tenant": "wolfsburg"}})
    before = await database["practices"].find_one({"_id": waiting})

    for _ in range(2):
        await reporting.service.definition.prepare()
        due = await database["practices"].find({"index_at": {"$exists": True}}).sort("_id", 1).to_list(None)
        assert [row["_id"] for row in due] == sorted((*earlier, waiting))
    assert before in due, "what waits already keeps its time"
    assert len({row["index_at"] for row in due if row["_id"] != waiting}) == 2, "batch after batch"

    for row in due:
        await services.practices.index(row)
    await reporting.service.definition.prepare()
    assert await database["practices"].count_documents({"index_at": {"$exists": True}}) == 0
    assert await database["practice_index"].count_documents({"rules": RULES, "terms": "dolmetsch"}) == 5
    assert present in {
        hit.id for hit in await PracticeSearch(PracticeIndex(database)).find("Sprachmittlung", "de", Filters(), 9)
    }


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


async def test_nobody_writes_for_another_municipality(reporting: Reporting) -> None:
    id = await published(reporting)
    async with reporting.client("wolfsburg") as stranger, reporting.client("wilhelmshaven", "moderator") as moderator:
        assert (await stranger.patch(f"{BASE}/practices/{id}", json=BODY)).status_code == 404
        assert (await stranger.post(f"/reporting/v1/wolfsburg/practices/{id}/retirement")).status_code == 404
        assert (await moderator.post(f"{BASE}/practices/{id}/retirement")).status_code == 403
        shown = await moderator.get(f"/reporting/wilhelmshaven/practices/{id}")
        assert ("questions/new?" in shown.text, "visits/new?" in shown.text) == (True, False)
        assert (await stranger.post(f"{LIBRARY}/{id}/publication")).status_code == 403


async def test_written_searched_and_reviewed_on_pages(reporting: Reporting) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with reporting.client("wilhelmshaven") as town, reporting.client("-", "programme_office") as office:
        town.headers.update(headers)
        here = "/reporting/wilhelmshaven/practices"
        form = {"form_token": token((await town.get(f"{here}/new?lang=de")).text), "title": "<b>Lotsen</b>"}
        made = await town.post(f"{here}/new", data=form)
        assert made.status_code == 303, made.text
        edit = made.headers["location"]
        page = (await town.get(f"{edit}?lang=de")).text
        assert "&lt;b&gt;Lotsen&lt;/b&gt;" in page
        assert "Schritt für Schritt" in page
        refused = await town.post(edit, data={"form_token": token(page), "button": "submit"})
        assert refused.status_code == 422
        assert "&lt;b&gt;Lotsen&lt;/b&gt;" in refused.text, "what was written is still there"
        for part in ("start", "goal", "steps", "result", "fields"):
            assert f'id="error-{part}"' in refused.text, "each is marked at its place"
        assert page.count("(vor dem Vorlegen nötig)") == 5
        whole = {"form_token": token(page), "revision": "1", "title": "Lotsen", "fields": "f1"}
        whole |= dict.fromkeys(("start", "goal", "steps", "result"), "Ein kurzer Satz.")
        # The questionnaire names no fields here, so that the box is not on the page; what was sent counts all the same.
        assert (await town.post(edit, data=whole)).status_code == 303
        page = (await town.get(f"{edit}?lang=de")).text
        assert "gut zu lesen" in page
        assert (await town.post(edit, data={"form_token": token(page), "button": "submit"})).status_code == 303
        [link] = re.findall(r'href="(/reporting/practices/[^"]+)"', (await office.get("/reporting/practices")).text)
        review = (await office.get(link)).text
        done = await office.post(link, data={"form_token": token(review), "decision": "publish"}, headers=headers)
        assert done.status_code == 303, done.text
        found = (await town.get(f"{here}?q=Lotse&lang=de")).text
        assert "Lotsen</a>" in found
        read = await town.get(edit.removesuffix("/edit"))
        assert "Ein kurzer Satz." in read.text


def token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


async def test_public_pages_in_all_languages_with_data_for_search_engines(reporting: Reporting) -> None:
    hidden = await published(reporting)
    shown = await published(reporting, public=True, named=True, title="</script><b>Lotsen</b>", goal="Verstehen.")
    async with reporting.client(None) as anyone:
        assert (await anyone.get(f"/reporting/library/{hidden}")).status_code == 404
        for language in EVERYWHERE:
            page = (await anyone.get(f"/reporting/library?lang={language}")).text
            assert f"/reporting/library/{shown}" in page
            assert hidden not in page
            read = await anyone.get(f"/reporting/library/{shown}?lang={language}")
            assert read.status_code == 200, language
            assert "<b>Lotsen" not in read.text
            [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', read.text, re.DOTALL)
            told = json.loads(data)
            assert (told["@type"], told["headline"]) == ("Article", "</script><b>Lotsen</b>")
            assert told["author"]["name"] == "Wilhelmshaven"
            assert told["license"].endswith("by/4.0/")
        assert 'content="index"' in read.text


async def test_filtered_by_cost_and_read_page_by_page(reporting: Reporting) -> None:
    cheap = await published(reporting, cost={"from": 500, "to": 900})
    dear = await published(reporting)
    silent = await published(reporting, cost=None)
    async with reporting.client("wolfsburg") as town:
        found = (await town.get(f"{LIBRARY}?cost=1000")).json()["items"]
        assert [one["id"] for one in found] == [cheap]
        for query in ("", "&q=Dolmetscher"):
            seen, cursor = [], ""
            for _ in range(4):
                page = (await town.get(f"{LIBRARY}?limit=1{query}{cursor}")).json()
                seen += [one["id"] for one in page["items"]]
                if page["next"] is None:
                    break
                cursor = f"&cursor={page['next']}"
            assert sorted(seen) == sorted([cheap, dear, silent]), query
        for query in ("", "&q=Dolmetscher"):
            assert (await town.get(f"{LIBRARY}?cursor=abc{query}")).status_code == 422
        assert (await town.get(f"{LIBRARY}?cost=viel")).status_code == 422
        assert (await town.get("/reporting/wolfsburg/practices?cost=viel")).status_code == 200


async def test_compounds_are_split_at_words_that_the_library_taught(reporting: Reporting) -> None:
    await published(reporting, title="Kormoran", steps="Der Kormoran brütet.")
    taught = await published(reporting, title="Kormorannester zählen", steps="Nester am Hafen.")
    async with reporting.client("wolfsburg") as town:
        found = (await town.get(f"{LIBRARY}?q=Kormoran")).json()["items"]
    assert taught in [one["id"] for one in found]


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


WHOLE: dict[str, Any] = BODY | {
    "title": {"de": "Dolmetschende auf Abruf", "uk": "Перекладачі на виклик"},
    "languages": ["uk", "ar"],
    "documents": [{"title": "Konzept", "url": "https://stadt.example/konzept.pdf"}],
    "named": True,
}
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


async def test_cost_and_documents_are_written_on_the_page(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town, reporting.client(None) as anybody:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        id = await published(reporting, documents=WHOLE["documents"], public=True)
        page = f"/reporting/wilhelmshaven/practices/{id}/edit?lang=de"
        assert "10.000 bis 20.000 Euro einmalig" in (await anybody.get(f"/reporting/library/{id}?lang=de")).text
        assert "مرة واحدة" in (await anybody.get(f"/reporting/library/{id}?lang=ar")).text
        shown = (await town.get(page)).text
        for value in ("10000", "Konzept", "https://stadt.example/konzept.pdf"):
            assert f'value="{value}"' in shown
        entered = {
            **{part: BODY[part] for part in ("title", "start", "goal", "steps", "result")},
            "form_token": token(shown),
            "fields": "f1",
            "cost.from": "",
            "cost.to": "3.000",
            "cost.yearly": "yes",
            "documents.1.title": "Faltblatt",
            "documents.1.url": "stadt.example",
        }
        wrong = await town.post(page, data=entered)
        assert wrong.status_code == 422
        assert 'href="#field-documents.1.url"' in wrong.text, "at its line, though the one above is empty"
        entered |= {"form_token": token(wrong.text), "documents.1.url": "https://stadt.example/faltblatt.pdf"}
        assert (await town.post(page, data=entered)).status_code == 303
        stored = (await town.get(f"{BASE}/practices/{id}")).json()
        assert stored["cost"] == {"from": 3_000, "to": 3_000, "yearly": True}
        assert stored["documents"] == [{"title": "Faltblatt", "url": "https://stadt.example/faltblatt.pdf"}]


async def test_the_library_is_filtered_by_language_and_the_filter_goes_on_to_the_next_page(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reporting.practices.pages.PAGE", 1)
    monkeypatch.setattr("services.reporting.practices.staff_pages.PAGE", 1)
    without = await published(reporting, title="Ohne Sprachen", public=True)
    first, second = [await published(reporting, languages=["uk", "ar"], public=True) for _ in range(2)]
    async with reporting.client("wilhelmshaven") as town, reporting.client(None) as anybody:
        for client, page in ((town, "/reporting/wilhelmshaven/practices"), (anybody, "/reporting/library")):
            shown = (await client.get(f"{page}?language=uk&lang=de")).text
            assert cards(shown) == [second]
            assert re.search('<option value="uk"[^>]* selected>', shown)
            onward = re.search(r'href="(\?language=uk&amp;cursor=[^"]+)"', shown)
            assert onward is not None
            assert cards((await client.get(page + onward[1].replace("&amp;", "&"))).text) == [first]
            assert "Nichts gefunden" in (await client.get(f"{page}?language=fa&lang=de")).text
            assert cards((await client.get(f"{page}?language=klingon&q=Sprachen")).text) == [without]


def cards(page: str) -> list[str]:
    """The practices that a page of the library found."""
    return re.findall(r'<h2><a href="[^"]+/(\w+)">', page)
