"""The programme office's pages: a file is checked, looked at, compared and published."""

from __future__ import annotations

import re
from typing import Any

import httpx
import orjson
import pytest

from chassis.service import Service
from services.selfcheck.questionnaires.questionnaire_xlsx import MEDIA_TYPE, write
from tests.service.selfcheck.conftest import Client, second, small

HOME = "/selfcheck/questionnaires"
HTML = {"accept": "text/html", "accept-language": "de"}


@pytest.fixture
def desk(office: httpx.AsyncClient) -> httpx.AsyncClient:
    office.headers.update(HTML)
    return office


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = next(part for part in page.split("<form")[1:] if f'action="{action}"' in part)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]))


async def send(
    desk: httpx.AsyncClient, address: str, document: dict[str, Any], kind: str, page: str | None = None
) -> httpx.Response:
    page = page or (await desk.get(address)).text
    content, media = (write(document), MEDIA_TYPE) if kind == "xlsx" else (orjson.dumps(document), "application/json")
    action = "" if address == HOME else address
    return await desk.post(address, data=hidden(page, action), files={"file": (f"q.{kind}", content, media)})


@pytest.mark.parametrize("kind", ["xlsx", "json"])
async def test_an_uploaded_questionnaire_is_published(
    service: Service, client: Client, desk: httpx.AsyncClient, kind: str
) -> None:
    await desk.post("/selfcheck/v1/questionnaires", json=small())
    sent = await send(desk, HOME, second(), kind)
    assert sent.status_code == 303
    here = sent.headers["location"]
    page = (await desk.get(here)).text
    assert "Fassung 2" in page
    assert "Was sich seit Fassung 1 geändert hat" in page
    compared = (await desk.get(f"{here}/compare")).text
    assert "<del> 2</del><ins> 2, anders gestellt</ins>" in compared
    assert "100 %" in compared
    for language, direction in (("de", "ltr"), ("ar", "rtl")):
        preview = (await desk.get(f"{here}/preview/f", params={"lang": language})).text
        assert f'<html lang="{language}" dir="{direction}">' in preview
        assert "Frage 2, anders gestellt" in preview
    desk.cookies.clear()
    again = await send(desk, here, second(("same", None)), kind, page)
    assert again.status_code == 303
    unsure = await desk.post(f"{here}/publication", data=hidden(page, f"{here}/publication"))
    assert unsure.status_code == 422
    stale = await desk.post(f"{here}/publication", data=hidden(page, f"{here}/publication") | {"sure": "yes"})
    assert stale.status_code == 422, "the draft was replaced since this page was opened"
    page = (await desk.get(here)).text
    done = await desk.post(f"{here}/publication", data=hidden(page, f"{here}/publication") | {"sure": "yes"})
    assert (done.status_code, done.headers["location"]) == (303, f"{HOME}/small/2")
    assert (await desk.get(f"{HOME}/small/2")).status_code == 200
    assert "deserves" not in (await desk.get(f"{HOME}/small/2/compare")).text
    assert (await desk.get(here)).headers["location"] == f"{HOME}/small/2"
    assert (await client().get("/selfcheck/v1/questionnaires/small/2")).json() == second(("same", None))


async def test_every_mistake_with_its_sheet_and_cell(service: Service, desk: httpx.AsyncClient) -> None:
    wrong = small()
    questions = wrong["fields"][0]["criteria"][0]["questions"]
    questions[0]["weight"], questions[1]["text"] = -1, {"en": "<script>"}
    book = await send(desk, HOME, wrong, "xlsx")
    assert book.status_code == 422
    rows = re.findall(r'<tr><th scope="row" translate="no">(\w+) (\w+)</th><td>(.*?)</td></tr>', book.text)
    assert rows == [
        ("questions", "D2", "„weight“ muss eine Zahl sein, größer als 0 und höchstens 1000000."),
        ("questions", "G3", "Ergänzen Sie den Text in der Grundsprache „de“."),
    ]
    document = await send(desk, HOME, wrong, "json")
    assert "/fields/0/criteria/0/questions/1/text/de" in document.text
    assert "<script>" not in book.text + document.text
    page = (await desk.get(HOME)).text
    for content in (b"not json", b"PK\x03\x04broken", b""):
        refused = await desk.post(HOME, data=hidden(page, ""), files={"file": ("q.xlsx", content, MEDIA_TYPE)})
        assert refused.status_code == 422
    forged = await desk.post(
        HOME, data={"form_token": "1.x"}, files={"file": ("q.json", orjson.dumps(small()), "application/json")}
    )
    assert forged.status_code == 422
    assert await service.context.database["questionnaire_drafts"].count_documents({}) == 0


async def test_a_draft_can_be_discarded(desk: httpx.AsyncClient) -> None:
    here = (await send(desk, HOME, small(), "json")).headers["location"]
    page = (await desk.get(here)).text
    gone = await desk.post(f"{here}/discarding", data=hidden(page, f"{here}/discarding") | {"sure": "yes"})
    assert (gone.status_code, (await desk.get(here)).status_code) == (303, 404)


async def test_what_deserves_a_second_look_is_shown_beside_the_former_version(desk: httpx.AsyncClient) -> None:
    await desk.post("/selfcheck/v1/questionnaires", json=small())
    here = (await send(desk, HOME, second((None, "same")), "json")).headers["location"]
    compared = (await desk.get(f"{here}/compare")).text
    assert "2 Fragen verdienen einen zweiten Blick" in compared
    assert "Hier steht „same“, aber der Text ist anders" in compared
    assert "keine Linie über die Jahre" in compared
