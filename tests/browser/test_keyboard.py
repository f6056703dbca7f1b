"""Without a mouse: the way of a resident from finding a meeting to cancelling, answering, and the door; the focus always to be seen."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.async_api import Page, expect

from kommune.demo import steps
from tests.browser.conftest import Town
from tests.browser.looks import looks_right
from tests.browser.walk.residents import TENANT, gathering, person

STOPS = 160
SEEN = """() => {
  const at = document.activeElement;
  if (at === document.body) return '';
  const box = at.getBoundingClientRect(), style = getComputedStyle(at), target = at.closest('.choice') || at;
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  if (!inside) return 'not on the screen: ' + at.outerHTML.slice(0, 120);
  if (!(target.contains(top) || top.contains(at))) return 'hidden behind ' + top.outerHTML.slice(0, 80) + ': ' + at.outerHTML.slice(0, 120);
  if (at.tagName != 'MAIN' && (style.outlineStyle == 'none' || parseFloat(style.outlineWidth) < 2)) return 'without an outline: ' + at.outerHTML.slice(0, 120);
  return '';
}"""
"""What is wrong with how the focus shows (WCAG 2.4.7, 2.4.11), or nothing."""


class Keyboard:
    """Goes on with Tab alone; at every stop the focus has to be on the screen, uncovered, with an outline."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def tab(self) -> None:
        await self._page.keyboard.press("Tab")
        wrong = await self._page.evaluate(SEEN)
        assert not wrong, f"{self._page.url}: the focus is {wrong}"

    async def to(self, selector: str) -> None:
        for _ in range(STOPS):
            if await self._page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            await self.tab()
        raise AssertionError(f"the keyboard does not reach {selector} on {self._page.url}")

    async def follow(self, selector: str) -> None:
        """A link, or a button that leads to another page."""
        await self.to(selector)
        async with self._page.expect_navigation():
            await self._page.keyboard.press("Enter")

    async def open(self, words: str) -> None:
        """Something folded."""
        for _ in range(STOPS):
            if await self._page.evaluate(
                "words => document.activeElement.matches('summary') && document.activeElement.textContent.includes(words)",
                words,
            ):
                await self._page.keyboard.press("Enter")
                return
            await self.tab()
        raise AssertionError(f"the keyboard does not reach “{words}”")

    async def write(self, selector: str, words: str) -> None:
        await self.to(selector)
        await self._page.keyboard.press("ControlOrMeta+A")
        await self._page.keyboard.type(words)

    async def through(self) -> int:
        """The whole page; how many stops it has."""
        for count in range(400):
            await self.tab()
            if await self._page.evaluate("() => document.activeElement.matches('.bottom li:last-child a')"):
                return count + 1
        raise AssertionError(f"Tab never comes to the end of {self._page.url}")


async def test_residents_respondents_and_the_door_need_no_mouse(town: Town, page: Page) -> None:
    """One story, because starting the platform takes longest."""
    await _a_resident_finds_signs_up_changes_and_cancels(town, page)
    await _a_respondent_answers(town, page)
    await _people_come_to_the_door(town, page)
    for colours in ("none", "active"):
        await _the_focus_shows_at_every_stop(town, page, colours)


async def _a_resident_finds_signs_up_changes_and_cancels(town: Town, page: Page) -> None:
    """With a friend, childcare, and the form sent half empty first."""
    id = await steps.publish_gathering(town.platform, TENANT, gathering(timedelta(days=9), capacity=8), "keyboard")
    keys = Keyboard(page)
    await page.goto(f"{town.address}/registration/?lang=en")
    await keys.tab()
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await keys.write("#q", "wilhelms")
    await page.keyboard.press("Enter")
    await expect(page.locator(".cards > li")).to_have_count(1)
    await keys.follow(f"a[href='/registration/{TENANT}/']")
    await keys.follow(f"a[href$='/gatherings/{id}']")

    await keys.write("[name=name]", "Оксана Коваленко")
    await page.wait_for_timeout(2100)  # a form that comes sooner is taken for a program's
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.locator(".summary")).to_be_focused()
    await keys.tab()
    await page.keyboard.press("Enter")
    await expect(page.locator("#field-email")).to_be_focused()
    assert not await page.evaluate(SEEN), "the summary leads to a field that one sees"
    await page.keyboard.type("keyboard@example.org")
    await keys.to("[name=companions]")
    await page.keyboard.press("ArrowDown")
    await keys.write("[name=names]", "Тетяна")
    await keys.to("[name=support][value=childcare]")
    await page.keyboard.press("Space")
    await keys.to("[name=consent]")
    await page.keyboard.press("Space")
    await page.wait_for_timeout(2100)
    await keys.follow("#sign-up button[type=submit]")
    await expect(page).to_have_url(re.compile("/thanks(#|$)"))

    (mail,) = await town.platform.eventually("the mail", lambda: town.platform.mails("keyboard@example.org", "/my/"))
    link = re.search(r"http\S+/my/\S+", mail["text"])
    assert link is not None
    await page.goto(link[0])
    await keys.follow("form[action$='/confirmation'] button")
    await keys.open("Change something")
    await keys.to("#change [name=companions]")
    await page.keyboard.press("ArrowDown")
    await keys.follow("#change button[type=submit]")
    await expect(page.locator(".notice", has_text="Your change is saved.")).to_be_visible()
    await expect(page.locator(".facts")).to_contain_text("3")
    await keys.open("I can't come")
    await keys.to("[name=sure]")
    await page.keyboard.press("Space")
    await keys.follow("form[action$='/cancellation'] button")
    await expect(page.locator(".notice")).to_contain_text("You are not registered any more.")
    seats = (await town.platform.call("GET", f"/registration/v1/{TENANT}/gatherings/{id}"))["seats"]
    assert seats["taken"] == 0


