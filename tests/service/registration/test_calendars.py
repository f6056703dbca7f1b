"""Calendars to subscribe to, as programs read them (RFC 5545, RFC 7986): per language, of a municipality, a series or one course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar, Event

from tests.service.registration.conftest import People
from tests.service.registration.pages import open_page

FEED = "/registration/v1/wilhelmshaven/gatherings.ics"
API = "/registration/v1/wilhelmshaven/gatherings"
TITLES = {"de": "Gesprächskreis; mit Komma, und\\Strich", "uk": "Розмовне коло", "ar": "حلقة حوار"}


def evenings(number: int, first: datetime) -> dict[str, Any]:
    def evening(week: int) -> dict[str, Any]:
        starts = first + timedelta(weeks=week)
        times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
        return {"id": f"e{week}", **times, "place": "Bürgerhaus" if week else None}

    meetings = [evening(week) for week in range(number)]
    return {"starts_at": meetings[0]["starts_at"], "ends_at": meetings[-1]["ends_at"], "meetings": meetings}


async def read(people: People, **query: str) -> tuple[Calendar, list[Event]]:
    """A feed, after checking what every program needs of it."""
    answer = await people.public.get(FEED, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    (calendar,) = Calendar.from_ical(answer.content, multiple=True)
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert calendar["PRODID"]
    assert calendar["NAME"] == calendar["X-WR-CALNAME"]
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    events = calendar.walk("VEVENT")
    assert not calendar.errors
    for one in events:
        assert not one.errors
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "URL"} <= set(one)
        assert one["DTSTAMP"].dt.utcoffset() == one["DTSTART"].dt.utcoffset() == timedelta(0)
        assert one["DTSTART"].dt < one["DTEND"].dt
    assert len({one["UID"] for one in events}) == len(events)
    return calendar, events


@pytest.mark.parametrize("language", ["de", "uk", "ar", "fr"])
async def test_each_language_has_its_feed_in_which_a_course_is_an_entry_for_each_evening(
    people: People, language: str
) -> None:
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(days=6)
    place = {"mode": "onsite", "join_url": None, "place": "Rathaus, Rathausplatz 1"}
    id = await people.gathering(title=TITLES, **evenings(60, first), **place)
    other = await people.gathering()
    _, events = await read(people, language=language)
    assert len(events) == 61
    of_course = [one for one in events if str(one["UID"]).startswith(f"{id}-")]
    assert {str(one["SUMMARY"]) for one in of_course} == {TITLES.get(language, TITLES["de"])}
    assert [one["DTSTART"].dt for one in of_course] == [first + timedelta(weeks=week) for week in range(60)]
    assert [str(one["LOCATION"]) for one in of_course[:2]] == ["Rathaus, Rathausplatz 1", "Bürgerhaus"]
    calendar, events = await read(people, language=language, of=id)
    assert len(events) == 60
    assert calendar["NAME"] == f"{TITLES.get(language, TITLES['de'])} · Wilhelmshaven"
    assert len((await read(people, language=language, of=other))[1]) == 1


async def test_a_series_has_a_feed_of_its_own_from_its_first_to_its_last_gathering(people: People) -> None:
    await people.gathering(title={"de": "Etwas anderes"})
    first = await people.gathering(title={"de": "Sprechstunde"})
    made = await people.coordinator.post(f"{API}/{first}/series", json={"frequency": "weekly", "count": 3})
    assert made.status_code == 201, made.text
    series = made.json()["series"]
    await people.coordinator.post(f"/registration/v1/wilhelmshaven/series/{series}/publication")
    last = made.json()["items"][-1]["id"]
    off = await people.coordinator.post(f"{API}/{last}/cancellation", json={"reason": "Krank"})
    assert off.status_code == 200, off.text
    page = await open_page(people.public, f"/registration/wilhelmshaven/gatherings/{first}")
    link = next(part for part in page.split('"') if part.startswith("webcal:") and "of=" in part)
    query = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
    assert query == {"language": ["de"], "of": [series]}
    _, events = await read(people, of=series)
    assert [str(one["STATUS"]) for one in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    people.move(timedelta(days=60))
    assert len((await read(people, of=series))[1]) == 3, "nobody loses what is past"
    assert (await read(people))[1] == []


async def test_a_draft_and_what_there_is_not_have_none(people: People) -> None:
    assert (await people.public.get(FEED, params={"of": "0199a2b3c4d5e6f7a8b9c0d1e2f3a4b5"})).status_code == 404
    assert (await people.public.get(FEED, params={"of": "a" * 201})).status_code == 422
    assert (await people.public.get(FEED, params={"of": await people.gathering(open_to="staff")})).status_code == 200


async def test_what_is_not_for_residents_stays_out_of_the_feed_of_its_series(people: People) -> None:
    first = await people.gathering()
    made = await people.coordinator.post(f"{API}/{first}/series", json={"frequency": "weekly", "count": 2})
    series, inside = made.json()["series"], made.json()["items"][0]["id"]
    await people.coordinator.patch(f"{API}/{inside}", json={"open_to": "staff"})
    await people.coordinator.post(f"/registration/v1/wilhelmshaven/series/{series}/publication")
    assert [str(one["UID"]) for one in (await read(people, of=series))[1]] == [f"{first}@weltoffene-kommune"]
