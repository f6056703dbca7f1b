"""Answering in Chromium: a connection that is lost and comes back, two devices of one person, keys, files, other scripts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from pypdf import PdfWriter

from kommune.demo import steps
from tests.browser.conftest import Town
from tests.browser.looks import looks_right

TENANT = "wolfsburg"
PHONE = {"width": 390, "height": 844}
SAVED = "Alle Antworten sind gespeichert."
KEPT = "Auf diesem Gerät gespeichert"


@pytest.fixture
async def link(town: Town) -> str:
    """A respondent's link."""
    assessment = await steps.open_assessment(town.platform, TENANT, "Selbstcheck unterwegs", "browser-answering")
    invitation: dict[str, Any] = await town.platform.call(
        "POST",
        f"/selfcheck/v1/{TENANT}/assessments/{assessment['id']}/invitations",
        {"perspective": "administration", "label": "Bauamt"},
        role="coordinator",
        tenant=TENANT,
    )
    return str(invitation["answer_url"])


async def first_field(page: Page, link: str, language: str = "de") -> None:
    await page.goto(f"{link}?lang={language}")
    await page.click(".fields h2 a >> nth=0")


def choice(page: Page, question: int, option: int) -> Any:
    return page.locator(".question").nth(question).locator("input[type=radio]").nth(option)


async def choose(page: Page, question: int, option: int) -> None:
    await page.locator(".question").nth(question).locator(".choice label").nth(option).click()


async def on_server(town: Town, page: Page, link: str) -> dict[str, Any]:
    answer = await page.request.get(f"{town.address}/selfcheck/v1/answers/{link.rsplit('/', 1)[1]}")
    found: dict[str, Any] = await answer.json()
    return found


async def test_answers_survive_being_offline_and_go_on_on_a_second_device(
    town: Town, page: Page, browser: Browser, link: str
) -> None:
    """One story, because starting the platform takes longest: offline and back, a second device, keys, evidence, print."""
    status = page.locator("[data-queue-status]")
    await page.set_viewport_size(PHONE)
    await first_field(page, link)
    field = page.url
    await choose(page, 0, 3)
    await expect(status).to_have_text(SAVED)

    # The connection is lost: nothing is, and the page says where it is kept.
    await page.context.set_offline(True)
    await choose(page, 0, 1)
    await choose(page, 1, 2)
    await expect(status).to_contain_text(KEPT)
    await page.locator(".actions button").first.click()
    assert page.url == field, "the page does not lead into the void"
    await looks_right(page, "answering-offline")
    await page.close()  # the phone is put away, the page forgotten

    await page.context.set_offline(False)
    page = await page.context.new_page()
    status = page.locator("[data-queue-status]")
    await page.goto(field)
    await expect(choice(page, 1, 2)).to_be_checked()
    await expect(status).to_have_text(SAVED)
    saved = (await on_server(town, page, link))["answers"]
    assert sorted(saved.values()) == [1, 2]

    # A second device, opened by the picture that the first one shows.
    await page.goto(link)
    code = await page.locator(".code strong").inner_text()
    await page.locator("details", has=page.locator("img.scan")).locator("summary").click()
    await expect(page.locator("img.scan")).to_be_visible()
    await looks_right(page, "answering-overview")
    laptop = await (await browser.new_context(viewport={"width": 1280, "height": 900})).new_page()
    await laptop.goto(f"{link}?lang=de#{code}")
    await expect(laptop.locator(".fields")).to_be_visible()
    assert code not in laptop.url
    await laptop.goto(field)
    await page.goto(field)
    await page.context.set_offline(True)
    await choose(page, 0, 0)
    await choose(page, 3, 4)
    await expect(status).to_contain_text(KEPT)
    await choose(laptop, 0, 4)
    await choose(laptop, 2, 5)
    await expect(laptop.locator("[data-queue-status]")).to_have_text(SAVED)
    await page.context.set_offline(False)
    conflict = page.locator(".question").nth(0).locator(".conflict")
    await expect(conflict).to_be_visible()
    assert sorted(map(str, (await on_server(town, page, link))["answers"].values())) == ["2", "4", "4", "unsure"]
    await expect(choice(page, 2, 5)).to_be_checked()
    await looks_right(page, "answering-conflict")
    await conflict.locator("[data-take=here]").click()
    await expect(status).to_have_text(SAVED)
    await expect(conflict).to_have_count(0)
    assert sorted(map(str, (await on_server(town, page, link))["answers"].values())) == ["0", "2", "4", "unsure"]

    # Keys act inside a question only.
    await choice(laptop, 4, 0).focus()
    await laptop.keyboard.press("2")
    await expect(choice(laptop, 4, 2)).to_be_checked()
    await laptop.keyboard.press("j")
    await laptop.keyboard.press("n")
    await expect(choice(laptop, 5, 6)).to_be_checked()
    await laptop.keyboard.press("k")
    await expect(choice(laptop, 4, 2)).to_be_focused()
    note = laptop.locator("textarea").first
    await laptop.locator("details:has(textarea) summary").first.click()
    await note.fill("3 u n: kein Kürzel")
    await note.blur()
    await expect(laptop.locator("[data-queue-status]")).to_have_text(SAVED)
    assert list((await on_server(town, laptop, link))["notes"].values()) == ["3 u n: kein Kürzel"]
    await looks_right(laptop, "answering-laptop")

    # Evidence, on the phone.
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.goto(field)
    await page.locator(".aside a[href*='/evidence/']").first.click()
    writer, file = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(file)
    await page.set_input_files(
        "input[type=file]", {"name": "Beschluss.pdf", "mimeType": "application/pdf", "buffer": file.getvalue()}
    )
    await page.locator("form[enctype] button").click()
    await expect(page.locator(".pieces a")).to_have_text("Beschluss.pdf")
    await looks_right(page, "answering-evidence")
    async with page.expect_download() as downloading:
        await page.click(".pieces a")
    assert (await (await downloading.value).path()).read_bytes() == file.getvalue()
    await page.goto(f"{link}/print")
    await looks_right(page, "answering-print")
    await page.goto(f"{link}/hand-on")
    await looks_right(page, "answering-hand-on")
    await laptop.context.close()

    for language in ("ar", "fa"):
        for width in (320, 390):
            await page.set_viewport_size({"width": width, "height": 800})
            await first_field(page, link, language)
            assert await page.get_attribute("html", "dir") == "rtl"
            await looks_right(page, f"answering-{language}-{width}")
    await page.emulate_media(forced_colors="active")
    await looks_right(page, "answering-forced-colours")
