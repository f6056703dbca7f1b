"""A benchmark wave is taken back: only while no municipality takes part, and then nobody finds it any more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from tests.service.reporting.towns import Reporting
from tests.service.reporting.waves import TOWNS, WAVES, closed, consent, frozen, opened, token

PAGES = "/reporting/benchmark-waves"
PLANNED: dict[str, Any] = {"opens_at": "2098-01-01T00:00:00Z", "title": {"de": "Welle mit Tippfehler"}}
REMEDY = "An dieser Welle nehmen Kommunen teil, sie lässt sich nicht mehr entfernen. Sie kann so stehen bleiben"


async def test_a_planned_wave_is_removed_once_and_found_nowhere_any_more(reporting: Reporting) -> None:
    await closed(reporting, {TOWNS[0]: (20, 40)})
    kept, wave = await opened(reporting), await opened(reporting, **PLANNED)
    own = f"/reporting/{TOWNS[0]}/benchmark"
    async with reporting.client("-", "programme_office") as office, reporting.client(TOWNS[0]) as town:
        assert "Welle mit Tippfehler" in (await town.get(own)).text
        answers = await asyncio.gather(*(office.delete(f"{WAVES}/{wave}") for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [204, 404, 404]
        assert [one["id"] for one in (await office.get(WAVES)).json()["items"]] == [kept]
        for path in ("freezing", "publication", "regrouping"):
            answer = await office.post(f"{WAVES}/{wave}/{path}", json={} if path == "regrouping" else None)
            assert answer.status_code == 404, path
        for address in (f"{WAVES}/{wave}", f"{PAGES}/{wave}"):
            assert (await office.get(address)).status_code == 404, address
        assert "Welle mit Tippfehler" not in (await town.get(own)).text
        assert (await town.delete(f"/reporting/v1/{TOWNS[0]}/benchmark-consent?wave={wave}")).status_code == 404
        assert (await office.delete(f"{WAVES}/nothing")).status_code == 404
    assert await consent(reporting, wave, TOWNS[0]) == 404
    document = await reporting.service.context.database["waves"].find_one({"_id": wave})
    assert document is not None
    told = [entry["y"].removeprefix("reporting.wave.") for entry in document["outbox"]]
    assert told == ["opened.v1", "removed.v1"], "whoever heard of it hears once that it is gone"
    assert "due_at" not in document, "it does not freeze by itself"


async def test_a_wave_that_has_opened_is_removed_while_nobody_takes_part(reporting: Reporting) -> None:
    await closed(reporting, {TOWNS[0]: (20, 40)})
    wave = await opened(reporting)
    assert await consent(reporting, wave, TOWNS[0]) == 200
    async with reporting.client("-", "programme_office") as office, reporting.client(TOWNS[0]) as town:
        assert (await office.delete(f"{WAVES}/{wave}")).status_code == 409
        assert (await town.delete(f"/reporting/v1/{TOWNS[0]}/benchmark-consent?wave={wave}")).status_code == 204
        assert "Ja, diese Welle entfernen" in (await office.get(f"{PAGES}/{wave}")).text
        assert (await office.delete(f"{WAVES}/{wave}")).status_code == 204
        assert (await office.get(f"{WAVES}/{wave}")).status_code == 404
    assert await consent(reporting, wave, TOWNS[0]) == 404


async def test_a_wave_is_removed_or_joined_and_never_both(reporting: Reporting) -> None:
    await closed(reporting, dict.fromkeys(TOWNS[:3], (20, 40)))
    for _ in range(3):
        wave = await opened(reporting)
        async with reporting.client("-", "programme_office") as office:
            removed, *joined = await asyncio.gather(
                office.delete(f"{WAVES}/{wave}"), *(consent(reporting, wave, town) for town in TOWNS[:3])
            )
        assert (removed.status_code, set(joined)) in ((204, {404}), (409, {200}))


async def test_a_wave_with_municipalities_stays_and_says_what_can_be_done(reporting: Reporting) -> None:
    over, begun = await frozen(reporting), await opened(reporting)
    assert await consent(reporting, begun, TOWNS[0]) == 200
    async with reporting.client("-", "programme_office") as office:
        for wave in (begun, over):
            refused = await office.delete(f"{WAVES}/{wave}")
            assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "wave-has-members")
            assert "It may stay as it is" in refused.json()["detail"]
            assert (await office.get(f"{WAVES}/{wave}")).status_code == 200
            assert 'value="remove"' not in (await office.get(f"{PAGES}/{wave}")).text


async def test_the_office_removes_a_wave_on_its_page_when_it_says_so_twice(reporting: Reporting) -> None:
    await closed(reporting, {TOWNS[0]: (20, 40)})
    wave, late = await opened(reporting, **PLANNED), await opened(reporting, **PLANNED)
    async with reporting.client("-", "programme_office") as office, reporting.client(TOWNS[0]) as town:
        page = f"{PAGES}/{wave}"
        shown = await office.get(page)
        assert "Ja, diese Welle entfernen" in shown.text
        for address in (page, PAGES, f"/reporting/{TOWNS[0]}/benchmark"):
            client = office if address.startswith(PAGES) else town
            said = (await client.get(f"{address}?lang=de")).text
            assert (">geplant<" in said, ">offen<" in said) == (True, False), "it has not opened yet"
        unsure = await office.post(page, data={"button": "remove", "form_token": token(shown)})
        assert (unsure.status_code, 'id="error-sure"' in unsure.text) == (422, True)
        assert unsure.text.count('id="summary-title"') == 1, "said once, at this form"
        assert (await office.get(page)).status_code == 200, "nothing happened yet"
        done = await office.post(page, data={"button": "remove", "sure": "yes", "form_token": token(unsure)})
        assert (done.status_code, done.headers["location"]) == (303, PAGES)
        assert "Die Welle ist entfernt." in (await office.get(PAGES)).text
        assert (await office.get(page)).status_code == 404
        shown = await office.get(f"{PAGES}/{late}")
        begun = {"$set": {"opens_at": datetime(2020, 1, 1, tzinfo=UTC)}}
        await reporting.service.context.database["waves"].update_one({"_id": late}, begun)
        assert await consent(reporting, late, TOWNS[0]) == 200
        entered = {"button": "remove", "sure": "yes", "form_token": token(shown)}
        refused = await office.post(f"{PAGES}/{late}", data=entered)
        assert refused.status_code == 422, "somebody took part while the page was looked at"
        assert refused.text.count(REMEDY) == 1
