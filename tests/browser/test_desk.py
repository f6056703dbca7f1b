"""The desk in Chromium: a caller registered with the keyboard alone, people checked in over a connection that comes and goes."""

from __future__ import annotations

import json
import re

from playwright.async_api import Page, Route, expect

from chassis.ids import new_id
from kommune.demo import steps
from kommune.demo.support import UKRAINIAN
from tests.browser.conftest import Town
from tests.browser.looks import looks_right
from tests.support.gathering_drafts import gathering_draft

TENANT = "wilhelmshaven"
NOT_SENT = re.compile("^2 check-ins are not sent yet")
ONE_NOT_SENT = re.compile("^1 check-in is not sent yet")


class Keys:
    """A clerk without a mouse, who counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0
        self.pressed = 0

    async def tab_to(self, name: str) -> None:
        """Onwards with Tab until this field has the focus; every stop counts."""
        for _ in range(20):
            if await self.page.evaluate("name => document.activeElement.name === name", name):
                return
            await self.press("Tab")
            self.stops += 1
        raise AssertionError(f"Tab does not lead to {name}")

    async def type(self, words: str) -> None:
        await self.page.keyboard.type(words)

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)
        self.pressed += 1

    async def access(self, letter: str) -> None:
        """An access key, as the browser hears it: Playwright alone sends no character with Alt held."""
        session = await self.page.context.new_cdp_session(self.page)
        key = {"modifiers": 1, "key": letter, "code": f"Key{letter.upper()}", "unmodifiedText": letter}
        await session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        await session.send("Input.dispatchKeyEvent", {"type": "char", "text": letter, **key})
        await session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        await session.detach()
        self.pressed += 1


async def _gathering(town: Town, capacity: int) -> str:
    draft = gathering_draft(
        title={"de": "Zusammenleben in Vielfalt", "en": "Living together"},
        description={"de": "Wir reden.", "en": "We talk."},
        capacity=capacity,
        party_max=3,
        support=[UKRAINIAN],
    )
    return await steps.publish_gathering(town.platform, TENANT, draft, new_id())


async def _sign_in(town: Town, page: Page) -> None:
    await page.goto(town.sign_in[TENANT, "intake"])
    await page.click("main button[type=submit]")
    await expect(page).to_have_url(
        f"{town.address}/registration/{TENANT}/today"
    )  # else the next page cuts signing in off
    await page.goto(f"{town.address}/registration/{TENANT}/desk?lang=en")


async def test_a_caller_is_registered_with_few_keys_and_the_next_one_at_once(town: Town, page: Page) -> None:
    id = await _gathering(town, 4)
    await _sign_in(town, page)
    await page.goto(f"{town.address}/registration/{TENANT}/desk/{id}")
    await looks_right(page, "desk-intake")
    keys = Keys(page)
    await keys.type("Оксана Коваленко")
    await keys.tab_to("phone")
    await keys.type("04421 1234")
    await keys.tab_to("language")
    await keys.type("Ukr")
    await keys.tab_to("companions")
    await keys.press("ArrowDown")
    await keys.tab_to("support")
    await keys.press("Space")
    await expect(page.locator("[data-notice=uk]")).to_be_visible()
    assert await page.locator("[data-notice]:visible").count() == 1, (
        "the notice stands there in the caller's language alone"
    )
    await expect(page.locator("#verdict")).to_have_text("There are seats for this group.")
    await keys.access("r")
    await expect(page.locator("[name=read_out]")).to_be_checked()
    await keys.press("Enter")
    await expect(page.locator("#done")).to_contain_text("Оксана Коваленко is registered: confirmed · 2 people")
    assert (keys.stops, keys.pressed) <= (4, 9), "four stops of Tab, nine keys beside what is written"
    await looks_right(page, "desk-done")

    await expect(page.locator("[name=name]")).to_be_focused()
    keys = Keys(page)
    await keys.type("Оксана Коваленко")
    await keys.tab_to("phone")
    await keys.type("+49 4421 1234")
    await expect(page.locator("#alike")).to_contain_text("same name, same telephone number")
    await keys.tab_to("companions")
    await keys.press("End")
    await expect(page.locator("#verdict")).to_contain_text("will wait in line")
    await keys.access("r")
    await keys.access("s")
    await expect(page.locator("#done")).to_contain_text("waiting, position 1")
    assert keys.stops <= 6
    await looks_right(page, "desk-waits")
    await page.emulate_media(forced_colors="active")
    await looks_right(page, "desk-forced-colours")


async def test_every_page_of_the_desk_is_accessible_on_a_small_screen(town: Town, page: Page) -> None:
    id = await _gathering(town, 5)
    base = f"/registration/v1/{TENANT}/gatherings/{id}/registrations"
    body = {
        "name": "مريم حسن",
        "contact": {"phone": "+49 4421 1234"},
        "language": "ar",
        "party": ["عمر", ""],
        "support": [UKRAINIAN["id"]],
        "channel": "phone",
        "consent": {"text_version": "desk-1.ar"},
    }
    made = await town.platform.call("POST", base, body, role="intake", tenant=TENANT)
    await _sign_in(town, page)
    for path in ("list", "door", "print/attendance", "print/badges", "print/needs", f"registrations/{made['id']}"):
        await page.goto(f"{town.address}/registration/{TENANT}/desk/{id}/{path}")
        await looks_right(page, f"desk-{path.split('/')[-1] if made['id'] not in path else 'one'}")
    await page.goto(f"{town.address}/notifications/{TENANT}/calls")
    await looks_right(page, "desk-calls")


async def test_check_ins_survive_a_connection_that_is_gone_and_count_once(town: Town, page: Page) -> None:
    id = await _gathering(town, 6)
    base = f"/registration/v1/{TENANT}/gatherings/{id}/registrations"
    codes = []
    for number in range(2):
        body = {
            "name": f"Canary {number}",
            "contact": {"phone": "+49 4421 1234"},
            "language": "uk",
            "party": [""],
            "channel": "phone",
            "consent": {"text_version": "desk-1.uk"},
        }
        made = await town.platform.call("POST", base, body, role="intake", tenant=TENANT)
        await _sign_in(town, page)
        await page.goto(f"{town.address}/registration/{TENANT}/desk/{id}/registrations/{made['id']}")
        codes.append(await page.locator("dd .code").inner_text())
    door = f"{town.address}/registration/{TENANT}/desk/{id}/door"
    await page.goto(door)

    sent: list[str] = []

    async def lost_on_the_way_back(route: Route) -> None:
        """The server hears it, the browser never learns."""
        sent.append(route.request.headers["idempotency-key"])
        await route.fetch()
        await route.abort()

    await page.route("**/arrivals", lost_on_the_way_back)
    for code in codes:
        await page.keyboard.type(code.lower())
        await page.keyboard.press("Enter")
    await expect(page.locator("#unsent")).to_have_text(NOT_SENT)
    await page.reload()
    await expect(page.locator("#unsent")).to_have_text(NOT_SENT)
    kept = await page.evaluate("Object.values(localStorage).join()")
    assert "Canary" not in kept
    assert len(json.loads(kept)) == 2
    await looks_right(page, "desk-door-unsent")

    await page.unroute_all(behavior="wait")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#unsent")).to_be_empty()
    await expect(page.locator("#said")).to_contain_text("2 of 2 are here: Canary 1")
    await expect(page.locator(".figures")).to_contain_text("4 of 4 expected people are here")
    assert len(sent) >= 2
    assert len(set(sent)) == 1, "the second waits until the first is through"

    await page.keyboard.type("BCDF-GHJK")
    await page.keyboard.press("Enter")
    await expect(page.locator("#refused")).to_contain_text("No registration of this meeting has this code.")
    await page.click("#refused button")
    await expect(page.locator("#refused li")).to_have_count(0)
    await page.locator(".newest button").first.click()
    await expect(page.locator(".figures")).to_contain_text("2 of 4 expected people are here")
    await looks_right(page, "desk-door")


async def test_a_code_opened_with_a_phone_is_checked_in_through_a_bad_connection(town: Town, page: Page) -> None:
    """Opened, pressed with Enter, gone through later, also from another page of the door; in part, and taken back."""
    id = await _gathering(town, 6)
    base = f"/registration/v1/{TENANT}/gatherings/{id}/registrations"
    body = {
        "name": "Canary مريم",
        "contact": {"phone": "+49 4421 1234"},
        "language": "ar",
        "party": ["Canary عمر"],
        "channel": "phone",
        "consent": {"text_version": "desk-1.ar"},
    }
    made = await town.platform.call("POST", base, body, role="intake", tenant=TENANT)
    await _sign_in(town, page)
    desk = f"{town.address}/registration/{TENANT}/desk/{id}"
    await page.goto(f"{desk}/registrations/{made['id']}")
    code = (await page.locator("dd .code").inner_text()).replace("-", "")
    await page.goto(f"{desk}/arrive/{code}")
    assert "Canary" in await page.locator("h1").inner_text()
    await looks_right(page, "desk-arrive")

    await page.route("**/arrivals", lambda route: route.abort())
    await page.keyboard.press("Enter")
    await expect(page.locator("#unsent")).to_have_text(ONE_NOT_SENT)
    await page.keyboard.press("Enter")
    kept = await page.evaluate("Object.values(localStorage).join()")
    assert [one["body"] for one in json.loads(kept)] == [{"registration_id": made["id"], "people": 2}]
    await looks_right(page, "desk-arrive-unsent")
    await page.goto(f"{desk}/door")
    await expect(page.locator("#unsent")).to_have_text(ONE_NOT_SENT)
    await page.unroute_all(behavior="wait")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#said")).to_contain_text("2 of 2 are here: Canary")

    await page.goto(f"{desk}/arrive/{code}")
    await looks_right(page, "desk-arrive-here")
    keys = Keys(page)
    await keys.press("Shift+Tab")
    assert await page.evaluate("document.activeElement.name") == "people"
    await keys.press("ArrowDown")
    await keys.press("Tab")
    await keys.press("Enter")
    await page.wait_for_url("**/door?came=*")
    await expect(page.locator("#said")).to_contain_text("1 of 2 are here: Canary")
    await page.goto(f"{desk}/arrive/{code}")
    await page.get_by_role("button", name="Take back").press("Enter")
    await page.wait_for_url("**/door?came=*")
    await expect(page.locator("#said")).to_contain_text("taken back: Canary")
    await expect(page.locator(".figures")).to_contain_text("0 of 2 expected people are here")
    assert await page.evaluate("Object.values(localStorage).join()") == "[]"
