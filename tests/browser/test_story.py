"""The story's sign-up and Selbstcheck in Chromium on a phone: a resident in Ukrainian, a respondent, the moderator's board."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, Page, expect

from kommune.demo import steps
from kommune.demo.support import UKRAINIAN
from tests.browser.conftest import Town
from tests.browser.looks import looks_right

TENANT = "wilhelmshaven"
PHONE: Any = {"width": 390, "height": 844}
JOIN = "https://treffen.example.org/zusammenleben"


async def _gathering(town: Town) -> str:
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)
    draft = {
        "title": {"de": "Zusammenleben am Meer", "uk": "Жити разом біля моря"},
        "description": {"de": "Wir reden.", "uk": "Поговоримо."},
        "kind": "dialogue",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "mode": "online",
        "join_url": JOIN,
        "capacity": 35,
        "party_max": 4,
        "support": [UKRAINIAN],
    }
    return await steps.publish_gathering(town.platform, TENANT, draft, "browser")


async def _tab_to(page: Page, selector: str) -> None:
    """Reach an element with the Tab key alone, as somebody without a mouse does."""
    for _ in range(60):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


async def test_a_resident_signs_up_in_ukrainian_with_the_keyboard(town: Town, page: Page) -> None:
    id = await _gathering(town)
    await page.set_viewport_size(PHONE)
    await page.goto(f"{town.address}/registration/{TENANT}/?lang=uk")
    await looks_right(page, "story-municipality")
    await page.click("text=Жити разом біля моря")
    await expect(page).to_have_url(re.compile(id))
    assert await page.get_attribute("html", "lang") == "uk"
    await looks_right(page, "story-gathering")

    await _tab_to(page, "[name=name]")
    await page.keyboard.type("Оксана Коваленко")
    await _tab_to(page, "[name=email]")
    await page.keyboard.type("oksana@example.org", delay=100)
    await _tab_to(page, "[name=companions]")
    await page.keyboard.press("ArrowDown")
    await _tab_to(page, "[name=names]")
    await page.keyboard.type("Тетяна")
    await _tab_to(page, "[name=support]")
    await page.keyboard.press("Space")
    await _tab_to(page, "[name=consent]")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/thanks$"))
    await looks_right(page, "story-thanks")

    (mail,) = await town.platform.eventually("the mail", lambda: town.platform.mails("oksana@example.org", "/my/"))
    assert mail["language"] == "uk"
    link = re.search(r"http\S+/my/\S+", mail["text"])
    assert link is not None
    await page.goto(link[0])
    await looks_right(page, "story-confirm")
    await _tab_to(page, "form[action$=confirmation] button")
    await page.keyboard.press("Enter")
    await expect(page.locator("a[href$='/join']")).to_be_visible()
    await looks_right(page, "story-confirmed")

    joining = await page.request.get(f"{link[0].partition('?')[0]}/join", max_redirects=0)
    assert (joining.status, joining.headers["location"]) == (303, JOIN)
    async with page.expect_download() as downloading:
        await page.click("a[href$='/calendar']")
    content = await (await downloading.value).path()
    assert "SUMMARY:Жити разом біля моря" in content.read_text("utf-8")
    seats = (await town.platform.call("GET", f"/registration/v1/{TENANT}/gatherings/{id}"))["seats"]
    assert seats == {"capacity": 35, "taken": 2, "waiting": 0, "free": 33}


async def test_a_respondent_answers_on_a_phone_and_the_moderator_reveals(
    town: Town, page: Page, browser: Browser
) -> None:
    base = f"/selfcheck/v1/{TENANT}/assessments"
    assessment = await steps.open_assessment(town.platform, TENANT, "Selbstcheck im Browser", "browser")
    invitation = await town.platform.call(
        "POST",
        f"{base}/{assessment['id']}/invitations",
        {"perspective": "administration", "label": "Bauamt"},
        role="coordinator",
        tenant=TENANT,
    )
    moderator = await (await browser.new_context(viewport={"width": 1280, "height": 900})).new_page()
    await moderator.goto(town.sign_in[TENANT, "moderator"])
    await moderator.click("main button[type=submit]")
    board = f"{town.address}/selfcheck/{TENANT}/assessments/{assessment['id']}/board"
    await moderator.goto(board)
    await expect(moderator.locator("#participation .figure").first).to_have_text("0")
    await looks_right(moderator, "story-board-open")

    await page.set_viewport_size(PHONE)
    await page.goto(f"{invitation['answer_url']}?lang=de")
    await looks_right(page, "story-answer-start")
    await page.click(".fields a >> nth=0")
    questions = await page.locator(".question").count()
    assert questions > 5
    await _tab_to(page, ".question input[type=radio]")
    await page.keyboard.press("Space")
    await expect(page.locator(".save-status")).to_have_text("Alle Antworten sind gespeichert.")
    for number in range(1, questions):
        await page.locator(".question").nth(number).locator(".choice label").nth(number % 4).click()
    await expect(page.locator(".save-status")).to_have_text("Alle Antworten sind gespeichert.")
    await looks_right(page, "story-answer-field")
    await page.click("button[name=then]")
    await expect(page.locator(".code strong")).not_to_be_empty()
    await looks_right(page, "story-answer-overview")
    await page.click("form[action$=submission] button")
    await expect(page.locator(".notice")).to_contain_text("ohne Ihren Namen")

    await expect(moderator.locator("#participation .figure").first).to_have_text("1")
    assert await moderator.locator("article.card").count() == 0, "nothing is shown before reveal"
    await moderator.check("[name=sure]")
    await moderator.click("form[action$=reveal] button")
    await expect(moderator.locator("form[action$=closing]")).to_be_visible()
    await looks_right(moderator, "story-board-revealed")
    answer = await page.goto(f"{invitation['answer_url']}?lang=de")
    assert answer is not None
    await expect(page.locator(".notice")).to_contain_text("nicht mehr ändern")
    await moderator.context.close()
