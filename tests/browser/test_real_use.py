"""Entries as people really make them, in a real browser on a small phone: words as long as they come, and a language chosen midway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page, expect

from chassis.settings import Settings
from deploy.local.stack import LocalStack
from programme.navigation import local_sign_in
from tests.conftest import settings_on
from tests.service.security.conftest import build_everything
from tests.service.security.test_bad_input import DRAFT
from tests.support.namespaces import namespace
from tests.support.served import served

TENANT = "wilhelmshaven"
PUBLIC = f"/registration/{TENANT}"
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzesdolmetscherinnenvermittlungen"
DRAFT_WITH_LONG_WORDS = {
    **DRAFT,
    "title": {"de": LONG, "uk": LONG},
    "description": {"de": f"Wir reden über {LONG}."},
    "place": LONG,
    "mode": "onsite",
    "support": [
        {"id": "interpreter.uk", "label": {"de": LONG, "uk": LONG}},
        {"id": "childcare", "label": {"de": "Kita"}},
    ],
}
PERSON: dict[str, Any] = {
    "name": LONG,
    "contact": {"phone": "+49 4421 161234"},
    "language": "uk",
    "support": ["interpreter.uk"],
    "channel": "phone",
    "consent": {"text_version": "1"},
}


@dataclass(frozen=True)
class Registration:
    """Where the service answers, and what is in it."""

    address: str
    gathering: str
    person: str
    sign_in: str


@pytest.fixture(scope="module")
async def registration(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registration]:
    with namespace(stack.mongodb_uri) as name:
        async for one in _registration(settings_on(stack, tmp_path_factory.mktemp("real"), name)):
            yield one


async def _registration(settings: Settings) -> AsyncIterator[Registration]:
    everything = await build_everything(settings)
    app, service = everything.apps["registration"], everything.services["registration"]
    base = f"/registration/v1/{TENANT}/gatherings"
    staff = everything.client(TENANT, "coordinator")
    made = (await staff.post(everything.url(base), json=DRAFT_WITH_LONG_WORDS)).json()["id"]
    await staff.post(everything.url(f"{base}/{made}/publication"))
    somebody = (await staff.post(everything.url(f"{base}/{made}/registrations"), json=PERSON)).json()["id"]
    async with served(app) as address:
        yield Registration(
            address, made, somebody, address + local_sign_in(service.context.secrets, TENANT, "coordinator")
        )
    await everything.close()


PAGES = [
    f"{PUBLIC}/",
    f"{PUBLIC}/gatherings/{{gathering}}",
    f"{PUBLIC}/desk",
    f"{PUBLIC}/desk/plan",
    *(
        f"{PUBLIC}/desk/{{gathering}}{page}"
        for page in ("", "/list", "/needs", "/door", "/plan", "/plan/edit", "/audit", "/privacy")
    ),
    f"{PUBLIC}/desk/{{gathering}}/registrations/{{person}}",
]


async def test_a_word_of_94_letters_widens_no_page(page: Page, registration: Registration) -> None:
    assert len(LONG) == 94
    await page.goto(registration.sign_in)
    await page.locator("main form button").click()
    await expect(page).to_have_url(f"{registration.address}{PUBLIC}/today")
    wide = {}
    for path in PAGES:
        path = path.format(gathering=registration.gathering, person=registration.person)
        answer = await page.goto(registration.address + path)
        assert answer is not None
        assert (answer.status, page.url) == (200, registration.address + path)
        beyond = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            wide[path] = beyond
    assert wide == {}


async def test_a_language_chosen_midway_keeps_what_was_entered(page: Page, registration: Registration) -> None:
    await page.goto(f"{registration.address}{PUBLIC}/gatherings/{registration.gathering}?lang=de")
    await page.locator("[name=name]").fill("Олена")
    await page.locator("[name=email]").fill("olena@example.org")
    await page.locator("[name=support][value='interpreter.uk']").check()
    await page.locator("[name=consent]").check()
    await page.locator(".languages summary").click()
    await page.locator(".languages a[hreflang=uk]").click()
    await expect(page.locator("html")).to_have_attribute("lang", "uk")
    await expect(page.locator("[name=name]")).to_have_value("Олена")
    await expect(page.locator("[name=email]")).to_have_value("olena@example.org")
    await expect(page.locator("[name=support][value='interpreter.uk']")).to_be_checked()
    await expect(page.locator("[name=consent]")).to_be_checked()
    assert await page.locator(".summary").count() == 0
    # Once more, straight away: nothing has been typed on this page.
    await page.locator(".languages summary").click()
    await page.locator(".languages a[hreflang=de]").click()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.locator("[name=name]")).to_have_value("Олена")
