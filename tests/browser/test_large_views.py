"""Perspectives compared, large: all of the picture on one screen of a projector; small: nothing cut off on a small phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
from playwright.async_api import Browser, Page

from chassis.identity.tokens import LocalIssuer
from deploy.local.stack import LocalStack
from tests.browser.looks import looks_right
from tests.conftest import settings_on
from tests.service.selfcheck.town import TENANT, Town, questionnaire, town_of
from tests.support.namespaces import new_namespace
from tests.support.waiting import PATIENCE

LONG = "Gleichstellungs-, Antidiskriminierungs- und Integrationsbeauftragte der Verwaltungsgemeinschaft"
FIELDS = (
    "Interkulturelle Öffnung der Verwaltung",
    "Teilhabe am Arbeitsmarkt und wirtschaftliche Zusammenarbeit vor Ort",
    "Bildung",
    "Umgang mit Diskriminierung und Rassismus im öffentlichen Raum, in Vereinen und in der Nachbarschaft",
    "Zusammenleben",
    "Politische Beteiligung",
    "Willkommenskultur und Erstorientierung",
)
SEVEN = ("Verwaltung", "Politik", "Zivilgesellschaft", "Wirtschaft", "Jugend", "Migrantenorganisationen", LONG)
SPREAD = ((4, 0, 2, 1, 3, 2, 4), (1, 1, 1, 1, 1, 1, 1), (0, 4, 4, 0, 0, 4, 2), (2, 3, 2, 3, 2, 3, 2))
"""Levels by perspective, one row for each field in turn: spread out, all alike, in two camps, close together."""
SCREEN = {"width": 1920, "height": 1080}
PHONE = {"width": 320, "height": 800}


@pytest.fixture(scope="module")
async def town(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    settings = settings_on(stack, tmp_path_factory.mktemp("views"), new_namespace())
    async with town_of(settings) as made:
        known = {"$set": {"languages": ["de", "en", "ar"]}}
        await made.service.context.database["tenants"].update_one({"_id": TENANT}, known)
        document = questionnaire()
        document |= {"id": "seven", "fields": [_field(f"f{n}", title) for n, title in enumerate(FIELDS)]}
        await made.publish(document)
        yield made


def _field(id: str, title: str) -> dict[str, object]:
    question = {"id": f"{id}.1", "text": {"de": f"{title}?"}, "weight": 1}
    criterion = {"id": f"{id}.c", "title": {"de": title}, "questions": [question]}
    return {"id": id, "title": {"de": title}, "weight": 1, "criteria": [criterion]}


async def compared(town: Town, views: Sequence[str]) -> str:
    """A revealed self-check of one official answer for each view; the address of its comparison."""
    coordinator = town.client("coordinator")
    body = {
        "questionnaire": {"id": "seven", "version": "1"},
        "title": {"de": "Selbstcheck 2026"},
        "perspectives": [
            {"id": f"v{n}", "title": {"de": title}, "speaks": "institution"} for n, title in enumerate(views)
        ],
    }
    made = await coordinator.post(f"/selfcheck/v1/{TENANT}/assessments", json=body)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    for n in range(len(views)):
        answers = {f"f{field}.1": SPREAD[field % len(SPREAD)][n] for field in range(len(FIELDS))}
        await town.answer(await town.invite(id, f"v{n}"), answers)
    assert (await town.moderate(id, "reveal")).status_code == 200
    return f"{town.page(id)}/perspectives"


async def opened(browser: Browser, town: Town, address: str, screen: dict[str, int], language: str = "de") -> Page:
    token = LocalIssuer(town.settings).issue(TENANT, "moderator")
    context = await browser.new_context(
        viewport=screen,
        locale=language,
        extra_http_headers={"Authorization": f"Bearer {token}"},
        service_workers="block",
    )
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    await page.goto(address)
    return page


SEEN = """() => {
    const end = document.querySelector(".strips").getBoundingClientRect().bottom;
    const cut = [...document.querySelectorAll(".glance .sign, .glance .strip-gap, .glance .legend li")]
        .filter((one) => one.getBoundingClientRect().bottom > innerHeight || one.getBoundingClientRect().right > innerWidth + 1);
    const signs = [...document.querySelectorAll(".strip .sign text")].map((one) => parseFloat(getComputedStyle(one).fontSize));
    return {end, cut: cut.length, smallest: Math.min(...signs), rows: document.querySelectorAll(".strips > li").length};
}"""

COVERED = """() => [...document.querySelectorAll(".strip")].flatMap((strip) => {
    const boxes = (what) => [...strip.querySelectorAll(what)].map((one) => one.getBoundingClientRect());
    const on = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return boxes(".tick").filter((tick) => boxes(".sign").some((sign) => on(tick, sign)));
}).length"""
"""Numbers of the scale that a mark stands on."""


@pytest.mark.parametrize("number", [7, 2])
async def test_the_whole_picture_is_on_one_screen(browser: Browser, town: Town, number: int) -> None:
    address = await compared(town, SEVEN[:number])
    async with town.serving() as base:
        page = await opened(browser, town, f"{base}{address}?large", SCREEN)
        await looks_right(page, f"large-{number}")
        await fits(page)
        await page.context.close()


@pytest.mark.parametrize("language", ["de", "ar"])
async def test_so_it_is_on_the_wall_of_the_room(browser: Browser, town: Town, language: str) -> None:
    address = await compared(town, SEVEN)
    id = address.split("/")[-2]
    room = (await town.moderate(id, "room")).json()["room_url"].rpartition("/")[2]
    assert (await town.moderate(id, "stage", {"picture": "perspectives"})).status_code == 200
    async with town.serving() as base:
        for name, screen in (("wall", SCREEN), ("phone", PHONE)):
            page = await opened(browser, town, f"{base}/selfcheck/room/{room}", screen, language)
            assert await page.evaluate("document.documentElement.lang") == language
            await looks_right(page, f"room-{name}-{language}")
            if screen is SCREEN:
                await fits(page, least=8)
            await page.context.close()


async def fits(page: Page, least: int = 14) -> None:
    """`least`: pixels of a mark's letter, even where seven views are all alike."""
    seen = await page.evaluate(SEEN)
    assert (seen["rows"], seen["cut"]) == (7, 0)
    assert seen["end"] <= SCREEN["height"]
    assert await page.evaluate(COVERED) == 0
    assert seen["smallest"] >= least, "a letter has to be read from the back of a room"


@pytest.mark.parametrize("large", ["", "?large"])
async def test_nothing_is_cut_off_on_a_small_phone(browser: Browser, town: Town, large: str) -> None:
    address = await compared(town, SEVEN)
    async with town.serving() as base:
        page = await opened(browser, town, f"{base}{address}{large}", PHONE)
        await looks_right(page, f"views-320{large.strip('?')}")
        assert await page.evaluate(COVERED) == 0
        await page.context.close()
