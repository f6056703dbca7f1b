"""The door with the network cut: opened again, people checked in from the kept list, sent later; locked, and gone after the event."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, expect

from kommune.demo import steps
from tests.browser.conftest import Town
from tests.browser.looks import looks_right
from tests.support.gathering_drafts import gathering_draft
from tests.support.waiting import PATIENCE

TENANT = "wilhelmshaven"
KEPT = """async () => {
  const all = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).matchAll()) all.push(await one.text());
  return all.join() + Object.values(localStorage).join();
}"""
OVER = """async () => {
  const [name] = (await caches.keys()).filter((one) => one.startsWith("door-")), cache = await caches.open(name);
  const [list] = (await cache.keys()).filter((one) => one.url.endsWith("/door/list")), kept = await cache.match(list);
  const headers = { "X-Until": "2020-01-01T00:00:00Z", "X-Kept-At": kept.headers.get("X-Kept-At") };
  await cache.put(list, new Response(await kept.arrayBuffer(), { headers }));
}"""


class Cable:
    """Stands between the browser and the town, and can be cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cut = False
        self._lines: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """The address at its end."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            self.cut()
            server.close()

    def cut(self) -> None:
        self._cut = True
        for line in self._lines:
            line.transport.abort()

    def mend(self) -> None:
        self._cut = False

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            return writer.transport.abort()
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._lines |= {writer, far_writer}
        with contextlib.suppress(OSError):
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        self._lines -= {writer, far_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


async def _published(town: Town) -> str:
    draft = gathering_draft(title={"de": "Einlass im Keller", "en": "Door in the cellar"}, party_max=3)
    return await steps.publish_gathering(town.platform, TENANT, draft, "door offline")


async def _register(town: Town, id: str, name: str, party: list[str]) -> str:
    body = {
        "name": name,
        "contact": {"phone": "+49 4421 5550142"},
        "language": "uk",
        "party": party,
        "support": [],
        "channel": "phone",
        "consent": {"text_version": "1"},
    }
    path = f"/registration/v1/{TENANT}/gatherings/{id}/registrations"
    return str((await town.platform.call("POST", path, body, role="intake", tenant=TENANT))["id"])


async def test_the_door_opens_works_and_forgets_without_a_network(town: Town, browser: Browser) -> None:
    id = await _published(town)
    await _register(town, id, "Canary Kovalenko", ["", ""])
    await _register(town, id, "Reza Ahmadi", [])
    cable = Cable(int(town.address.rpartition(":")[2]))
    context = await browser.new_context(viewport={"width": 320, "height": 800}, locale="en-GB")
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    try:
        async with cable.laid() as address:
            await _works_offline(town, page, cable, address, id)
    finally:
        await context.close()


async def _sign_in(town: Town, page: Page, address: str) -> None:
    await page.goto(address + town.sign_in[TENANT, "intake"].removeprefix(town.address))
    await page.locator("main form button").click()
    await expect(page).to_have_url(f"{address}/registration/{TENANT}/today")


async def _works_offline(town: Town, page: Page, cable: Cable, address: str, id: str) -> None:
    await _sign_in(town, page, address)
    door = f"{address}/registration/{TENANT}/desk/{id}/door"
    await page.goto(f"{door}?lang=en")
    await expect(page.locator("#door-list [role=status]")).to_contain_text("this page works without a network too")
    await page.wait_for_function(
        "navigator.serviceWorker.getRegistration().then((one) => one?.active?.state === 'activated')"
    )
    kept = await page.evaluate(KEPT)
    assert "Door without a network" in kept, "the page is kept"
    assert "Canary" not in kept
    assert "Ahmadi" not in kept

    cable.cut()
    await page.goto(door)
    await expect(page.locator("h1")).to_have_text("Door without a network")
    list_ = page.locator("#door-list li")
    await expect(list_).to_have_count(2)
    assert "Canary" not in await page.locator("main").inner_text(), "initials until somebody asks"
    group = list_.filter(has_text="C. K.")
    await expect(group).to_contain_text("3 people")
    await looks_right(page, "desk-door-offline")
    await group.get_by_role("button", name="Check in").click()
    await expect(group).to_contain_text("noted, not sent yet")
    await expect(page.locator("#unsent")).to_have_text(re.compile("^1 check-in is not sent yet"))
    await page.reload()
    await expect(page.locator("#unsent")).to_have_text(re.compile("^1 check-in is not sent yet"))
    await page.fill("#field-entry", "ahmadi")
    await page.keyboard.press("Enter")
    await expect(list_).to_have_count(1)
    await list_.get_by_role("button", name="Show the name").click()
    await expect(list_).to_contain_text("Reza Ahmadi")
    assert "Canary" not in await page.evaluate(KEPT)

    cable.mend()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#unsent")).to_be_empty()
    figures = await town.platform.call(
        "GET", f"/registration/v1/{TENANT}/gatherings/{id}/arrivals", role="intake", tenant=TENANT
    )
    assert (figures["groups"], figures["people"]) == (1, 3), "merged, once"

    await page.goto(door)
    await page.wait_for_function(f"sessionStorage.getItem('door-key:{id}') !== null")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{address}/**")
    await expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    cable.cut()
    await page.goto(door)
    await expect(page.locator("#door-list [role=status]")).to_contain_text("No list can be read here")
    await expect(list_).to_have_count(0)

    cable.mend()
    await _sign_in(town, page, address)
    await page.evaluate(OVER)
    await page.goto(f"{door}/offline")
    await expect(page.locator("#door-list [role=status]")).to_contain_text("No list can be read here")
    assert [name for name in await page.evaluate("caches.keys()") if name.startswith("door-")] == []
    assert await page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
