"""The first page after signing in: the services' parts of the day come together in the browser, and each is there without it."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from kommune.demo import steps
from tests.browser.conftest import Town
from tests.support.gathering_drafts import gathering_draft
from tests.support.waiting import PATIENCE

TENANT = "wilhelmshaven"


async def signed_in(page: Page, town: Town, role: str) -> None:
    await page.goto(town.sign_in[TENANT, role])
    await page.locator("main form button").click()
    await expect(page).to_have_url(f"{town.address}/registration/{TENANT}/today")


async def _something_done(town: Town) -> None:
    """At the desk and with a self-check."""
    childcare = {"id": "childcare", "label": {"de": "Kinderbetreuung"}}
    draft = gathering_draft(13, title={"de": "Zusammenleben in Vielfalt"}, support=[childcare])
    id = await steps.publish_gathering(town.platform, TENANT, draft, "browser today")
    path = f"/registration/v1/{TENANT}/gatherings/{id}/needs/childcare/order"
    await town.platform.call("PUT", path, {"number": 2}, role="intake", tenant=TENANT)
    await steps.open_assessment(town.platform, TENANT, "Selbstcheck des Tages", "browser today")


async def test_the_day_is_put_together(page: Page, town: Town) -> None:
    await _something_done(town)
    await signed_in(page, town, "coordinator")
    for name in ("notifications", "selfcheck", "reporting"):
        await expect(page.locator(f'[data-part]:has(a[href="/{name}/{TENANT}/today"])')).to_have_attribute(
            "data-taken", ""
        )
    await expect(page.locator(f'[data-done] a[href^="/selfcheck/{TENANT}/"]').first).to_be_visible()
    await expect(page.locator(f'[data-done] a[href^="/registration/{TENANT}/"]').first).to_be_visible()
    done = await page.locator("[data-done] > li").evaluate_all("all => all.map(one => Date.parse(one.dataset.at))")
    assert done == sorted(done, reverse=True)
    await expect(page.locator("[data-nothing]")).to_have_count(
        await page.locator("ul:has(> [data-nothing]:only-child)").count()
    )


async def test_a_service_that_is_away_stays_a_link(page: Page, town: Town) -> None:
    await page.route(f"**/notifications/{TENANT}/today", lambda route: route.abort())
    await signed_in(page, town, "coordinator")
    away = page.locator(f'[data-part]:has(a[href="/notifications/{TENANT}/today"])')
    parts = await page.locator("[data-part]").count()
    await expect(page.locator("[data-part][data-taken]")).to_have_count(parts - 1)
    await expect(away.locator("a")).to_be_visible()
    assert await away.get_attribute("data-taken") is None


async def test_without_scripts_each_part_is_a_link(browser: Browser, town: Town) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    await signed_in(page, town, "intake")
    await page.click(f'main a[href="/notifications/{TENANT}/today"]')
    await expect(page.locator("h1")).to_be_visible()
    assert page.url.endswith(f"/notifications/{TENANT}/today")
    await context.close()
