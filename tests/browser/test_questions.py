"""Own questions in Chromium: asked of as many people as come and where another answer says so, with and without scripts, on a phone."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from chassis.ids import new_id
from kommune.demo import steps
from services.registration.questions.standard_set import STANDARD
from tests.browser.conftest import Town
from tests.browser.looks import looks_right
from tests.support.gathering_drafts import gathering_draft
from tests.support.waiting import PATIENCE

TENANT = "wilhelmshaven"
CAR = {"id": "car", "label": {"de": "Kommen Sie mit dem Auto?"}, "kind": "boolean", "required": True}
PLATE = {
    "id": "plate",
    "label": {"de": "Welches Kennzeichen?"},
    "kind": "text",
    "required": True,
    "shown_if": {"question": "car", "equals": True},
}


async def _gathering(town: Town) -> str:
    draft = gathering_draft(title={"de": "Zusammenleben in Vielfalt"}, party_max=3, questions=[*STANDARD, CAR, PLATE])
    return await steps.publish_gathering(town.platform, TENANT, draft, new_id())


async def test_only_what_is_asked_is_seen_and_it_fits_on_a_phone(town: Town, page: Page) -> None:
    await page.set_viewport_size({"width": 320, "height": 800})
    await page.goto(f"{town.address}/registration/{TENANT}/gatherings/{await _gathering(town)}?lang=de")
    second, plate = page.locator("[data-person='1']"), page.locator("[name='answer.all.plate']")
    await expect(page.locator("[name='answer.0.allergies']")).to_be_visible()
    await expect(second).to_be_hidden()
    await expect(plate).to_be_hidden()
    await page.select_option("[name=companions]", "1")
    await expect(second).to_be_visible()
    await expect(page.locator("[name='answer.1.allergies']")).to_be_visible()
    await expect(page.locator("[data-person='2']")).to_be_hidden()
    await page.select_option("[name='answer.all.car']", "true")
    await expect(plate).to_be_visible()
    await looks_right(page, "questions-asked")
    await page.select_option("[name='answer.all.car']", "false")
    await expect(plate).to_be_hidden()


async def test_without_scripts_all_questions_are_there(town: Town, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE * 1000)
    try:
        page = await context.new_page()
        await page.goto(f"{town.address}/registration/{TENANT}/gatherings/{await _gathering(town)}?lang=de")
        await expect(page.locator("[name='answer.all.plate']")).to_be_visible()
        await expect(page.locator("[data-person='2'] summary")).to_be_visible()
    finally:
        await context.close()


async def test_writing_and_answering_is_accessible_on_a_small_screen(town: Town, page: Page) -> None:
    id = await _gathering(town)
    body = {
        "name": "مريم حسن",
        "contact": {"phone": "+49 4421 1234"},
        "language": "ar",
        "party": ["عمر"],
        "support": [],
        "channel": "phone",
        "consent": {"text_version": "desk-1.ar"},
        "answers": {"food": [["halal"], ["halal", "no-gluten"]], "car": True, "plate": "WHV-X 1", "children": 2},
    }
    base = f"/registration/v1/{TENANT}/gatherings/{id}/registrations"
    made = await town.platform.call("POST", base, body, role="intake", tenant=TENANT)
    await page.goto(town.sign_in[TENANT, "coordinator"])
    await page.click("main button[type=submit]")
    await expect(page).to_have_url(
        f"{town.address}/registration/{TENANT}/today"
    )  # else the next page cuts signing in off
    desk = f"{town.address}/registration/{TENANT}/desk/{id}"
    for path in ("questions", "question", "question?q=food", "needs", "print/needs", f"registrations/{made['id']}"):
        await page.goto(f"{desk}/{path}")
        await looks_right(page, f"questions-{path.split('/')[0].split('?')[0]}")
    await page.goto(f"{desk}/question")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#summary-title")).to_be_visible()
    await looks_right(page, "questions-errors")
    await page.goto(made["manage_url"])
    await looks_right(page, "questions-mine")
