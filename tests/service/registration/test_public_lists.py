"""What everybody finds: municipalities by name, their meetings by what suits, series together, calendars; and what they don't."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.service.registration.conftest import People

API = "/registration/v1/wilhelmshaven/gatherings"
HOME = "/registration/wilhelmshaven/"


async def _titles(people: People, query: str = "", who: Any = None) -> list[str]:
    answer = await (who or people.public).get(API + query)
    assert answer.status_code == 200, answer.text
    return [one["title"]["de"] for one in answer.json()["items"]]


async def test_the_list_is_filtered_and_in_order_of_time(people: People) -> None:
    now = datetime.now(UTC)

    def at(days: float) -> dict[str, str]:
        return {
            "starts_at": (now + timedelta(days=days)).isoformat(),
            "ends_at": (now + timedelta(days=days, hours=2)).isoformat(),
        }

    arabic = [{"id": "interpreter:ar", "label": {"de": "Dolmetschen: العربية"}}]
    await people.gathering(title={"de": "Spät"}, **at(9))
    await people.gathering(title={"de": "Früh"}, **at(2), mode="onsite", place="Rathaus", support=arabic)
    await people.gathering(title={"de": "Mitte"}, **at(5), kind="workshop", mode="hybrid", place="Rathaus")
    assert await _titles(people) == ["Früh", "Mitte", "Spät"]
    assert await _titles(people, "?mode=onsite") == ["Früh", "Mitte"]
    assert await _titles(people, "?mode=online") == ["Mitte", "Spät"]
    assert await _titles(people, "?kind=workshop") == ["Mitte"]
    assert await _titles(people, "?support=interpreter:ar") == ["Früh"]
    pages, cursor = [], ""
    for _ in range(3):
        page = (await people.public.get(f"{API}?limit=1{cursor}")).json()
        pages += [one["title"]["de"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert pages == ["Früh", "Mitte", "Spät"]
    assert page["next"] is None
    assert (await people.public.get(f"{API}?cursor=nonsense")).status_code == 422
    shown = (await people.public.get(f"{HOME}?support=interpreter%3Aar")).text
    assert "Früh" in shown
    assert "Spät" not in shown
    assert "Kein Treffen passt" in (await people.public.get(f"{HOME}?support=nothing")).text


async def test_what_is_over_has_left_the_list(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.gathering(title={"de": "Dialog"})
    assert await _titles(people) == ["Dialog"]
    later = datetime.now(UTC) + timedelta(days=7)
    monkeypatch.setattr(type(people.service.context.clock), "now", lambda self: later)
    assert await _titles(people) == []


async def test_a_series_is_one_entry_with_all_its_dates(people: People) -> None:
    id = await people.gathering(title={"de": "Sprachcafé"})
    made = await people.coordinator.post(f"{API}/{id}/series", json={"frequency": "weekly", "count": 3})
    await people.coordinator.post(f"/registration/v1/wilhelmshaven/series/{id}/publication")
    shown = (await people.public.get(HOME)).text
    assert shown.count("Sprachcafé") == 1
    for one in made.json()["items"]:
        assert f"gatherings/{one['id']}" in shown


async def test_what_is_not_for_residents_is_listed_for_staff_alone(people: People) -> None:
    for open_to in ("residents", "staff", "municipalities"):
        await people.gathering(title={"de": open_to}, open_to=open_to)
    assert await _titles(people) == ["residents"]
    assert set(await _titles(people, who=people.intake)) == {"residents", "staff", "municipalities"}
    assert set(await _titles(people, who=people.stranger)) == {"residents", "municipalities"}
    shown = (await people.public.get(HOME)).text
    assert "municipalities</a>" not in shown
    feed = await people.public.get("/registration/v1/wilhelmshaven/gatherings.ics")
    assert [str(one["SUMMARY"]) for one in Calendar.from_ical(feed.content).walk("VEVENT")] == ["residents"]


async def test_with_its_link_everybody_signs_up_for_it(people: People) -> None:
    id = await people.gathering(open_to="staff")
    page = await people.public.get(f"{HOME}gatherings/{id}")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.text
    assert (await people.register(id, people.public, channel="web")).status_code == 201


async def test_pages_tell_machines_what_they_are(people: People) -> None:
    id = await people.gathering()
    page = (await people.public.get(f"{HOME}gatherings/{id}")).text
    assert '<meta name="robots" content="index">' in page
    assert '<meta name="description" content="' in page
    assert f"{HOME}gatherings/{id}/calendar" in page
    home = (await people.public.get(HOME)).text
    link = "/registration/v1/wilhelmshaven/gatherings.ics?language=de"
    assert f'<link rel="alternate" type="text/calendar" href="{link}"' in home
    assert re.findall(r'href="webcal:[^"?]*/wilhelmshaven/gatherings.ics\?language=([\w-]+)"', home) == [
        "de",
        "uk",
        "ar",
    ]
    assert re.search(rf'href="https?://[^"/]+{re.escape(link)}"', home)
    assert (await people.public.get(link)).headers["content-type"].startswith("text/calendar")


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("", True),
        ("wilhelms", True),
        ("WILHELMSHAVEN", True),
        ("haven", False),
        ("wilhelmshaven dachau", False),
        (".*", True),
        ("(", True),
    ],
)
async def test_municipalities_are_found_by_the_beginning_of_a_word(people: People, entry: str, found: bool) -> None:
    page = await people.public.get("/registration/", params={"q": entry})
    assert page.status_code == 200
    assert (f'href="{HOME}"' in page.text) is found


async def test_a_new_name_is_found_and_spellings_are_alike(people: People) -> None:
    municipalities = people.service.definition.state["registration"].municipalities
    path = "/registration/v1/wilhelmshaven/profile"
    changed = await people.coordinator.patch(path, json={"name": {"de": "Müllheim an der Jade", "uk": "Мюлльгайм"}})
    assert changed.status_code == 200, changed.text
    for entry in ("mull", "Muellheim", "müllheim an", "der Jade", "мюлл"):
        assert [one["slug"] for one in await municipalities.search(entry, 10)] == ["wilhelmshaven"]
    assert await municipalities.search("wilhelmshaven", 10) == []


async def test_an_entry_rises_with_each_change_and_says_when(people: People) -> None:
    id = await people.gathering()

    async def entry(method: str) -> Any:
        file = await people.public.get(f"/registration/v1/wilhelmshaven/gatherings/{id}.ics")
        found = Calendar.from_ical(file.content)
        assert found["METHOD"] == method
        (event,) = found.walk("VEVENT")
        feed = Calendar.from_ical((await people.public.get("/registration/v1/wilhelmshaven/gatherings.ics")).content)
        (same,) = feed.walk("VEVENT")
        for name in ("UID", "SEQUENCE", "STATUS"):
            assert same[name] == event[name]
        assert same["LAST-MODIFIED"].dt == event["LAST-MODIFIED"].dt
        return event

    first = await entry("PUBLISH")
    people.move(timedelta(hours=1))
    changed = await people.coordinator.patch(f"{API}/{id}", json={"title": {"de": "Anders"}})
    assert changed.status_code == 200, changed.text
    second = await entry("PUBLISH")
    people.move(timedelta(hours=2))
    assert (await people.coordinator.post(f"{API}/{id}/cancellation", json={"reason": "Krank"})).status_code == 200
    third = await entry("CANCEL")
    assert len({one["UID"] for one in (first, second, third)}) == 1
    assert first["SEQUENCE"] < second["SEQUENCE"] < third["SEQUENCE"]
    assert first["LAST-MODIFIED"].dt < second["LAST-MODIFIED"].dt < third["LAST-MODIFIED"].dt
    assert (second["SUMMARY"], third["STATUS"]) == ("Anders", "CANCELLED")
