"""Feedback by the link of the thanks: asked in the person's language, counted once, anonymous."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from chassis.settings import Settings
from tests.service.notifications.towns import TENANT, Town, town_on
from tests.support.page_forms import form_of

LINK = re.compile(rf"/notifications/{TENANT}/feedback/g/([a-z0-9]+)\?lang=([a-z-]+)")
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with town_on(settings) as found:
        start = found.clock.time - timedelta(hours=5)
        await found.add_gathering(thanks={"de": "Danke!"}, starts_at=start, ends_at=start + timedelta(hours=2))
        yield found


async def thanked(town: Town, id: str, **contact: Any) -> str:
    """The link in somebody's mail."""
    await town.add_person(id, status="arrived", **contact)
    await town.enqueue_message(id, "gathering-thanks")
    await town.run()
    text = town.sink.mails[-1].get_body(("plain",)).get_content().replace("=\n", "")
    found = LINK.search(text)
    assert found, text
    return found[0]


async def say(town: Town, link: str, **answers: str) -> httpx.Response:
    async with town.client(OURS) as browser:
        page = await browser.get(link)
        assert page.status_code == 200, page.text
        return await browser.post(link, data={**form_of(page.text), **answers})


async def told(town: Town) -> list[Any]:
    """The cells of each telling so far."""
    found = await town.database["feedback"].find_one({"gathering": "g"})
    return [orjson.loads(one["d"])["cells"] for one in (found or {}).get("outbox", ())]


async def test_feedback_is_asked_in_the_persons_language_and_counted_once(town: Town) -> None:
    link = await thanked(town, "a", language="uk")
    assert link.endswith("?lang=uk")
    async with town.client(OURS) as browser:
        page = (await browser.get(link)).text
        assert '<html lang="uk"' in page
        assert "Чи прийшли б ви ще раз?" in page
        assert "Olena" not in page
        form = form_of(page)
        empty = await browser.post(link, data=form)
        assert (empty.status_code, "хоча б на одне запитання" in empty.text) == (422, True)
        assert (await browser.post(link, data={**form, "again": "maybe"})).status_code == 422
    assert (await say(town, link, welcome="yes", again="no")).status_code == 303
    async with town.client(OURS) as browser:
        assert "Ваші відповіді зараховано" in (await browser.get(link)).text
        assert (await browser.post(link, data={**form_of(page), "welcome": "no"})).status_code in (303, 422)
    stored = await town.database["feedback"].find_one({"gathering": "g"})
    assert stored["tally"]["counts"] == {"welcome": {"yes": 1}, "again": {"no": 1}}
    assert len(stored["spent"]) == 1


async def test_no_ticket_is_stored_and_nothing_names_a_person(town: Town) -> None:
    link = await thanked(town, "a")
    ticket = LINK.search(link)[1]  # type: ignore[index]
    await say(town, link, welcome="yes")
    for name in await town.database.collections():
        rows = str(await town.database[name].find({}).to_list(None))
        assert ticket not in rows, name
        assert ticket[:26] not in rows, name
    sent = (await town.get_message("m-a"))["as_sent"]
    assert "/feedback/g/•••••" in sent["text"]
    counted = str(await town.database["feedback"].find({}).to_list(None))
    for personal in ("m-a", "Olena", "example.org", "c0de"):
        assert personal not in counted
    again = await thanked(town, "b")
    assert again != link, "each mail has a ticket of its own"


async def test_forged_and_expired_links_are_not_found(town: Town) -> None:
    link = await thanked(town, "a")
    ticket = LINK.search(link)[1]  # type: ignore[index]
    async with town.client(OURS) as browser:
        swapped = ("a" if ticket[0] != "a" else "b") + ticket[1:]
        for wrong in (link.replace(ticket, swapped), link.replace(ticket, ticket[:-1]), link.replace("/g/", "/h/")):
            assert (await browser.get(wrong)).status_code == 404, wrong
            assert (await browser.post(wrong, data={"welcome": "yes"})).status_code == 404
        town.clock.time += timedelta(days=29)
        assert (await browser.get(link)).status_code == 404
    assert await town.database["feedback"].count_documents({}) == 0


async def test_each_count_is_published_by_itself_in_fives(town: Town) -> None:
    links = [await thanked(town, f"p{number}") for number in range(10)]
    for link in links[:4]:
        await say(town, link, welcome="yes", understood="partly")
    assert await told(town) == []
    await say(town, links[4], welcome="yes")
    first = [{"question": "welcome", "answer": "yes", "count": 5}]
    assert await told(town) == [first], "four said that they understood partly: that is not told"
    for link in links[5:9]:
        await say(town, link, welcome="no")
    assert await told(town) == [first]
    await say(town, links[9], welcome="yes")
    assert await told(town) == [first], "ten answered: were that to be seen, four were left for the others"
