"""The practice library on pages: written, reviewed, searched and read."""

from __future__ import annotations

import json
import re

import pytest

from chassis.text.languages import EVERYWHERE
from tests.service.reporting.practices import BODY, WHOLE, published, token
from tests.service.reporting.towns import BASE, Reporting


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
