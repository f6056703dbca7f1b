"""Links and files beside answers: whose they are, who may have them, and when they are gone."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import httpx
import pytest
from pypdf import PdfWriter

from chassis.storage.tenancy import of_document
from services.selfcheck.domain.evidence import MAX_FILE, MAX_PER_QUESTION
from tests.service.selfcheck.answering.conftest import BASE, Town, token_of


def pdf() -> bytes:
    writer, buffer = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(buffer)
    return buffer.getvalue()


async def add_file(
    client: httpx.AsyncClient, sheet: dict[str, Any], content: bytes, name: str = "Beschluss.pdf", **headers: str
) -> httpx.Response:
    return await client.post(
        f"{sheet['path']}/evidence/files",
        params={"question": "f.c.1", "name": name},
        content=content,
        headers=sheet["resume"] | headers,
    )


async def test_a_file_is_kept_for_its_respondent_and_after_the_reveal_for_staff(town: Town) -> None:
    assessment = await town.open()
    sheet = await town.answered(assessment)
    made = await add_file(town.anybody, sheet, pdf(), "../Beschluss <1>.html")
    assert made.status_code == 201, made.text
    evidence = made.json()
    assert (evidence["name"], evidence["type"]) == ("Beschluss 1.pdf", "application/pdf")
    link = {"question": "f.c.2", "url": "https://stadt.example/beschluss"}
    assert (await town.anybody.post(f"{sheet['path']}/evidence", json=link, headers=sheet["resume"])).status_code == 201

    file = await town.anybody.get(f"{sheet['path']}/evidence/{evidence['id']}", headers=sheet["resume"])
    assert file.content == pdf()
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]

    of_staff = f"{BASE}/{assessment}/evidence"
    assert (await town.coordinator.get(of_staff)).status_code == 409
    assert (await town.coordinator.get(f"{of_staff}/{evidence['id']}")).status_code == 409
    await town.reveal(assessment)
    listed = (await town.coordinator.get(of_staff)).json()["items"]
    assert [(one["question"], one["kind"]) for one in listed] == [("f.c.1", "file"), ("f.c.2", "link")]
    assert {"sheet", "label", "perspective"}.isdisjoint(listed[0])
    file = await town.coordinator.get(f"{of_staff}/{evidence['id']}")
    assert (file.status_code, file.content) == (200, pdf())
    reader = town.browser("wilhelmshaven", "coordinator")
    pages = f"http://selfcheck.test/selfcheck/wilhelmshaven/assessments/{assessment}"
    for page in (pages, f"{pages}/result/questions/f.c.1"):
        shown = await reader.get(page)
        assert f'href="/selfcheck/v1/wilhelmshaven/assessments/{assessment}/evidence/{evidence["id"]}"' in shown.text
    assert evidence["id"] not in (await reader.get(f"{pages}/result/questions/f.c.2")).text, "it is another question's"

    stranger = town.everything.client("wolfsburg", "coordinator")
    assert (await stranger.get(f"{of_staff}/{evidence['id']}")).status_code == 404
    foreign = f"http://selfcheck.test/selfcheck/v1/wolfsburg/assessments/{assessment}/evidence/{evidence['id']}"
    assert (await stranger.get(foreign)).status_code == 404
    assert (await add_file(town.anybody, sheet, pdf())).status_code == 409, "nothing is added after the reveal"


async def test_only_its_respondent_reads_a_file(town: Town) -> None:
    assessment = await town.open()
    sheet, other = await town.answered(assessment), await town.answered(assessment)
    evidence = (await add_file(town.anybody, sheet, pdf())).json()
    there = f"{sheet['path']}/evidence/{evidence['id']}"
    assert (await town.anybody.get(there)).status_code == 403, "whoever handed out the link"
    assert (await town.anybody.get(there, headers=other["resume"])).status_code == 403
    elsewhere = f"{other['path']}/evidence/{evidence['id']}"
    assert (await town.anybody.get(elsewhere, headers=other["resume"])).status_code == 404
    assert (await town.anybody.delete(elsewhere, headers=other["resume"])).status_code == 404
    assert (await town.anybody.get(there, headers=sheet["resume"])).status_code == 200
    assert (await town.anybody.delete(there, headers=sheet["resume"])).status_code == 204
    assert (await town.anybody.get(there, headers=sheet["resume"])).status_code == 404
    assert await town.database()["evidence"].count_documents({}) == 0


async def test_ids_of_evidence_tell_nothing_of_when_somebody_answered(town: Town) -> None:
    """An id that begins with the milliseconds, as others do, would stand beside what staff see after the reveal."""
    sheet = await town.answered(await town.open())
    made = []
    for number in range(MAX_PER_QUESTION):
        key = {"Idempotency-Key": f"k{number}"} if number % 2 else {}
        made.append((await add_file(town.anybody, sheet, pdf(), **key)).json()["id"])
    link = {"question": "f.c.2", "url": "https://stadt.example/beschluss"}
    added = await town.anybody.post(f"{sheet['path']}/evidence", json=link, headers=sheet["resume"])
    made.append(added.json()["id"])
    now, day = time.time() * 1000, 24 * 3600 * 1000
    assert [id for id in made if abs(int(id.replace("-", "")[:12], 16) - now) < day] == []
    stored = await town.database()["evidence"].find({}).to_list(None)
    assert len(stored) == MAX_PER_QUESTION


async def test_what_is_not_taken_leaves_nothing(town: Town) -> None:
    sheet = await town.answered(await town.open())
    for content, status in (
        (b"<script>", 422),
        (b"", 422),
        (b"%PDF-1.7 /JS %%EOF", 422),
        (b"x" * (MAX_FILE + 1), 422),
        (b"x" * (MAX_FILE + 200_000), 413),
    ):
        answer = await add_file(town.anybody, sheet, content)
        assert answer.status_code == status, answer.text
    unknown = {"question": "nowhere", "url": "https://x.example"}
    for body in (unknown, {"question": "f.c.1", "url": "javascript:alert(1)"}, {"question": "f.c.1"}):
        assert (
            await town.anybody.post(f"{sheet['path']}/evidence", json=body, headers=sheet["resume"])
        ).status_code == 422
    assert await town.database()["evidence"].count_documents({}) == 0


async def test_sending_a_file_twice_adds_it_once(town: Town) -> None:
    sheet = await town.answered(await town.open())
    key = {"Idempotency-Key": "k"}
    first = await add_file(town.anybody, sheet, pdf(), **key)
    again = await add_file(town.anybody, sheet, pdf(), **key)
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert (await add_file(town.anybody, sheet, b"\xff\xd8\xff other", **key)).status_code == 422
    for _ in range(MAX_PER_QUESTION - 1):
        assert (await add_file(town.anybody, sheet, pdf())).status_code == 201
    assert (await add_file(town.anybody, sheet, pdf())).status_code == 409


@pytest.mark.parametrize("claimed", [True, False])
async def test_the_page_without_javascript(town: Town, claimed: bool) -> None:
    made = await town.invite(await town.open())
    browser = town.browser()
    address = f"{made['page']}/evidence/f.c.1"
    page = await browser.get(address)
    if claimed:
        form = {"form_token": token_of((await browser.get(f"{made['page']}/fields/f")).text), "a.f.c.1": "2"}
        await browser.post(f"{made['page']}/fields/f", data=form)
        page = await browser.get(address)
    assert "wer sie erstellt hat; solche Angaben bleiben darin stehen" in page.text
    nothing = await browser.post(address, data={"form_token": token_of(page.text)})
    assert nothing.status_code == 422
    data = {"form_token": token_of(page.text), "url": "https://stadt.example/x"}
    sent = await browser.post(address, data=data, files={"file": ("Beschluss.pdf", pdf(), "text/html")})
    assert sent.status_code == 303, sent.text
    page = await browser.get(address)
    assert "Beschluss.pdf" in page.text
    assert 'href="https://stadt.example/x"' in page.text
    token = token_of(page.text.split("multipart/form-data")[1])
    bad = await browser.post(address, data={"form_token": token}, files={"file": ("x.pdf", b"MZ", "application/pdf")})
    assert bad.status_code == 422
    assert "Wählen Sie ein PDF" in bad.text
    removal = page.text.split('/removal"')[0].rsplit('action="', 1)[1] + "/removal"
    gone = await browser.post(f"http://selfcheck.test{removal}", data={"form_token": token_of(page.text, removal)})
    assert gone.status_code == 303
    assert (await browser.get(address)).text.count("/removal") == 1
    printed = await browser.get(f"{made['page']}/print")
    assert printed.status_code == 200


async def test_another_file_or_link_by_the_same_form_is_not_lost_unseen(town: Town) -> None:
    made = await town.invite(await town.open())
    browser = town.browser()
    address = f"{made['page']}/evidence/f.c.1?lang=de"
    form = {"form_token": token_of((await browser.get(f"{made['page']}/fields/f")).text), "a.f.c.1": "2"}
    await browser.post(f"{made['page']}/fields/f", data=form)
    token = {"form_token": token_of((await browser.get(address)).text)}
    sent = {"file": ("Beschluss.pdf", pdf(), "application/pdf")}
    assert [(await browser.post(address, data=token, files=sent)).status_code for _ in range(2)] == [303, 303]
    other = {"file": ("Anlage.pdf", pdf() + b"\n", "application/pdf")}
    refused = await browser.post(address, data=token, files=other)
    assert refused.status_code == 422
    assert "schon einmal mit anderen Angaben abgeschickt" in refused.text
    mended = {"form_token": token_of(refused.text.split("multipart/form-data")[1])}
    assert (await browser.post(address, data=mended, files=other)).status_code == 303
    page = (await browser.get(address)).text
    assert (page.count("Beschluss.pdf") > 0, page.count("Anlage.pdf") > 0, page.count("/removal")) == (True, True, 2)


async def test_evidence_is_erased_with_its_respondent(town: Town) -> None:
    assessment = await town.open()
    invited = await town.invite(assessment, contact={"email": "kanarie@x.example", "name": "Kanarie"})
    service = town.everything.services["selfcheck"]
    stored = await town.database()["sheets"].find_one({"_id": invited["id"]})
    code = service.context.secrets.code("answer", invited["id"])
    sheet = {"path": f"http://selfcheck.test/selfcheck/v1/answers/{code}", "resume": {}}
    saved = await town.anybody.put(sheet["path"], json={"answers": {"f.c.1": 3}, "notes": {"f.c.1": "Kanarie"}})
    sheet["resume"] = {"X-Resume-Code": saved.json()["resume_code"]}
    assert (await add_file(town.anybody, sheet, pdf())).status_code == 201
    erasure = {"_id": stored["contact"], "tenant": "wilhelmshaven", "version": 1, "people": [stored["contact"]]}
    await town.database()["erasures"].insert_one(dict(erasure))
    parts = service.definition.jobs
    erase = next(due for due in parts if due.name == "erase")
    await erase.handle(erasure)
    assert await town.database()["evidence"].count_documents({}) == 0
    kept = await town.database()["sheets"].find_one({"_id": invited["id"]})
    assert (kept.get("evidence", []), kept["notes"], kept["label"], kept["answers"], kept["answered"]) == (
        [],
        {},
        "",
        {},
        0,
    )
    assert "addressee" not in kept
    receipt = (await town.database()["erasures"].find_one({"_id": stored["contact"]}))["outbox"][-1]["d"]
    assert b'"evidence":1' in receipt
    assert of_document(kept).tenant == "wilhelmshaven"
