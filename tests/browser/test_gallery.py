"""The building blocks in Chromium: no finding of axe, nothing cut off at 320 px, keyboard, saving, live parts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from chassis.pages.brand import Brand
from tests.browser.gallery.app import gallery_app
from tests.browser.looks import looks_right
from tests.support.served import served
from tests.support.waiting import patience

DESK = {"width": 1280, "height": 900}
YELLOW = Brand("Stadt Wilhelmshaven", "#ffd200", "04421 16-0")
"""A crest colour that no text could be read in."""


@pytest.fixture
def saved() -> list[Any]:
    return []


@pytest.fixture
async def site(saved: list[Any]) -> AsyncIterator[str]:
    async with served(gallery_app(YELLOW, saved)) as address:
        yield address


@pytest.mark.parametrize("language", ["de", "de-simple", "en", "uk", "ar", "tr", "fa", "ru", "fr"])
async def test_every_language_on_a_small_phone(page: Page, site: str, language: str) -> None:
    await page.goto(f"{site}/gallery?lang={language}")
    await page.click("button.button:not(.quiet, .danger)")
    await expect(page.locator(".summary")).to_be_focused()
    await looks_right(page, f"phone-{language}")


@pytest.mark.parametrize("colours", ["none", "active"])
async def test_on_a_desk_and_in_forced_colours(page: Page, site: str, colours: Any) -> None:
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await page.emulate_media(forced_colors=colours)
    await page.goto(f"{site}/gallery?lang=de")
    await page.click(".languages summary")
    await looks_right(page, f"desk-{colours}")


async def test_a_wide_table_shows_at_its_edge_that_it_goes_on_and_scrolls_with_the_keyboard(
    page: Page, site: str
) -> None:
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.goto(f"{site}/gallery?lang=de")
    wide = page.locator(".table[tabindex]").first
    await wide.locator("th").first.evaluate("cell => cell.style.minInlineSize = '40rem'")
    shades = await wide.evaluate("table => getComputedStyle(table).backgroundAttachment")
    assert shades == "local, local, scroll, scroll, scroll"
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / "wide-table.png", full_page=True)
    await wide.focus()
    assert await wide.evaluate("table => parseFloat(getComputedStyle(table).outlineWidth)") >= 2
    await wide.evaluate(
        "table => { window.moved = new Promise(tell => table.addEventListener('scroll', () => tell(table.scrollLeft))) }"
    )
    await page.keyboard.press("ArrowRight")
    async with patience("scrolling"):
        assert await page.evaluate("window.moved") > 0


async def test_what_an_empty_table_says_is_whole_on_a_small_phone(page: Page, site: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.goto(f"{site}/gallery?lang=de")
    empty = page.locator(".table:has(td[colspan])")
    await expect(empty).to_have_count(1)
    await expect(empty.locator("thead")).to_be_hidden()
    assert await empty.evaluate("box => box.scrollWidth <= box.clientWidth")


async def test_targets_are_large_enough(page: Page, site: str) -> None:
    await page.goto(f"{site}/gallery")
    small = await page.evaluate(
        """[...document.querySelectorAll('header a, summary, footer a, .button, .choice, select, input.field')]
           .filter(e => e.offsetParent && !e.matches('.skip') && e.getBoundingClientRect().height < 44)
           .map(e => e.outerHTML)"""
    )
    assert small == []


async def test_the_error_summary_leads_to_the_field_and_keeps_values(page: Page, site: str) -> None:
    await page.goto(f"{site}/gallery")
    await page.fill("#field-name", "Olena")
    await page.keyboard.press("Enter")
    assert await page.input_value("#field-name") == "Olena"
    await page.click(".summary a >> nth=0")
    await expect(page.locator("#field-email")).to_be_focused()
    assert await page.get_attribute("#field-email", "aria-describedby") == "error-email"
    assert await page.get_attribute("#field-email", "aria-invalid") == "true"


async def test_the_keyboard_reaches_the_content_first(page: Page, site: str) -> None:
    await page.goto(f"{site}/gallery")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def test_answers_are_saved_after_a_refusal(page: Page, site: str, saved: list[Any]) -> None:
    await page.goto(f"{site}/gallery?lang=en")
    await page.check("#field-level-2")
    await expect(page.locator(".save-status")).to_have_text("Not saved yet. We keep trying.")
    await expect(page.locator(".save-status")).to_have_text("All answers are saved.")
    assert saved == [{"answers": {"q.1:a": 1}}]


async def test_a_live_part_is_replaced(page: Page, site: str) -> None:
    await page.goto(f"{site}/gallery")
    await expect(page.locator("#board")).to_have_text("live")


async def test_the_error_page_speaks_the_language_asked_for(page: Page, site: str) -> None:
    await page.goto(f"{site}/missing?lang=ar")
    assert await page.inner_text("h1") == "لم نجد هذه الصفحة"
    await looks_right(page, "problem-ar")