async def _a_respondent_answers(town: Town, page: Page) -> None:
    assessment = await steps.open_assessment(town.platform, TENANT, "Selbstcheck mit der Tastatur", "keyboard")
    invitation = await town.platform.call(
        "POST",
        f"/selfcheck/v1/{TENANT}/assessments/{assessment['id']}/invitations",
        {"perspective": "administration", "label": "Bauamt"},
        role="coordinator",
        tenant=TENANT,
    )
    keys = Keyboard(page)
    await page.goto(f"{invitation['answer_url']}?lang=en")
    await keys.follow(".fields h2 a")
    for question in range(3):
        await keys.to(f".question:nth-of-type({question + 1}) input[type=radio]")
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowDown")
        await keys.tab()
    await keys.open("Add a note")
    await keys.write("details[open] textarea", "Noted")
    await keys.follow(".actions button[name=then]")
    await expect(page.locator(".code strong")).not_to_be_empty()
    await keys.follow("form[action$='/submission'] button")
    await expect(page.locator(".notice.done")).to_be_visible()


async def _people_come_to_the_door(town: Town, page: Page) -> None:
    keys = Keyboard(page)
    id = await steps.publish_gathering(town.platform, TENANT, gathering(timedelta(days=8)), "keyboard door")
    await steps.register_at_desk(
        town.platform, TENANT, id, [person("Layla Al-Masri", "ar", party=[""])], "keyboard door"
    )
    await page.goto(town.sign_in[TENANT, "intake"])
    await keys.follow("main button[type=submit]")
    await page.goto(f"{town.address}/registration/{TENANT}/desk/{id}/door?lang=en")
    await expect(page.locator("[name=entry]")).to_be_focused()
    await page.keyboard.type("Layla")
    await page.keyboard.press("Enter")
    await expect(page.locator(".found button").first).to_be_visible()
    await keys.to(".found button")
    await page.keyboard.press("Enter")
    await expect(page.locator(".figures")).to_contain_text("2 of 2 expected people are here")


async def _the_focus_shows_at_every_stop(town: Town, page: Page, colours: str) -> None:
    """On the pages with most to do, at 320 px, with the browser's colours and with a reader's own."""
    id = await steps.publish_gathering(town.platform, TENANT, gathering(timedelta(days=7)), f"focus {colours}")
    made = (
        await steps.register_at_desk(
            town.platform, TENANT, id, [person("Reza Ahmadi", "fa", party=[""])], f"focus {colours}"
        )
    )[0]
    await page.emulate_media(forced_colors=colours, reduced_motion="reduce")  # type: ignore[arg-type]
    own = made["manage_url"].removeprefix(town.address)
    keys = Keyboard(page)
    for path in (f"/registration/{TENANT}/gatherings/{id}", own, f"{own}/data", "/registration/apply"):
        for code in ("de", "fa"):
            await page.goto(f"{town.address}{path}?lang={code}")
            await page.evaluate("() => document.querySelectorAll('main details').forEach(one => one.open = true)")
            assert await keys.through() > 8
    await looks_right(page, f"focus-{colours}")
    moving = await page.evaluate(
        "() => [...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    assert moving == 0, "nothing moves for who asks for stillness"
