"""Every page there is, in every language it is offered in, on a small phone: accessible, whole, translated, and by itself."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus

import httpx
from playwright.async_api import Browser, BrowserContext, Page

from chassis.identity.sessions import SESSION_COOKIE
from programme.roles import PLATFORM_ROLES
from tests.browser.conftest import Town
from tests.browser.walk.looking import AXE, NARROW, Watch, english, flaws
from tests.browser.walk.residents import BUSY, PUBLIC, Residents
from tests.browser.walk.respondents import Respondents
from tests.browser.walk.staff import Staff
from tests.browser.walk.visits import AUDIENCES, NO_PAGES, Visit, pages
from tests.support.page_forms import form_of

AT_ONCE = 3


async def _session(town: Town, role: str) -> str:
    """The cookie that a role's sign-in link gives."""
    place = "-" if role in PLATFORM_ROLES else "wilhelmshaven"
    link = town.sign_in[place, role]
    async with httpx.AsyncClient(headers={"Origin": town.address}, timeout=None) as client:
        form = form_of((await client.get(link)).text)
        answer = await client.post(link, data=form)
        assert answer.status_code == 303
        return str(client.cookies[SESSION_COOKIE])


async def _used_up(town: Town) -> Visit:
    """A page that strangers may ask for only so often."""
    items = (await town.platform.call("GET", f"/registration/v1/{BUSY}/gatherings"))["items"]
    path = f"/registration/{BUSY}/gatherings/{items[0]['id']}"
    return Visit(f"{PUBLIC}/gatherings/{{id}}", path, "too-often", status=429, press="#sign-up button[type=submit]")


async def _use_up(town: Town, path: str) -> None:
    """Before each look: the limit begins anew with the clock's hour or minute, which a walk may see go by."""
    async with httpx.AsyncClient(base_url=town.address, timeout=None) as client:
        while (await client.post(path)).status_code != 429:
            pass


class Reader:
    """Somebody who goes from page to page with one browser, in one language and one role."""

    def __init__(
        self, context: BrowserContext, town: Town, code: str, session: str, untranslated: frozenset[str]
    ) -> None:
        self._context = context
        self._town = town
        self._code = code
        self._session = session
        self._untranslated = untranslated

    async def walk(self, visits: Iterable[Visit]) -> dict[str, list[str]]:
        """Flaws by page."""
        await self._context.add_init_script(path=AXE)
        page = await self._context.new_page()
        watch = Watch(page, self._town.address)
        waiting = [(visit, await self._context.new_page()) for visit in visits if visit.patient]
        for visit, other in waiting:
            await self._open(other, visit)
        found = {}
        for visit in visits:
            if not visit.patient:
                found[self._title(visit)] = await self._look(page, visit, await self._answer(page, visit), watch)
        for visit, other in waiting:
            found[self._title(visit)] = await self._look(other, visit, await self._press(other, visit), watch)
        return {title: wrong for title, wrong in found.items() if wrong}

    async def _answer(self, page: Page, visit: Visit) -> int:
        status = await self._open(page, visit)
        if visit.status == HTTPStatus.TOO_MANY_REQUESTS:
            await _use_up(self._town, visit.path)
        return await self._press(page, visit) if visit.press else status

    async def _open(self, page: Page, visit: Visit) -> int:
        cookies = [*visit.cookies, *([(SESSION_COOKIE, self._session)] if self._session else [])]
        await self._context.clear_cookies(name=re.compile("^wk_resume"))
        await self._context.add_cookies(
            [{"name": n, "value": value, "url": self._town.address} for n, value in cookies]
        )
        answer = await page.goto(self._town.address + visit.path)
        assert answer is not None
        return answer.status

    async def _press(self, page: Page, visit: Visit) -> int:
        await page.evaluate("() => document.querySelectorAll('main details').forEach(one => one.open = true)")
        async with page.expect_navigation() as leaving:
            await page.click(visit.press)
        answer = await leaving.value
        assert answer is not None
        return answer.status

    async def _look(self, page: Page, visit: Visit, status: int, watch: Watch) -> list[str]:
        wrong = [f"answered {status}"] if status != visit.status else []
        if visit.status in (403, 429) and not await page.locator(".bottom .phone").count():
            wrong.append("refuses without naming the telephone")
        return wrong + await flaws(page, visit, self._code, self._untranslated) + watch.heard()

    def _title(self, visit: Visit) -> str:
        return f"{visit.name} in {self._code} ({visit.path})"


async def test_every_page_in_every_language(town: Town, browser: Browser) -> None:
    residents, respondents = Residents(town), Respondents(town)
    before = time.monotonic()
    visits = [*await residents.visits(), *await respondents.visits()]
    visits += [*await Staff(town, residents, respondents).visits(), await _used_up(town)]
    furnished = time.monotonic()
    assert [visit for visit in visits if not visit.fits] == []
    assert pages() - {visit.route for visit in visits} == set(), (
        "pages that nobody visits and nobody gives a reason for"
    )
    assert len({visit.name for visit in visits}) == len(visits)

    sessions = {role: await _session(town, role) for role in {visit.role for visit in visits} if role}
    readers: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        for code in visit.languages:
            readers[code, visit.role].append(visit)
    untranslated, at_once = english(), asyncio.Semaphore(AT_ONCE)

    async def walk(code: str, role: str, seen: list[Visit]) -> dict[str, list[str]]:
        async with at_once:
            context = await browser.new_context(viewport=NARROW, extra_http_headers={"Accept-Language": code})  # type: ignore[arg-type]
            reader = Reader(context, town, code, sessions.get(role, ""), untranslated.get(code, frozenset()))
            found = await reader.walk(seen)
            await context.close()
            return found

    wrong = await asyncio.gather(*(walk(code, role, seen) for (code, role), seen in readers.items()))
    count = sum(len(seen) for seen in readers.values())
    print(
        f"{len(visits)} pages, {count} visits: {furnished - before:.0f} s to furnish, {time.monotonic() - furnished:.0f} s to look"
    )
    report = [f"{page}\n    " + "\n    ".join(lines) for one in wrong for page, lines in one.items()]
    assert not report, "\n".join(report)


def test_what_is_no_page_is_a_route_still() -> None:
    routes = {line.split()[1].rstrip(":") for line in AUDIENCES.read_text().splitlines()}
    assert NO_PAGES.keys() <= routes
